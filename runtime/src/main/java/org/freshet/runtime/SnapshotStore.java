package org.freshet.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.freshet.core.StateException;
import org.freshet.core.state.StateFiles;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots in a folder, {@code snapshot-<entries before it>.freshet}; the newest few are kept.
 */
final class SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);
  private static final String PREFIX = "snapshot-";
  private static final String SUFFIX = ".freshet";

  private final Path folder;
  private final int keep;

  SnapshotStore(Path folder, int keep) {
    this.folder = folder;
    this.keep = keep;
  }

  /** Files, newest first. */
  List<Path> files() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> entry(f) >= 0)
          .sorted(Comparator.comparingLong(SnapshotStore::entry).reversed())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Entries before the snapshot; -1 for another file. */
  static long entry(Path file) {
    String name = file.getFileName().toString();
    if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
      return -1;
    }
    String number = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
    return number.matches("\\d{20}") ? Long.parseLong(number) : -1;
  }

  /**
   * A replica as the newest snapshot that is whole says; null when there is none.
   *
   * @throws StateException when the snapshot is of another pipeline
   */
  Replica newest(PipelineFile file, int threads) {
    for (Path path : files()) {
      Snapshot snapshot;
      try {
        snapshot = Snapshots.read(path);
      } catch (StateException e) {
        LOG.warn("{}; going back to the snapshot before it", e.getMessage());
        continue;
      }
      Replica replica = new Replica(file, snapshot.schema(), threads);
      try {
        snapshot.check(replica.setup());
        replica.load(snapshot.run());
        return replica;
      } catch (RuntimeException e) {
        replica.close();
        throw e;
      }
    }
    return null;
  }

  /** A replica's state as bytes of a snapshot; only by the thread that owns it. */
  static byte[] toBytes(Replica replica, String program) {
    return Snapshots.toBytes(program, replica.setup(), replica.schema(), replica::save);
  }

  /** Writes the file whole or not at all. */
  void write(byte[] snapshot, long entry) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
    StateFiles.write(
        folder.resolve(String.format(Locale.ROOT, "%s%020d%s", PREFIX, entry, SUFFIX)), snapshot);
  }

  /** Deletes all but the newest few; gives the entry the journal is needed from. */
  long prune() {
    List<Path> all = files();
    for (int i = keep; i < all.size(); i++) {
      try {
        Files.deleteIfExists(all.get(i));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete " + all.get(i) + ": " + e.getMessage(), e);
      }
    }
    return all.isEmpty() ? 0 : entry(all.get(Math.min(keep, all.size()) - 1));
  }
}
