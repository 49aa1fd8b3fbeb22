package org.freshet.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that show that what was saved once is still read: {@code <name>-v<version>.frs}, and beside
 * it {@code .txt} with the answers expected. Written by a test run with {@code
 * -Dfreshet.golden.write=true}, never when there is one already: a wrong golden file is removed by
 * hand, with a reason.
 */
public final class GoldenFiles {
  /**
   * Expected answers are compared this closely: exp and log may differ in the last bits elsewhere.
   */
  private static final double TOLERANCE = 1e-9;

  private final Path folder;

  public GoldenFiles(Path folder) {
    this.folder = folder;
  }

  /** Whether missing files are to be written. */
  public static boolean writing() {
    return Boolean.getBoolean("freshet.golden.write");
  }

  public Path file(String name, int version, String suffix) {
    return folder.resolve(name + "-v" + version + suffix);
  }

  /** The bytes of a file, or null when it is not there. */
  public static byte[] read(Path file) {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file that is not there yet. */
  public static void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content, java.nio.file.StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Trace trace, int limit) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < Math.min(limit, trace.size()); i++) {
      s.append(trace.get(i)).append('\n');
    }
    return s.toString();
  }

  /** Fails when the answers are not those of the text. */
  static void compare(Path file, String expected, Trace found) {
    List<String> lines = new ArrayList<>(expected.lines().toList());
    Check.that(
        lines.size() <= found.size(),
        "%s has %d answers, found %d",
        file.getFileName(),
        lines.size(),
        found.size());
    for (int i = 0; i < lines.size(); i++) {
      double e = Double.parseDouble(lines.get(i));
      double f = found.get(i);
      boolean same = e == f || Double.isNaN(e) && Double.isNaN(f);
      Check.that(
          same || Math.abs(e - f) <= TOLERANCE * Math.max(1, Math.abs(e)),
          "%s: answer %d is %s, expected %s",
          file.getFileName(),
          i,
          f,
          e);
    }
  }
}
