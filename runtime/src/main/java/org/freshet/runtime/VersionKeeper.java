package org.freshet.runtime;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.contest.Version;

/**
 * Brings each version into the registry when another model begins to answer. A small model is
 * written out by the owner between two turns, a large one is made again from the journal on the
 * thread of snapshots; either is on the disk before the next snapshot is, so that a crash in
 * between leaves the journal to make it from.
 */
final class VersionKeeper {
  /** Makes the replica of a moment again. */
  interface Past {
    Replica at(long entry) throws InterruptedException;
  }

  private final VersionStore store;
  private final Herald herald;
  private final String program;
  private int noted; // number of the newest version that was

  VersionKeeper(PipelineFile file, Herald herald, String program) {
    this.store = VersionStore.of(file);
    this.herald = herald;
    this.program = program;
  }

  VersionStore store() {
    return store;
  }

  /** Notes what is new in a replica that recovers, at once; by the thread that replays. */
  void replayed(Replica replica) {
    Version v = next(replica);
    if (v != null && !store.has(v)) {
      note(v, kept(v) ? VersionStore.toBytes(replica, program) : null);
    }
  }

  /**
   * Notes what is new; by the owner after each entry.
   *
   * @param copies whether the owner has the time to copy the model
   * @param background a single thread, that of snapshots
   */
  void applied(Replica replica, BooleanSupplier copies, Executor background, Past past) {
    Version v = next(replica);
    if (v == null) {
      return;
    }
    if (!kept(v)) {
      background.execute(() -> note(v, null));
    } else if (copies.getAsBoolean()) {
      byte[] model = VersionStore.toBytes(replica, program);
      background.execute(() -> note(v, model));
    } else {
      long entry = replica.entry();
      background.execute(() -> make(v, entry, past));
    }
  }

  /** The version that began with the entry applied last; null without one. */
  private Version next(Replica replica) {
    int number = replica.contest().version();
    if (number == noted) {
      return null;
    }
    noted = number;
    Version v = replica.contest().versionOf(number);
    boolean first = number == 1 && replica.entry() == 1;
    return first || v.entry() == replica.entry() ? v : null; // else it is what a snapshot had
  }

  /** Models of keys that lie in the database are not in the state of a model. */
  private static boolean kept(Version v) {
    return !v.spec().contains("beyond=store");
  }

  private void make(Version v, long entry, Past past) {
    try (Replica then = past.at(entry)) {
      note(v, VersionStore.toBytes(then, program));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | OutOfMemoryError e) {
      failed(v, e);
    }
  }

  private void note(Version v, byte[] model) {
    try {
      store.write(v, model);
    } catch (RuntimeException e) {
      failed(v, e);
    }
  }

  private void failed(Version v, Throwable e) {
    herald.happened(
        Happening.TROUBLE, "version " + v.name() + " is not in the registry: " + e.getMessage());
  }
}
