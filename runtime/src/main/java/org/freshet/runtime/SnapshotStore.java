package org.freshet.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.freshet.core.StateException;
import org.freshet.core.state.KeptState;
import org.freshet.core.state.ModelStore;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Snapshot;
import org.freshet.engine.Snapshots;
import org.freshet.engine.SpillFolder;
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
  private final Map<Path, Set<String>> rows = new HashMap<>(); // files of rows by snapshot

  SnapshotStore(Path folder) {
    this.folder = folder;
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

  /** As the other, with models of keys in memory alone. */
  Replica newest(PipelineFile file, int threads) {
    return newest(file, threads, () -> null);
  }

  /**
   * A replica as the newest snapshot that is whole says; null when there is none.
   *
   * @param models gives each replica what it keeps models of keys in
   * @throws StateException when the snapshot is of another pipeline, or of a newer program
   */
  Replica newest(PipelineFile file, int threads, Supplier<ModelStore> models) {
    for (Path path : files()) {
      Replica replica = null;
      try {
        Snapshot snapshot = Snapshots.read(path);
        replica = new Replica(file, snapshot.schema(), threads, models.get());
        snapshot.check(replica.setup());
        replica.load(snapshot.run());
        return replica;
      } catch (StateException e) {
        close(replica);
        if (e.verdict() != StateException.Verdict.CORRUPT) {
          throw e;
        }
        LOG.warn("{}; going back to the snapshot before it", e.getMessage());
        putAside(path);
      } catch (UncheckedIOException e) {
        close(replica);
        LOG.warn("{}; going back to the snapshot before it", e.getMessage());
      } catch (RuntimeException e) {
        close(replica);
        throw e;
      }
    }
    return null;
  }

  /** A damaged one no longer counts among those kept. */
  private static void putAside(Path path) {
    try {
      Files.move(
          path,
          path.resolveSibling(path.getFileName() + ".corrupt"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("cannot rename {}: {}", path, e.getMessage());
    }
  }

  private static void close(Replica replica) {
    if (replica != null) {
      replica.close();
    }
  }

  /**
   * A replica's state as it is now; only by the thread that owns it.
   *
   * @param before one that was written, whose memory is taken; null for none
   */
  static KeptState keep(Replica replica, String program, KeptState before) {
    return Snapshots.keep(program, replica.setup(), replica.schema(), replica::save, before);
  }

  /**
   * Writes the file whole or not at all.
   *
   * @param size told of the bytes before the file appears; may refuse them
   */
  void write(KeptState state, long entry, LongConsumer size) {
    Path file = file(entry);
    Snapshots.write(file, state, size);
    rows.put(file, Set.of()); // one whose rows are in files is not kept
  }

  /**
   * Writes a replica straight to the file, whole or not at all.
   *
   * @param size told of the bytes before the file appears; may refuse them
   */
  void write(Replica replica, String program, long entry, LongConsumer size) {
    Path file = file(entry);
    Snapshots.write(file, program, replica.setup(), replica.schema(), replica::save, size);
    rows.put(file, replica.rowFiles());
  }

  private Path file(long entry) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
    return folder.resolve(String.format(Locale.ROOT, "%s%020d%s", PREFIX, entry, SUFFIX));
  }

  /** Names of the files of spilled rows that the snapshots refer to; reads those not seen yet. */
  Set<String> refersTo() {
    List<Path> all = files();
    rows.keySet().retainAll(all);
    Set<String> names = new HashSet<>();
    for (Path path : all) {
      names.addAll(rows.computeIfAbsent(path, p -> SpillFolder.files(Snapshots.read(p).reader())));
    }
    return names;
  }

  /** Deletes all but the newest; gives the entry the journal is needed from. */
  long prune(int newest) {
    List<Path> all = files();
    for (int i = newest; i < all.size(); i++) {
      try {
        Files.deleteIfExists(all.get(i));
      } catch (IOException e) {
        LOG.warn("cannot delete {}: {}", all.get(i), e.getMessage()); // the next time, then
      }
    }
    return all.isEmpty() ? 0 : entry(all.get(Math.min(newest, all.size()) - 1));
  }
}
