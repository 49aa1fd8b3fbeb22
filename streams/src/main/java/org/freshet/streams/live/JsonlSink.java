package org.freshet.streams.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Sink;

/**
 * Appends answers to a file as JSON lines: {@code n} (the number of the answer, from 0 without
 * gaps), {@code id}, {@code key} and {@code time} of the event where it has them, {@code
 * prediction}, {@code scores} by label (or {@code interval}), and the {@code model} that answered.
 *
 * <p>Every answer stands in it once, whatever happens: after a crash the last whole line tells how
 * many are out, a line that was cut in two is cut off, and the pipeline goes on behind it. A crash
 * of the machine can lose lines the operating system had not written yet; with {@code sync} it
 * cannot. On a full disk the lines that did not fit are taken back and tried again until there is
 * room; meanwhile answers wait, and then the pipeline does.
 *
 * <p>With {@code rotate} a file that has grown beyond it is renamed to {@code <path>.<number of the
 * first answer in the next file>}, 20 digits, and a new one begun; deleting or zipping the old ones
 * is left to you, but the newest of them must stay while the current one is empty.
 *
 * <p>A file that does not end in answers is refused, never overwritten; so is one that another
 * pipeline writes.
 *
 * <pre>{@code
 * sink: { jsonl: { path: predictions.jsonl, rotate: 1GB } }
 * }</pre>
 */
@Component(name = "jsonl", kinds = Kind.SINK, family = "sink")
public final class JsonlSink implements Sink {
  public record Parameters(
      @Param("File the answers are appended to; made when it is not there.") String path,
      @Param(
              value = "Whether each block of answers is on the disk before it counts as written.",
              def = "false",
              origin = "waiting for the disk costs milliseconds a block")
          boolean sync,
      @Param(
              value = "Size beyond which a new file is begun; 0 is never.",
              def = "0",
              range = "[0, inf)",
              unit = "bytes",
              origin = "one file is the simplest")
          long rotate) {}

  private final Parameters parameters;
  private final Path path;
  private AnswerFile file;
  private AnswerLines lines;

  public JsonlSink(Parameters parameters, Build build) {
    this.parameters = parameters;
    this.path = path(parameters.path());
  }

  private static Path path(String given) {
    try {
      return Path.of(given);
    } catch (java.nio.file.InvalidPathException e) {
      throw new ConfigException("", "'path' of jsonl is no path: " + e.getMessage());
    }
  }

  @Override
  public String name() {
    return "jsonl:" + path;
  }

  @Override
  public long open(String pipeline, Schema schema) {
    file = AnswerFile.open(path, rotated());
    lines = new AnswerLines(schema);
    return file.next();
  }

  /** Number of the answer behind the newest rotated file; 0 when there is none. */
  private long rotated() {
    Path folder = path.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    String prefix = path.getFileName() + ".";
    try (Stream<Path> all = Files.list(folder)) {
      OptionalLong newest =
          all.map(f -> f.getFileName().toString())
              .filter(f -> f.startsWith(prefix) && f.substring(prefix.length()).matches("\\d{20}"))
              .mapToLong(f -> Long.parseLong(f.substring(prefix.length())))
              .max();
      return newest.orElse(0);
    } catch (IOException e) {
      throw new ConfigException("", folder + ": cannot be read: " + e.getMessage());
    }
  }

  @Override
  public void write(AnswerBlock answers) {
    if (file.isNew()) {
      file.begin(answers.first()); // a sink that a pipeline got later
    }
    if (answers.first() != file.next()) {
      throw new IllegalStateException(
          "answer " + answers.first() + " behind " + (file.next() - 1) + " in " + path);
    }
    if (parameters.rotate() > 0 && file.size() >= parameters.rotate()) {
      rotate();
    }
    file.append(lines.lines(answers), answers.size(), parameters.sync());
  }

  private void rotate() {
    long next = file.next();
    Path old =
        path.resolveSibling(String.format(Locale.ROOT, "%s.%020d", path.getFileName(), next));
    try {
      if (Files.exists(path)) { // else a rotation before was stopped half-way
        Files.move(path, old);
      }
      AnswerFile fresh = AnswerFile.open(path, next);
      file.close();
      file = fresh;
    } catch (IOException | ConfigException e) {
      throw new UncheckedIOException(
          path + ": cannot be renamed to " + old.getFileName() + ": " + e.getMessage(),
          e instanceof IOException io ? io : new IOException(e));
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
