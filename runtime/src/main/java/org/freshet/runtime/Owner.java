package org.freshet.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Batch;
import org.freshet.core.FreshetException;
import org.freshet.core.component.Span;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Records;
import org.freshet.core.live.Reply;
import org.freshet.engine.FinalAnswer;
import org.freshet.engine.Outcomes;
import org.freshet.runtime.budget.LatencyGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the one thread that owns a pipeline. Each turn takes what waits, commits it, and
 * hands the answers to who asked and to the sinks; between turns it does what was ordered and what
 * is due.
 */
final class Owner implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Owner.class);

  /** Records of a turn. */
  private static final int ROWS = 64;

  /** Records of a turn that waits for the disk: one wait for all of them. */
  private static final int ROWS_DURABLE = 1024;

  private static final long SECOND = 1_000_000_000;

  /** Feeds hear at most so often what is in the journal. */
  private static final long TELL = SECOND / 20;

  private final Parts parts;
  private final Replica replica;
  private final Committer committer;
  private final Orders orders;
  private final Stopping stopping;
  private final CompletableFuture<Void> ended;
  private final LatencyGuard guard; // null without a limit
  private final int rows;
  private final long ahead; // milliseconds
  private volatile boolean paused;
  private long lastRow = System.nanoTime();
  private long told = lastRow; // when feeds heard last
  private long toldEntry; // entries of the journal they heard of
  private long now; // milliseconds since 1970
  private long tooEarly; // records

  /** Who waits for the final answer to the event of one of its records. */
  private record Awaited(Reply reply, int row) {}

  private final Map<Long, List<Awaited>> awaited = new HashMap<>(); // by event

  // Scratch.
  private final List<Records> taken = new ArrayList<>();
  private final Outcomes out = new Outcomes();
  private final Batch batch;
  private final Map<String, Long> moved = new LinkedHashMap<>();

  /**
   * @param parts opened
   * @param ended completed when all is over
   */
  Owner(Parts parts, Committer committer, Orders orders, CompletableFuture<Void> ended) {
    this.parts = parts;
    this.replica = parts.replica();
    this.committer = committer;
    this.orders = orders;
    this.stopping = parts.stopping;
    this.ended = ended;
    this.rows = parts.durable() ? ROWS_DURABLE : ROWS;
    this.ahead = parts.ahead();
    this.batch = new Batch(replica.schema(), Follower.MOST);
    Span latency = parts.file.live().limits().latency();
    this.guard =
        latency == null ? null : new LatencyGuard(latency.length(), replica.contest().falling());
  }

  @Override
  public void run() {
    Throwable failure = null;
    try {
      parts.asker.begin(replica);
      while (!stopping.asked() || !orders.isEmpty()) {
        orders.take(this::execute);
        if (paused && !stopping.asked()) {
          Thread.sleep(10);
          continue;
        }
        cycle();
      }
      drain();
    } catch (FreshetException e) {
      failure = e; // who runs it says so, in its words
    } catch (Throwable e) {
      failure = e;
      if (!(e instanceof InterruptedException)) {
        LOG.error("the pipeline stops: {}", e.toString(), e);
      }
    } finally {
      finish(failure);
    }
  }

  /** Takes what waits, and does what is due. */
  private void cycle() throws InterruptedException {
    boolean over = parts.feeds.stream().allMatch(Feed::ended);
    taken.clear();
    parts.intake.take(taken, rows, Follower.MOST, 100);
    long nanos = System.nanoTime();
    now = parts.clock.now();
    if (!taken.isEmpty()) {
      turn();
      lastRow = nanos;
    } else if (over && !parts.asker.busy()) {
      stopping.ask(); // every source was read to its end
    } else if (nanos - lastRow >= SECOND && parts.file.labels().clocked()) {
      tick();
      lastRow = nanos;
    }
    if (parts.federation != null) {
      parts.federation.turn(replica, committer);
    }
    committer.snapshotIfDue(nanos);
    tellFeeds(nanos);
  }

  private void turn() throws InterruptedException {
    batch.clear();
    moved.clear();
    for (Records r : taken) {
      boolean recording = r.feed() != null && r.feed().recording();
      long latest = recording || ahead == Long.MAX_VALUE ? Long.MAX_VALUE : now + ahead;
      for (int i = 0; i < r.size(); i++) {
        if (!r.appendTo(batch, i, now, latest)) {
          early(r, i);
        }
      }
      if (r.feed() != null) {
        moved.put(parts.feeds.indexOf(r.feed()) + "/" + r.partition(), r.next());
      }
    }
    long begun = System.nanoTime();
    long first = replica.answers();
    committer.rows(batch, moved, out, now);
    List<AnswerBlock> answers =
        parts.sinks.isEmpty() ? List.of() : Answering.blocks(batch, out, replica, first);
    reply(begun);
    last();
    parts.hand(answers);
    parts.asker.follow(replica);
    keepTime();
  }

  /** Says so of the first, and then ever more rarely. */
  private void early(Records r, int i) {
    if (Long.bitCount(++tooEarly) == 1) {
      parts.herald.happened(
          Happening.TROUBLE,
          "%s '%s' has the time %d, which is more than limits.ahead, %s, ahead of this machine's clock; it is taken to happen now, as %d before it were (times are milliseconds since 1970)"
              .formatted(
                  r.kind(i) == Batch.Kind.LABEL ? "label of" : "event",
                  r.id(i),
                  r.time(i),
                  parts.file.live().limits().ahead(),
                  tooEarly - 1));
    }
  }

  private void tick() throws InterruptedException {
    batch.clear();
    moved.clear();
    batch.beginRow();
    batch.setKind(Batch.Kind.TICK);
    batch.setTime(now);
    batch.endRow();
    committer.rows(batch, moved, out, now);
  }

  /**
   * @param begun when the turn was: who waits for nothing may have waited long
   */
  private void reply(long begun) {
    int row = 0;
    long nanos = System.nanoTime();
    for (Records r : taken) {
      if (r.reply() != null) {
        for (int i = 0; i < r.size(); i++) {
          r.fate(i, out.fate(row + i));
        }
        await(r, row);
        r.reply().done(r, Answering.rows(batch, row, row + r.size(), out, replica));
      }
      parts.listener.answered(r, nanos - r.entered());
      if (guard != null) {
        guard.answered(r.size(), nanos - (r.reply() == null ? begun : r.entered()));
      }
      row += r.size();
    }
  }

  /** Notes who wants the final answers to events that are left to experts. */
  private void await(Records r, int row) {
    for (int i = 0; r.reply().waits() && i < r.size(); i++) {
      if (out.rowDeferred(row + i) != null) {
        List<Awaited> all = awaited.computeIfAbsent(out.rowEvent(row + i), e -> new ArrayList<>());
        all.removeIf(a -> !a.reply.waits()); // who gave up
        all.add(new Awaited(r.reply(), i));
      }
    }
  }

  private void last() {
    for (FinalAnswer f : out.last()) {
      List<Awaited> who = awaited.remove(f.event());
      if (who != null) {
        AnswerBlock answer = Answering.last(f, replica, -1);
        who.forEach(a -> a.reply.last(a.row, answer));
      }
    }
  }

  /** Switches to the fallback stage when time is short, and back. */
  private void keepTime() throws InterruptedException {
    String command = guard == null ? null : guard.decide(System.nanoTime());
    if (command == null) {
      return;
    }
    if (replica.contest().hasFallback()) {
      committer.command(command);
    } else {
      parts.herald.happened(
          Happening.BUDGET,
          String.format(
              Locale.ROOT,
              command.equals("fallback on")
                  ? "one event in twenty takes more than %.3f ms, the limit is %s"
                  : "all but one event in twenty are within %.3f ms again, the limit is %s",
              guard.p95() / 1e6,
              parts.file.live().limits().latency()));
    }
  }

  private void tellFeeds(long nanos) {
    if (nanos - told < TELL || replica.entry() == toldEntry) {
      return;
    }
    told = nanos;
    toldEntry = replica.entry();
    for (int i = 0; i < parts.feeds.size(); i++) {
      parts.feeds.get(i).consumed(parts.positions(i));
    }
  }

  private CompletableFuture<Void> execute(String command) throws InterruptedException {
    switch (command) {
      case "pause" -> pause(true);
      case "resume" -> pause(false);
      case "snapshot" -> {
        try {
          return committer.snapshot();
        } catch (RuntimeException none) {
          return CompletableFuture.failedFuture(none);
        }
      }
      default -> {
        String entry;
        try {
          entry = parts.snapshots.versions().store().journalled(command);
          replica.check(entry);
        } catch (RuntimeException refused) {
          return CompletableFuture.failedFuture(refused);
        }
        committer.command(entry); // once it is in the journal it must be obeyed
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  private void pause(boolean to) {
    if (paused != to) {
      paused = to;
      parts.herald.happened(Happening.STATE, to ? "paused" : "goes on");
    }
  }

  boolean paused() {
    return paused;
  }

  /**
   * What waited when the feeds were closed is taken too, and what experts say who are being asked;
   * when all answers are out, a last snapshot is made, else the next start makes them again.
   */
  private void drain() throws InterruptedException {
    parts.closeFeeds();
    parts.asker.end();
    boolean more;
    do {
      more = parts.asker.busy() && !stopping.outOfPatience();
      taken.clear();
      parts.intake.take(taken, ROWS, Follower.MOST, more ? 10 : 0);
      if (!taken.isEmpty()) {
        now = parts.clock.now();
        turn();
      }
    } while (more || !taken.isEmpty());
    taken.clear();
    if (parts.federation != null) {
      parts.federation.end(replica, committer);
    }
    for (SinkRunner s : parts.sinks) {
      s.drain(TimeUnit.NANOSECONDS.toMillis(stopping.left()));
    }
    long answers = replica.answers();
    Ledger ledger = parts.ledger();
    if (ledger != null) {
      ledger.drain(TimeUnit.NANOSECONDS.toMillis(stopping.left()));
    }
    boolean out =
        parts.sinks.stream().allMatch(s -> s.written() >= answers)
            && (ledger == null || ledger.entry() >= replica.entry());
    parts.snapshots.stop(out ? 60_000 : 0); // one that is begun may wait for the same sink
    committer.settle();
    if (out) {
      parts.snapshots.last(replica);
    } else {
      LOG.warn(
          "not all answers are out; the next start gives the sinks and the queue what they lack");
    }
    String idle = replica.idlePrices();
    if (idle != null) {
      parts.herald.happened(Happening.STATE, idle);
    }
    parts.listener.ending(replica);
  }

  /** Lets everything go, whatever happened. */
  private void finish(Throwable failure) {
    Throwable e = failure;
    try {
      stopping.ask();
      parts.letGo();
    } catch (RuntimeException | Error alsoFailed) {
      e = e == null ? alsoFailed : e;
    }
    Throwable why = e == null ? new IllegalStateException("it was told to stop") : e;
    taken.forEach(r -> failed(r, why));
    parts.intake.rest().forEach(r -> failed(r, why));
    if (e == null) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(e);
    }
    orders.refuse();
  }

  private static void failed(Records r, Throwable e) {
    if (r.reply() != null) {
      r.reply().failed(r, new IllegalStateException("the pipeline stopped: " + e.getMessage(), e));
    }
  }
}
