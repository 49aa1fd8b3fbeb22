package org.freshet.connectors.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that is gone when the command is, also when the command is told to stop. */
final class Scratch implements AutoCloseable {
  private final Path folder;
  private final Thread atExit = new Thread(this::delete, "scratch");

  Scratch() throws IOException {
    folder = Files.createTempDirectory("freshet-flink");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Path folder() {
    return folder;
  }

  /** What a task that is just ending still writes or deletes is no reason to complain. */
  private void delete() {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepest = all.sorted(Comparator.reverseOrder()).toList();
      for (Path p : deepest) {
        Files.deleteIfExists(p);
      }
    } catch (IOException | UncheckedIOException e) {
      // the rest stays in the system's folder of temporary files
    }
  }

  @Override
  public void close() {
    delete();
    if (!Files.exists(folder)) {
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
  }
}
