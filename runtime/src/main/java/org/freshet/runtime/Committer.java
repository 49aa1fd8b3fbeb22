package org.freshet.runtime;

import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Batch;
import org.freshet.engine.Outcomes;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rows and commands into the journal and then into the replica, waits for a disk that is
 * full, and begins the snapshots; by the owner.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
  private static final long SEGMENT = 64L << 20;
  private static final long SECOND = 1_000_000_000;

  private final Parts parts;
  private final Replica replica;
  private final JournalWriter journal;
  private final Herald herald;
  private final boolean durable;
  private final long period;
  private final Batch none;
  private final Outcomes nothing = new Outcomes();
  private volatile String trouble;
  private long next; // snapshot, of System.nanoTime, which no change of the clock moves
  private long tried; // a snapshot, last

  /**
   * @param parts opened
   */
  Committer(Parts parts) {
    this.parts = parts;
    this.replica = parts.replica();
    this.journal = parts.journal();
    this.herald = parts.herald;
    this.durable = parts.durable();
    this.period = TimeUnit.MILLISECONDS.toNanos(parts.file.live().state().every().length());
    this.none = new Batch(replica.schema(), 1);
    this.next = System.nanoTime() + period;
  }

  /**
   * Rows, once they are in the journal.
   *
   * @param moved positions of feeds behind them
   * @param now of the wall clock, for the listener
   */
  void rows(Batch rows, Map<String, Long> moved, Outcomes out, long now)
      throws InterruptedException {
    retry(
        () -> {
          parts.folder.check(journal.bytes());
          journal.append(rows, moved);
        });
    if (durable) {
      journal.sync();
    }
    replica.apply(new Entry(journal.entry() - 1, moved, null), rows, out);
    parts.snapshots.applied(replica);
    if (parts.ledger() != null) {
      parts.ledger().applied(replica, rows, out, parts.stopping::outOfPatience);
    }
    parts.listener.applied(replica, rows, out, now);
    herald.tell(replica);
  }

  /** A command, which the replica does not refuse. */
  void command(String command) throws InterruptedException {
    command(command, Map.of());
  }

  /**
   * @param moved positions of feeds behind it
   */
  void command(String command, Map<String, Long> moved) throws InterruptedException {
    retry(() -> journal.command(command, moved));
    if (durable) {
      journal.sync(); // also before a segment that follows could be on the disk without it
    }
    replica.apply(new Entry(journal.entry() - 1, moved, command), none, nothing);
    if (parts.ledger() != null) {
      parts.ledger().applied(replica, none, nothing, parts.stopping::outOfPatience);
    }
    parts.snapshots.applied(replica);
    herald.tell(replica);
  }

  /**
   * A full disk is waited for: nothing was consumed yet, so nothing is lost. Where the limit of the
   * pipeline itself was met, a snapshot makes room, because the journal before it can go.
   */
  private void retry(Runnable write) throws InterruptedException {
    for (long pause = 20; ; pause = Math.min(5000, 2 * pause)) {
      try {
        write.run();
        if (trouble != null) {
          LOG.info("the journal can be written again");
          trouble = null;
        }
        return;
      } catch (UncheckedIOException e) {
        String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
        if (trouble == null) {
          LOG.warn("{}; trying again", why);
        }
        trouble = why;
        if (parts.stopping.outOfPatience()) {
          throw e;
        }
        if (parts.folder.over(journal.bytes()) && parts.snapshots.entry() < replica.entry()) {
          snapshot();
        }
        Thread.sleep(pause);
      }
    }
  }

  /** Begins a snapshot when one is due: its time has come, or the segment is long. */
  void snapshotIfDue(long nanos) {
    if (nanos - next >= 0
        || journal.bytes() > parts.folder.segment(SEGMENT) && nanos - tried > SECOND) {
      snapshot();
    }
  }

  /**
   * Begins a snapshot of this moment.
   *
   * @return completes when it is on the disk
   */
  CompletableFuture<Void> snapshot() {
    tried = System.nanoTime();
    next = tried + period;
    if (!parts.snapshots.busy()) {
      try {
        journal.roll();
        parts.folder.recount();
      } catch (UncheckedIOException e) {
        LOG.warn("no snapshot this time: {}", e.getMessage());
        return CompletableFuture.failedFuture(e);
      }
    }
    return parts.snapshots.begin(replica, journal);
  }

  /** All that was written is on the disk. */
  void settle() throws InterruptedException {
    journal.sync();
    journal.settle();
  }

  /** In words why the journal cannot be written now; null when it can. */
  String trouble() {
    return trouble;
  }
}
