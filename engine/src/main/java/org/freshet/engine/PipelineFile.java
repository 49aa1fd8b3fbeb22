package org.freshet.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Spec;

/**
 * A pipeline file, read and checked whole. Everything in it is in the same grammar as the command
 * line.
 *
 * @param file its name for messages
 * @param name the field, else the file's name without its ending
 * @param seed the field, else 1
 * @param seedGiven whether the file or a flag gives the seed
 * @param source null only if the reader was told it may be missing
 * @param pipeline null only if the reader was told it may be missing
 * @param protocol how 'evaluate' divides the stream into tasks; null for the stream as it is
 * @param live how it runs live
 * @param text as read
 */
public record PipelineFile(
    String file,
    String name,
    long seed,
    boolean seedGiven,
    Spec source,
    Spec pipeline,
    LabelPlan labels,
    Spec protocol,
    LiveSettings live,
    List<PipelineTest> tests,
    String text) {
  /** Longest file taken, in bytes. */
  static final long LIMIT = 1 << 20;

  public PipelineFile {
    tests = List.copyOf(tests);
  }

  /**
   * Reads and checks a file.
   *
   * @throws ConfigException with all faults, each with its place
   */
  public static PipelineFile read(Path file) {
    return read(file, List.of());
  }

  /** Reads a file with some of its fields given by flags. */
  public static PipelineFile read(Path file, List<Setting> settings) {
    return parse(file.toString(), content(file), folder(file), settings);
  }

  /** A pipeline given by flags alone. */
  public static PipelineFile of(List<Setting> settings) {
    return parse("", "", Path.of(""), settings);
  }

  /**
   * Checks a file's text.
   *
   * @param file its name in faults
   * @param folder what relative paths in it are relative to
   */
  public static PipelineFile parse(String file, String text, Path folder, List<Setting> settings) {
    return new PipelineParser(file, text, folder).parse(settings);
  }

  private static Path folder(Path file) {
    return file.getParent() == null ? Path.of("") : file.getParent();
  }

  private static String content(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(file.toString(), "is a folder, expected a pipeline file");
      }
      long size = Files.size(file);
      if (size > LIMIT) {
        throw new ConfigException(
            file.toString(),
            "has " + size + " bytes, a pipeline file has at most " + LIMIT + "; is it data?");
      }
      byte[] bytes = Files.readAllBytes(file);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw new ConfigException(file.toString(), "there is no such file");
    } catch (CharacterCodingException e) {
      throw new ConfigException(file.toString(), "is not UTF-8 text; is it data?");
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage());
    }
  }
}
