package org.freshet.runtime;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.freshet.core.state.KeptState;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.SpillFolder;
import org.freshet.runtime.journal.JournalWriter;
import org.freshet.runtime.journal.Segments;
import org.freshet.runtime.models.SqliteModels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes snapshots beside the stream. A state that can be copied quickly, as the {@link Copier}
 * knows, is copied by the owner between two turns and written by another thread. A larger one is
 * that of a second replica, which follows the journal up to the moment on that thread. It loads the
 * snapshot before, or, where memory has room for both, is kept from one snapshot to the next: then
 * nothing large is made anew, for which the collector would stop the stream.
 */
final class Snapshotter {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);

  /** The part of the largest heap that a second replica may keep. */
  private static final int PART = 4;

  private static final Follower.Listener NOBODY = (r, b, o, f) -> {};

  private final PipelineFile file;
  private final StateFolder folder;
  private final SqliteModels models;
  private final SnapshotStore store;
  private final List<SinkRunner> sinks;
  private final Supplier<Ledger> ledger;
  private final LiveListener listener;
  private final Herald herald;
  private final String program;
  private final Copier copier;
  private final long kept; // bytes up to which a second replica is kept
  private Replica follower; // kept from one snapshot to the next; of the thread of snapshots
  private final VersionKeeper versions;
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          r -> {
            Thread t = new Thread(r, "snapshots");
            t.setDaemon(true);
            return t;
          });
  private volatile CompletableFuture<Void> current = CompletableFuture.completedFuture(null);
  private volatile long made;
  private volatile long entry = -1;
  private volatile String trouble;

  Snapshotter(
      PipelineFile file,
      StateFolder folder,
      SqliteModels models,
      List<SinkRunner> sinks,
      Supplier<Ledger> ledger,
      LiveListener listener,
      Herald herald,
      String program) {
    this.file = file;
    this.folder = folder;
    this.models = models;
    this.store = new SnapshotStore(folder.snapshots());
    this.sinks = sinks;
    this.ledger = ledger;
    this.listener = listener;
    this.herald = herald;
    this.program = program;
    this.copier = new Copier(program);
    this.kept = Long.getLong("freshet.snapshot.kept", Runtime.getRuntime().maxMemory() / PART);
    this.versions = new VersionKeeper(file, herald, program);
  }

  SnapshotStore store() {
    return store;
  }

  VersionKeeper versions() {
    return versions;
  }

  /** Notes the version that began with the entry applied last, if one did; by the owner. */
  void applied(Replica replica) {
    versions.applied(
        replica,
        () -> copier.isQuick(replica),
        background,
        at -> Follower.follow(file, store, folder.journal(), at, 1, models::reader, NOBODY));
  }

  boolean busy() {
    return !current.isDone();
  }

  /** When the newest was made, milliseconds since 1970; 0 before the first. */
  long made() {
    return made;
  }

  /** Entries before the newest that was made since the start; -1 before the first. */
  long entry() {
    return entry;
  }

  /** In words why the last attempt failed; null when it did not. */
  String trouble() {
    return trouble;
  }

  /**
   * Begins a snapshot of this moment, which a new segment of the journal begins with; by the owner.
   * While one is being made, that one is meant.
   *
   * @return completes when it is on the disk
   */
  CompletableFuture<Void> begin(Replica replica, JournalWriter journal) {
    if (busy()) {
      return current;
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    current = done;
    long at = replica.entry();
    long answers = replica.answers();
    KeptState state = copier.isQuick(replica) ? copier.copy(replica) : null;
    Map<String, Long> versions = SqliteModels.versions(replica.store());
    background.execute(
        () -> {
          try {
            journal.settle();
            make(state, versions, at, answers);
            trouble = null;
            done.complete(null);
            if (follower != null) {
              copier.tryOut(follower, background::isShutdown);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            done.completeExceptionally(e);
          } catch (RuntimeException e) {
            failed("no snapshot this time: " + e.getMessage());
            done.completeExceptionally(e);
          } catch (OutOfMemoryError e) {
            failed("no snapshot this time: a second copy of the state does not fit in memory");
            done.completeExceptionally(new IllegalStateException(trouble, e));
          } catch (Error e) { // such as of a mapped file that cannot be read
            failed("no snapshot this time: " + e);
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /** Said again only after a snapshot was made meanwhile. */
  private void failed(String why) {
    if (trouble == null) {
      herald.happened(Happening.TROUBLE, why);
    }
    trouble = why;
  }

  private void make(KeptState copy, Map<String, Long> versions, long at, long answers)
      throws InterruptedException {
    long begun = System.nanoTime();
    // Answers before it are not made again after a crash, so they must be out.
    while (sinks.stream().anyMatch(s -> s.written() < answers) || behind(at)) {
      Thread.sleep(20);
    }
    if (copy != null) {
      forget();
      publish(size -> store.write(copy, at, size), versions, at, begun);
      return;
    }
    Replica replica = follower;
    follower = null;
    try {
      if (replica == null) {
        replica = Follower.follow(file, store, folder.journal(), at, 1, models::reader, NOBODY);
      } else {
        Follower.goOn(replica, folder.journal(), at);
      }
      write(replica, versions, begun);
      if (replica.memoryBytes() < kept) {
        follower = replica;
        replica = null;
      }
    } finally {
      if (replica != null) {
        replica.close();
      }
    }
  }

  /** Whether the ledger lacks something before an entry, which is not replayed after it. */
  private boolean behind(long at) {
    Ledger l = ledger.get();
    return l != null && l.entry() < at;
  }

  private void forget() {
    if (follower != null) {
      follower.close();
      follower = null;
    }
  }

  private void write(Replica replica, Map<String, Long> versions, long begun) {
    long at = replica.entry();
    publish(size -> store.write(replica, program, at, size), versions, at, begun);
  }

  /** Refuses a snapshot there is no room for; what is there already makes room first. */
  private void room(long bytes) {
    if (folder.over(bytes)) {
      prune(1);
      if (file.live().state().keepJournal() || folder.large(bytes)) {
        folder.check(bytes);
      }
    }
  }

  /** Writes one and removes what is not needed any more. */
  private void publish(
      Consumer<LongConsumer> write, Map<String, Long> versions, long at, long begun) {
    models.mark(versions, at); // on the disk before the snapshot that needs them
    long[] bytes = new long[1];
    write.accept(
        n -> {
          bytes[0] = n;
          room(n);
        });
    int keep = file.live().state().keep();
    do {
      prune(keep); // the journal goes back to the oldest that is kept
    } while (folder.scarce() && --keep > 0);
    entry = at;
    made = System.currentTimeMillis();
    listener.snapshot(at, bytes[0], System.nanoTime() - begun);
  }

  private void prune(int keep) {
    long needed = store.prune(keep);
    models.prune(needed);
    versions.store().prune(needed);
    if (!file.live().state().keepJournal()) {
      Segments.prune(folder.journal(), needed);
    }
    if (Files.isDirectory(folder.rows())) {
      SpillFolder.sweep(folder.rows(), store.refersTo());
    }
    folder.recount();
  }

  /** Makes the last one; by the owner, when everything is consumed and all answers are out. */
  void last(Replica replica) {
    if (replica.entry() == entry) {
      return;
    }
    try {
      write(replica, SqliteModels.versions(replica.store()), System.nanoTime());
    } catch (RuntimeException e) {
      LOG.warn("no snapshot at the end, the journal is replayed: {}", e.getMessage());
    }
  }

  /** Waits for the one being made, for at most this long, and makes no more. */
  void stop(long millis) throws InterruptedException {
    background.shutdown();
    if (!background.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
      background.shutdownNow();
      background.awaitTermination(1, TimeUnit.SECONDS);
    }
    if (background.isTerminated()) {
      forget();
    }
  }
}
