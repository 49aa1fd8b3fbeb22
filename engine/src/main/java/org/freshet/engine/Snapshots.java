package org.freshet.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.state.KeptState;
import org.freshet.core.state.StateFiles;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Writes and reads a whole run in one checked file: what it was made of, the schema with its
 * dictionaries, and below {@code run} whatever the runtime that drives the engine writes: position,
 * engine, metrics.
 */
public final class Snapshots {
  /** Version of the layout, raised when it changes. */
  static final int VERSION = 1;

  private static final long LARGEST = Integer.MAX_VALUE - 64;

  /** Size from which a file is mapped. */
  private static final long MAPPED = 16 << 20;

  private Snapshots() {}

  /**
   * Writes the file whole or not at all.
   *
   * @param program version of Freshet that writes
   * @param schema of the stream, as it is now
   * @param run writes the state of the run
   * @throws UncheckedIOException when the disk is full, the folder is missing …
   */
  public static void write(
      Path file, String program, Setup setup, Schema schema, Consumer<StateWriter> run) {
    write(file, program, setup, schema, run, size -> {});
  }

  /**
   * Writes the file whole or not at all.
   *
   * @param size told of the bytes before the file appears; may refuse them
   */
  public static void write(
      Path file,
      String program,
      Setup setup,
      Schema schema,
      Consumer<StateWriter> run,
      LongConsumer size) {
    StateFiles.write(file, out -> fill(out, program, setup, schema, run), size);
  }

  /**
   * Copies a run as it is now, quickly, for {@link #write(Path, KeptState, LongConsumer)}; by the
   * thread that owns it.
   *
   * @param before one that was written, whose memory is taken; null for none
   */
  public static KeptState keep(
      String program, Setup setup, Schema schema, Consumer<StateWriter> run, KeptState before) {
    return KeptState.of(out -> fill(out, program, setup, schema, run), before);
  }

  /**
   * Writes the file whole or not at all; by any thread.
   *
   * @param size told of the bytes before the file appears; may refuse them
   */
  public static void write(Path file, KeptState run, LongConsumer size) {
    StateFiles.write(file, run::writeTo, size);
  }

  public static byte[] toBytes(
      String program, Setup setup, Schema schema, Consumer<StateWriter> run) {
    StateWriter out = new StateWriter();
    fill(out, program, setup, schema, run);
    return out.toBytes();
  }

  private static void fill(
      StateWriter out, String program, Setup setup, Schema schema, Consumer<StateWriter> run) {
    out.put("version", VERSION);
    StateWriter about = out.child("about");
    about.put("freshet", program);
    about.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    about.put("java", System.getProperty("java.version"));
    about.put("machine", System.getProperty("os.arch"));
    about.put("kernels", "scalar");
    StateWriter of = out.child("setup");
    of.put("stream", setup.stream());
    of.put("source", setup.source().toString());
    of.put("pipeline", setup.pipeline().toString());
    of.put("full", FullSpec.of(setup.pipeline()).toString());
    of.put("parameters", FullSpec.toJson(FullSpec.of(setup.pipeline())).toString());
    of.put("seed", setup.seed());
    of.put("delay", setup.labels().delay().toString());
    of.put("label-time", setup.labels().byLabelTime());
    of.put("pending", setup.labels().pending());
    LabelPlan plan = setup.labels();
    of.put("timeout", plan.timeout() == null ? "" : plan.timeout().toString());
    of.put("on-timeout", LabelFields.word(plan.onTimeout()));
    of.put("negative", plan.negative() == null ? "" : plan.negative());
    of.put("corrections", LabelFields.word(plan.corrections()));
    if (plan.ask() != null) {
      of.put("budget", plan.ask().budget().toString());
      of.put("ask", plan.ask().strategy().toString());
      of.put("question", plan.ask().question().toString());
      of.put(
          "annotators",
          plan.ask().annotators().stream().map(Object::toString).toArray(String[]::new));
    }
    SavedSchema.save(schema, out.child("schema"));
    run.accept(out.child(Snapshot.RUN));
  }

  /**
   * Reads and checks a file.
   *
   * @throws ConfigException when there is no such file
   * @throws StateException when it is corrupt or too new
   * @throws UncheckedIOException when it cannot be read
   */
  public static Snapshot read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(file.toString(), "is a folder, expected a snapshot");
      }
      if (Files.size(file) > LARGEST) {
        throw new StateException(
            Verdict.CORRUPT, file + ": corrupt: larger than any snapshot can be");
      }
      return open(file.toString(), content(file));
    } catch (NoSuchFileException e) {
      throw new ConfigException(file.toString(), "there is no such file, expected a snapshot");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** A large file is mapped, so that it takes no memory besides what is made of it. */
  private static ByteBuffer content(Path file) throws IOException {
    if (Files.size(file) < MAPPED) {
      return ByteBuffer.wrap(Files.readAllBytes(file));
    }
    try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ)) {
      return c.map(FileChannel.MapMode.READ_ONLY, 0, c.size());
    }
  }

  /**
   * Reads and checks what {@link #toBytes} gave.
   *
   * @param name for messages
   * @throws StateException when it is corrupt or too new
   */
  public static Snapshot open(String name, byte[] bytes) {
    return open(name, ByteBuffer.wrap(bytes));
  }

  private static Snapshot open(String name, ByteBuffer bytes) {
    StateReader in = StateReader.open(name, bytes);
    if (!in.has("version") || !in.has("setup") || !in.has("about")) {
      throw new StateException(
          Verdict.CORRUPT, name + ": corrupt: a container of state, but not of a whole run");
    }
    long version = in.longValue("version");
    if (version > VERSION) {
      throw new StateException(
          Verdict.TOO_NEW,
          name
              + ": too new: snapshot version "
              + version
              + ", this program reads up to "
              + VERSION
              + "; use the newer Freshet that wrote it");
    }
    return new Snapshot(in, bytes.limit());
  }
}
