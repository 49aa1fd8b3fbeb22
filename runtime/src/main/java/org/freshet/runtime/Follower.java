package org.freshet.runtime;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.state.ModelStore;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.section.StateSection.Durability;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a replica from the newest good snapshot and the journal behind it: after a crash, and in
 * the background for the next snapshot, so that the stream does not stop for it.
 */
final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  /** The most rows of an entry. */
  static final int MOST = 4096;

  /** Told of each entry that was taken again. */
  interface Listener {
    void applied(Replica replica, Batch rows, Outcomes out, long firstAnswer)
        throws InterruptedException;
  }

  private Follower() {}

  /**
   * @param models gives the replica what it keeps models of keys in
   * @param until entry to stop before; {@link Long#MAX_VALUE} for all, which mends a torn end
   * @return null when there is neither snapshot nor journal
   * @throws org.freshet.core.StateException when what is there is corrupt or of another pipeline
   */
  static Replica follow(
      PipelineFile file,
      SnapshotStore store,
      Path journal,
      long until,
      int threads,
      Supplier<ModelStore> models,
      Listener listener)
      throws InterruptedException {
    Replica replica = store.newest(file, threads, models);
    Schema schema = replica == null ? null : replica.schema();
    try (JournalReader reader =
        new JournalReader(journal, schema, replica == null ? 0 : replica.entry())) {
      reader.afterPowerLoss(
          until == Long.MAX_VALUE && file.live().state().durability() == Durability.PROCESS);
      if (replica == null && reader.schema() == null) {
        return null;
      }
      if (replica == null) {
        replica = new Replica(file, reader.schema(), threads, models.get());
      }
      take(reader, replica, until, listener);
      if (until == Long.MAX_VALUE) {
        Path lost = reader.cutTornTail();
        if (lost != null) {
          LOG.warn(
              "the journal ends at entry {}: what came next had not reached the disk when the machine"
                  + " stopped, so {} cannot follow it and is put aside as {}; sources that can go back"
                  + " are read again from there",
              reader.entry(),
              lost.getFileName().toString().replace(".lost", ""),
              lost.getFileName());
        }
      }
      return replica;
    } catch (RuntimeException | InterruptedException e) {
      if (replica != null) {
        replica.close();
      }
      throw e;
    }
  }

  /** Takes a replica on to an entry, by the journal behind it. */
  static void goOn(Replica replica, Path journal, long until) throws InterruptedException {
    try (JournalReader reader = new JournalReader(journal, replica.schema(), replica.entry())) {
      take(reader, replica, until, (r, b, o, f) -> {});
    }
  }

  private static void take(JournalReader reader, Replica replica, long until, Listener listener)
      throws InterruptedException {
    Batch rows = new Batch(replica.schema(), MOST);
    Outcomes out = new Outcomes();
    while (reader.entry() < until) {
      Entry e = reader.next(rows);
      if (e == null) {
        return;
      }
      long first = replica.answers();
      replica.apply(e, rows, out);
      listener.applied(replica, rows, out, first);
    }
  }
}
