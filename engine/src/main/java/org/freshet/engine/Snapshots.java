package org.freshet.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.freshet.core.ConfigException;
import org.freshet.core.Source;
import org.freshet.core.state.StateFiles;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Writes and reads a whole run in one checked file: what it was made of, the schema with its
 * dictionaries, the position in the stream, the state of the engine, and what an evaluator adds.
 */
public final class Snapshots {
  private Snapshots() {}

  /**
   * Writes the file whole or not at all.
   *
   * @param engine made from a specification, not yet finished
   * @param stream name of the source, for reports
   * @param position of the next event
   * @param evaluator writes its own state, or null
   * @throws java.io.UncheckedIOException when the disk is full, the folder is missing …
   */
  public static void save(
      Path file,
      Engine engine,
      String stream,
      Source.Position position,
      Consumer<StateWriter> evaluator) {
    StateFiles.write(file, toBytes(engine, stream, position, evaluator));
  }

  static byte[] toBytes(
      Engine engine, String stream, Source.Position position, Consumer<StateWriter> evaluator) {
    if (engine.spec() == null) {
      throw new IllegalStateException("a model made in Java has no specification to be saved with");
    }
    StateWriter out = new StateWriter();
    StateWriter about = out.child("about");
    about.put("freshet", version());
    about.put("java", System.getProperty("java.version"));
    about.put("processor", System.getProperty("os.arch"));
    about.put("kernels", "scalar");
    StateWriter pipeline = out.child("pipeline");
    pipeline.put("text", engine.spec().toString());
    pipeline.put("parameters", FullSpec.toJson(engine.spec()).toString());
    pipeline.put("seed", engine.seed());
    pipeline.put("delay", engine.plan().delay().toString());
    pipeline.put("label-time", engine.plan().byLabelTime());
    pipeline.put("pending", engine.plan().pending());
    SavedSchema.save(engine.schema(), out.child("schema"));
    StateWriter source = out.child("source");
    source.put("name", stream);
    source.put("record", position.record());
    source.put("fingerprint", position.fingerprint());
    engine.save(out.child("engine"));
    if (evaluator != null) {
      evaluator.accept(out.child(Snapshot.EVALUATOR));
    }
    return out.toBytes();
  }

  static String version() {
    String v = Snapshots.class.getPackage().getImplementationVersion();
    return v == null ? "development" : v;
  }

  /**
   * Reads and checks a file.
   *
   * @throws ConfigException when there is no such file
   * @throws org.freshet.core.StateException when it is corrupt or too new
   */
  public static Snapshot read(Path file) {
    byte[] bytes;
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(file.toString(), "is a folder, expected a snapshot");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(file.toString(), "there is no such snapshot");
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage());
    } catch (OutOfMemoryError e) {
      throw new ConfigException(file.toString(), "is too large to be read into memory; raise -Xmx");
    }
    return open(file.toString(), bytes);
  }

  static Snapshot open(String name, byte[] bytes) {
    return new Snapshot(StateReader.open(name, bytes), bytes.length);
  }
}
