package org.freshet.runtime;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.core.live.Sink;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.section.StateSection.Durability;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalWriter;
import org.freshet.runtime.journal.Segments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline that runs: feeds push records in, one thread owns the model, answers go to sinks and
 * to who asked.
 *
 * <p>Each turn of the owner takes what waits (at most {@value #ROWS} records, unless one block is
 * larger), gives names their codes, appends the rows to the journal, lets the replica predict and
 * learn, and hands the answers on. What is in the journal is never lost and never learnt twice;
 * what is not was never answered.
 */
public final class Live implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Live.class);

  /** Records of a turn. */
  private static final int ROWS = 64;

  /** Bytes of state up to which the owner makes the snapshot itself: a few milliseconds. */
  private static final long SMALL = 1 << 20;

  private static final long SEGMENT = 64L << 20;
  private static final long TICK_MILLIS = 1000;

  /** Feeds hear at most so often what is in the journal. */
  private static final long TELL_MILLIS = 50;

  /** How long an orderly stop waits for sinks; answers not out then are made again at the start. */
  private static final long SINK_MILLIS = 30_000;

  private final PipelineFile file;
  private final String program;
  private final int threads;
  private final Path folder;
  private final Path journalFolder;
  private final SnapshotStore store;
  private final List<Feed> feeds;
  private final List<SinkRunner> sinks = new CopyOnWriteArrayList<>();
  private final Intake intake;
  private final LiveListener listener;
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          r -> {
            Thread t = new Thread(r, "snapshots");
            t.setDaemon(true);
            return t;
          });
  private final ConcurrentLinkedQueue<Order> orders = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile Replica replica;
  private JournalWriter journal;
  private Thread owner;
  private boolean closed;
  private volatile boolean stopping;
  private volatile boolean running;
  private volatile boolean paused;
  private volatile boolean snapshotting;
  private volatile String trouble;
  private volatile long lastSnapshot; // wall clock, for its age
  private long nextSnapshot;
  private long told; // when feeds heard last
  private long toldEntry; // entries of the journal they heard of

  // Scratch of the owner.
  private final List<Records> taken = new ArrayList<>();
  private final Outcomes out = new Outcomes();
  private Batch batch;
  private final Map<String, Long> moved = new LinkedHashMap<>();

  /** Something to be done between two turns: a command, or a question to the replica. */
  private record Order(String command, Runnable question, CompletableFuture<Void> done) {}

  /**
   * @param feeds made from the file's source and label source, in this order
   * @param program version of Freshet, for snapshots
   * @param listener told of everything the owner does, on its thread
   */
  public Live(
      PipelineFile file, List<Feed> feeds, int threads, String program, LiveListener listener) {
    this.file = file;
    this.feeds = List.copyOf(feeds);
    this.threads = threads;
    this.program = program;
    this.listener = listener;
    this.folder = Path.of(file.live().state().directory());
    this.journalFolder = folder.resolve("journal");
    this.store = new SnapshotStore(folder.resolve("snapshots"), file.live().state().keep());
    this.intake = new Intake(file.live().limits().queue());
  }

  /**
   * Recovers what was, opens the sinks, starts the feeds and the owner. Waits for the schema of the
   * first feed where that must see events first.
   *
   * @param openSinks in the file's order
   */
  public void start(List<Sink> openSinks) throws InterruptedException {
    long begun = System.nanoTime();
    Recovery recovery = new Recovery(openSinks);
    replica =
        Follower.follow(file, store, journalFolder, Long.MAX_VALUE, threads, recovery::applied);
    if (replica == null) {
      replica = new Replica(file, Schemas.copy(feeds.get(0).schema()), threads);
    } else {
      LOG.info(
          "recovered {} answers and {} entries of the journal in {} ms",
          replica.answers(),
          replica.entry(),
          (System.nanoTime() - begun) / 1_000_000);
    }
    recovery.open(replica);
    journal =
        new JournalWriter(
            journalFolder, file.pipeline().toString(), replica.schema(), replica.entry());
    batch = new Batch(replica.schema(), Follower.MOST);
    listener.started(replica);
    nextSnapshot = System.currentTimeMillis() + file.live().state().every().length();
    owner = new Thread(this::run, "owner-" + file.name());
    owner.start();
    for (int i = 0; i < feeds.size(); i++) {
      feeds.get(i).start(replica.schema(), positions(i), intake);
    }
    running = true;
  }

  /** Opens each sink at the first moment its schema is known, and gives it what it lacks. */
  private final class Recovery {
    private final List<Sink> unopened;

    Recovery(List<Sink> sinks) {
      this.unopened = new ArrayList<>(sinks);
    }

    void open(Replica r) {
      for (Sink s : unopened) {
        sinks.add(new SinkRunner(s, s.open(file.name(), r.schema())));
      }
      unopened.clear();
    }

    void applied(Replica r, Batch rows, Outcomes o, long firstAnswer) throws InterruptedException {
      open(r);
      hand(Answering.block(rows, o, r.schema(), r.model(), firstAnswer));
    }
  }

  private void hand(AnswerBlock answers) throws InterruptedException {
    if (answers.size() > 0) {
      for (SinkRunner sink : sinks) {
        sink.put(answers);
      }
    }
  }

  private Map<String, Long> positions(int feed) {
    Map<String, Long> own = new HashMap<>();
    String prefix = feed + "/";
    replica
        .positions()
        .forEach(
            (name, at) -> {
              if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), at);
              }
            });
    return own;
  }

  private void run() {
    try {
      long lastRow = System.currentTimeMillis();
      while (!stopping || !orders.isEmpty()) {
        takeOrders();
        taken.clear();
        if (paused && !stopping) {
          Thread.sleep(10);
          continue;
        }
        intake.take(taken, ROWS, Follower.MOST, 100);
        long now = System.currentTimeMillis();
        if (!taken.isEmpty()) {
          turn(now);
          lastRow = now;
        } else if (now - lastRow >= TICK_MILLIS && file.labels().clocked()) {
          tick(now);
          lastRow = now;
        }
        tellFeeds(now);
        if (now >= nextSnapshot || journal.bytes() > SEGMENT) {
          snapshot(now);
        }
      }
      drain();
      ended.complete(null);
    } catch (Throwable e) {
      stopping = true;
      intake.close();
      ended.completeExceptionally(e);
      refuseOrders();
      if (!(e instanceof InterruptedException)) {
        LOG.error("the pipeline stops: {}", e.getMessage(), e);
      }
      taken.forEach(r -> failed(r, e));
      intake.rest().forEach(r -> failed(r, e));
    }
  }

  private void tellFeeds(long now) {
    if (now - told < TELL_MILLIS || replica.entry() == toldEntry) {
      return;
    }
    told = now;
    toldEntry = replica.entry();
    for (int i = 0; i < feeds.size(); i++) {
      feeds.get(i).consumed(positions(i));
    }
  }

  private static void failed(Records r, Throwable e) {
    if (r.reply() != null) {
      r.reply().failed(r, new IllegalStateException("the pipeline stopped: " + e.getMessage(), e));
    }
  }

  /** What waited when the feeds were closed is taken too, then a last snapshot is made. */
  private void drain() throws InterruptedException {
    do {
      taken.clear();
      intake.take(taken, ROWS, Follower.MOST, 0);
      if (!taken.isEmpty()) {
        turn(System.currentTimeMillis());
      }
    } while (!taken.isEmpty());
    background.shutdown();
    background.awaitTermination(60, TimeUnit.SECONDS);
    journal.sync();
    if (allOut(SINK_MILLIS)) {
      store.write(SnapshotStore.toBytes(replica, program), replica.entry());
    }
    journal.close();
  }

  /** Whether all answers are out; only then may a snapshot stand behind them. */
  private boolean allOut(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (sinks.stream().anyMatch(s -> s.written() < replica.answers())) {
      if (System.nanoTime() > end || sinks.stream().anyMatch(SinkRunner::failed)) {
        LOG.warn("not all answers are out; they are made again at the next start");
        return false;
      }
      Thread.sleep(5);
    }
    return true;
  }

  private void turn(long now) throws InterruptedException {
    batch.clear();
    moved.clear();
    for (Records r : taken) {
      for (int i = 0; i < r.size(); i++) {
        r.appendTo(batch, i, now);
      }
      if (r.feed() != null) {
        moved.put(feeds.indexOf(r.feed()) + "/" + r.partition(), r.next());
      }
    }
    long first = replica.answers();
    consume(now);
    AnswerBlock answers = Answering.block(batch, out, replica.schema(), replica.model(), first);
    reply();
    hand(answers);
  }

  private void tick(long now) throws InterruptedException {
    batch.clear();
    moved.clear();
    batch.beginRow();
    batch.setKind(Batch.Kind.TICK);
    batch.setTime(now);
    batch.endRow();
    consume(now);
  }

  /** Into the journal, then into the replica. */
  private void consume(long now) throws InterruptedException {
    retry(() -> journal.append(batch, moved));
    if (file.live().state().durability() == Durability.MACHINE) {
      retry(journal::sync);
    }
    replica.apply(new Entry(journal.entry() - 1, moved, null), batch, out);
    listener.applied(replica, batch, out, now);
  }

  /** A full disk is waited for: nothing was consumed yet, so nothing is lost. */
  private void retry(Runnable write) throws InterruptedException {
    for (long pause = 50; ; pause = Math.min(5000, 2 * pause)) {
      try {
        write.run();
        if (trouble != null) {
          LOG.info("the journal can be written again");
          trouble = null;
        }
        return;
      } catch (UncheckedIOException e) {
        if (trouble == null) {
          LOG.warn("{}; trying again", e.getMessage());
        }
        trouble = e.getMessage();
        Thread.sleep(pause);
      }
    }
  }

  private void reply() {
    int row = 0;
    long nanos = System.nanoTime();
    for (Records r : taken) {
      if (r.reply() != null) {
        for (int i = 0; i < r.size(); i++) {
          r.fate(i, out.fate(row + i));
        }
        r.reply()
            .done(
                r,
                Answering.rows(batch, row, row + r.size(), out, replica.schema(), replica.model()));
      }
      listener.answered(r, nanos - r.entered());
      row += r.size();
    }
  }

  private void takeOrders() throws InterruptedException {
    for (Order o = orders.poll(); o != null; o = orders.poll()) {
      try {
        if (o.question() == null) {
          order(o.command());
        } else {
          o.question().run();
        }
        o.done().complete(null);
      } catch (RuntimeException e) {
        o.done().completeExceptionally(e);
      }
    }
  }

  private void order(String command) throws InterruptedException {
    switch (command) {
      case "pause" -> pause(true);
      case "resume" -> pause(false);
      case "snapshot" -> snapshot(System.currentTimeMillis());
      default -> {
        batch.clear();
        moved.clear();
        retry(() -> journal.command(command, Map.of()));
        replica.apply(new Entry(journal.entry() - 1, Map.of(), command), batch, out);
      }
    }
  }

  private void pause(boolean to) {
    if (paused != to) {
      paused = to;
      listener.happened(Happening.STATE, to ? "paused" : "goes on");
    }
  }

  /** Begins a snapshot: a small state is written out here, a large one is followed up to here. */
  private void snapshot(long now) throws InterruptedException {
    nextSnapshot = now + file.live().state().every().length();
    if (snapshotting || stopping) {
      return;
    }
    snapshotting = true;
    retry(journal::roll);
    long entry = replica.entry();
    long answers = replica.answers();
    byte[] small = replica.memoryBytes() <= SMALL ? SnapshotStore.toBytes(replica, program) : null;
    background.execute(
        () -> {
          try {
            makeSnapshot(small, entry, answers);
            lastSnapshot = System.currentTimeMillis();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.warn("no snapshot this time: {}", e.getMessage());
            listener.happened(Happening.SNAPSHOT, "no snapshot this time: " + e.getMessage());
          } finally {
            snapshotting = false;
          }
        });
  }

  private void makeSnapshot(byte[] small, long entry, long answers) throws InterruptedException {
    long begun = System.nanoTime();
    byte[] bytes = small;
    if (bytes == null) {
      try (Replica follower =
          Follower.follow(file, store, journalFolder, entry, 1, (r, b, o, f) -> {})) {
        bytes = SnapshotStore.toBytes(follower, program);
      }
    }
    // Answers before it are not made again after a crash, so they must be out.
    while (sinks.stream().anyMatch(s -> s.written() < answers)) {
      Thread.sleep(20);
    }
    store.write(bytes, entry);
    long needed = store.prune();
    if (!file.live().state().keepJournal()) {
      Segments.prune(journalFolder, needed);
    }
    listener.snapshot(entry, bytes.length, System.nanoTime() - begun);
  }

  /**
   * Asks the owner to do something between two turns: {@code pause}, {@code resume}, {@code
   * snapshot}, or a command that goes through the journal.
   */
  public CompletableFuture<Void> ask(String command) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    order(new Order(command, null, done));
    return done;
  }

  /**
   * Asks the replica something between two turns, on the owner's thread: quick, and changing
   * nothing, because what is no entry of the journal must leave no trace.
   */
  public <T> CompletableFuture<T> read(Function<Replica, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    done.whenComplete(
        (v, e) -> {
          if (e != null) {
            answer.completeExceptionally(e);
          }
        });
    order(new Order(null, () -> answer.complete(question.apply(replica)), done));
    return answer;
  }

  private void order(Order o) {
    orders.add(o);
    intake.wake();
    if (ended.isDone()) {
      refuseOrders();
    }
  }

  private void refuseOrders() {
    for (Order o = orders.poll(); o != null; o = orders.poll()) {
      o.done().completeExceptionally(new IllegalStateException("the pipeline has stopped"));
    }
  }

  /** Where records go that come from no feed of the file, such as labels over HTTP. */
  public Inbox inbox() {
    return intake;
  }

  /** Whether what was is recovered and records are taken. */
  public boolean running() {
    return running && !stopping;
  }

  /** Whether it was told to stop, or has stopped. */
  public boolean stopping() {
    return stopping;
  }

  public PipelineFile file() {
    return file;
  }

  public List<Feed> feeds() {
    return feeds;
  }

  /** Schema of the events; null before {@link #start} knows it. */
  public Schema schema() {
    return replica == null ? null : replica.schema();
  }

  public boolean paused() {
    return paused;
  }

  /** Records that wait to be consumed. */
  public int waiting() {
    return intake.waiting();
  }

  /** Records refused because too many waited. */
  public long shed() {
    return intake.shed();
  }

  /** How each sink is doing. */
  public List<SinkState> sinks() {
    return sinks.stream()
        .map(s -> new SinkState(s.name(), s.waiting(), s.written(), s.trouble()))
        .toList();
  }

  /** When the newest snapshot was made, milliseconds since 1970; 0 before the first. */
  public long lastSnapshot() {
    return lastSnapshot;
  }

  /** In words what is wrong now: journal, sinks, feeds; null when all is well. */
  public String trouble() {
    if (trouble != null) {
      return trouble;
    }
    for (SinkRunner s : sinks) {
      if (s.trouble() != null) {
        return "sink " + s.name() + ": " + s.trouble();
      }
    }
    for (Feed f : feeds) {
      if (f.trouble() != null) {
        return "feed " + f.name() + ": " + f.trouble();
      }
    }
    return null;
  }

  /** Completes when the pipeline has stopped, exceptionally when it failed. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Closes the feeds, takes what waits, writes what is to be written, makes a last snapshot. */
  public synchronized void drainAndClose() throws InterruptedException {
    if (closed) {
      return;
    }
    closed = true;
    feeds.forEach(Feed::close);
    stopping = true;
    intake.wake();
    if (owner != null) {
      owner.join();
    }
    refuseRest();
    for (SinkRunner s : sinks) {
      s.drain(SINK_MILLIS);
    }
    if (replica != null) {
      replica.close();
    }
  }

  /** What came too late for the owner is told so; nobody waits for ever. */
  private void refuseRest() {
    intake.close();
    for (Records r : intake.rest()) {
      failed(r, new IllegalStateException("it was told to stop"));
    }
    refuseOrders();
  }

  @Override
  public void close() {
    try {
      drainAndClose();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
