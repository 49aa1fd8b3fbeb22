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
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Span;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.core.live.Sink;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.section.StateSection.Durability;
import org.freshet.runtime.budget.LatencyGuard;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalWriter;
import org.freshet.runtime.models.SqliteModels;
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

  /** Records of a turn that waits for the disk: one wait for all of them. */
  private static final int ROWS_DURABLE = 1024;

  private static final long SEGMENT = 64L << 20;
  private static final long SECOND = 1_000_000_000;

  /** Feeds hear at most so often what is in the journal. */
  private static final long TELL = SECOND / 20;

  /** How long a pipeline that stops waits for a disk, and for its sinks. */
  private static final long PATIENCE = 30 * SECOND;

  private final PipelineFile file;
  private final int threads;
  private final boolean durable;
  private final StateFolder folder;
  private final SqliteModels models;
  private final Snapshotter snapshots;
  private final List<Feed> feeds;
  private final List<SinkRunner> sinks = new CopyOnWriteArrayList<>();
  private final Intake intake;
  private final LongSupplier wall;
  private final LiveListener listener;
  private final ConcurrentLinkedQueue<Order> orders = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile Replica replica;
  private Herald herald;
  private LatencyGuard guard; // null without a limit
  private JournalWriter journal;
  private volatile Thread owner;
  private volatile Thread starter;
  private volatile boolean stopping;
  private volatile boolean running;
  private volatile boolean paused;
  private volatile String trouble;
  private boolean begun;
  private boolean feedsClosed;
  private long stoppingSince;
  private long nextSnapshot; // of System.nanoTime, which no change of the clock moves
  private long tried; // a snapshot, last
  private long lastRow;
  private long told; // when feeds heard last
  private long toldEntry; // entries of the journal they heard of
  private long now; // of the wall clock, never going back

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
    this(file, feeds, threads, program, listener, System::currentTimeMillis);
  }

  /** With a clock of its own. */
  Live(
      PipelineFile file,
      List<Feed> feeds,
      int threads,
      String program,
      LiveListener listener,
      LongSupplier wall) {
    this.wall = wall;
    this.file = file;
    this.feeds = List.copyOf(feeds);
    this.threads = threads;
    this.listener = listener;
    this.durable = file.live().state().durability() == Durability.MACHINE;
    this.folder =
        new StateFolder(Path.of(file.live().state().directory()), file.live().limits().disk());
    this.models = new SqliteModels(folder.models());
    this.snapshots = new Snapshotter(file, folder, models, sinks, listener, program);
    this.intake = new Intake(file.live().limits().queue(), Follower.MOST);
  }

  /**
   * Recovers what was, opens the sinks, starts the feeds and the owner. Waits for the schema of the
   * first feed where that must see events first.
   *
   * @param openSinks in the file's order
   */
  public void start(List<Sink> openSinks) throws InterruptedException {
    synchronized (this) {
      if (begun || stopping) {
        throw new IllegalStateException("a pipeline is started once, before it is closed");
      }
      begun = true;
      starter = Thread.currentThread();
    }
    try {
      recover(openSinks);
      owner = new Thread(this::run, "owner-" + file.name());
      owner.start();
    } catch (RuntimeException | InterruptedException e) {
      closeFeeds();
      release();
      openSinks.subList(sinks.size(), openSinks.size()).forEach(Sink::close);
      ended.completeExceptionally(e);
      throw e;
    } finally {
      synchronized (this) {
        starter = null;
        notifyAll();
      }
    }
  }

  private void recover(List<Sink> openSinks) throws InterruptedException {
    long start = System.nanoTime();
    folder.lock();
    Recovery recovery = new Recovery(openSinks);
    replica =
        Follower.follow(
            file,
            snapshots.store(),
            folder.journal(),
            Long.MAX_VALUE,
            threads,
            models::writer,
            recovery::applied);
    if (replica == null) {
      replica = new Replica(file, Schemas.copy(feeds.get(0).schema()), threads, models.writer());
    } else {
      LOG.info(
          "recovered {} answers and {} entries of the journal in {} ms",
          replica.answers(),
          replica.entry(),
          (System.nanoTime() - start) / 1_000_000);
    }
    recovery.open(replica, replica.answers());
    recovery.check(replica.answers());
    journal =
        new JournalWriter(
            folder.journal(),
            file.pipeline().toString(),
            replica.schema(),
            replica.entry(),
            durable);
    batch = new Batch(replica.schema(), Follower.MOST);
    herald = new Herald(file, listener);
    Span latency = file.live().limits().latency();
    guard =
        latency == null ? null : new LatencyGuard(latency.length(), replica.contest().falling());
    listener.started(replica);
    nextSnapshot = System.nanoTime() + period();
    lastRow = System.nanoTime();
    told = lastRow;
    for (int i = 0; i < feeds.size(); i++) {
      feeds.get(i).start(replica.schema(), positions(i), intake);
    }
    running = true;
  }

  private long period() {
    return TimeUnit.MILLISECONDS.toNanos(file.live().state().every().length());
  }

  /** Opens each sink at the first moment its schema is known, and gives it what it lacks. */
  private final class Recovery {
    private final List<Sink> unopened;

    Recovery(List<Sink> sinks) {
      this.unopened = new ArrayList<>(sinks);
    }

    /**
     * @param first answer that can be made again
     */
    void open(Replica r, long first) {
      for (Sink s : unopened) {
        long written = s.open(file.name(), r.schema());
        sinks.add(new SinkRunner(s, written));
        if (written > 0 && written < first) {
          throw new ConfigException(
              "sink",
              s.name()
                  + " has "
                  + written
                  + " answers, the pipeline gave "
                  + first
                  + " before its oldest snapshot, and cannot make those again; restore what the sink"
                  + " had, or let it begin anew");
        }
      }
      unopened.clear();
    }

    /** A sink that has more answers than were given belongs to another run, or a disk lost some. */
    void check(long answers) {
      for (SinkRunner s : sinks) {
        if (s.written() > answers && answers == 0) {
          throw new ConfigException(
              "sink",
              s.name()
                  + " has "
                  + s.written()
                  + " answers already, but the state folder is empty: they are of another run; move"
                  + " them away, or restore the folder");
        } else if (s.written() > answers) {
          LOG.warn(
              "sink {} has {} answers, the journal {}: the machine crashed, and the next answers are"
                  + " taken for those the sink has",
              s.name(),
              s.written(),
              answers);
        }
      }
    }

    void applied(Replica r, Batch rows, Outcomes o, long firstAnswer) throws InterruptedException {
      open(r, firstAnswer);
      if (!sinks.isEmpty()) {
        hand(Answering.blocks(rows, o, r, firstAnswer));
      }
    }
  }

  private void hand(List<AnswerBlock> answers) throws InterruptedException {
    for (AnswerBlock block : answers) {
      for (SinkRunner sink : sinks) {
        sink.put(block, this::outOfPatience);
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
    Throwable failure = null;
    try {
      while (!stopping || !orders.isEmpty()) {
        takeOrders();
        if (paused && !stopping) {
          Thread.sleep(10);
          continue;
        }
        cycle();
      }
      drain();
    } catch (Throwable e) {
      failure = e;
      if (!(e instanceof InterruptedException)) {
        LOG.error("the pipeline stops: {}", e.getMessage(), e);
      }
    } finally {
      finish(failure);
    }
  }

  /** Takes what waits, and does what is due. */
  private void cycle() throws InterruptedException {
    boolean over = feeds.stream().allMatch(Feed::ended);
    taken.clear();
    intake.take(taken, durable ? ROWS_DURABLE : ROWS, Follower.MOST, 100);
    long nanos = System.nanoTime();
    now = Math.max(now, wall.getAsLong());
    if (!taken.isEmpty()) {
      turn();
      lastRow = nanos;
    } else if (over) {
      stop(); // every source was read to its end
    } else if (nanos - lastRow >= SECOND && file.labels().clocked()) {
      tick();
      lastRow = nanos;
    }
    if (nanos - nextSnapshot >= 0
        || journal.bytes() > folder.segment(SEGMENT) && nanos - tried > SECOND) {
      snapshot();
    }
    tellFeeds(nanos);
  }

  private void tellFeeds(long nanos) {
    if (nanos - told < TELL || replica.entry() == toldEntry) {
      return;
    }
    told = nanos;
    toldEntry = replica.entry();
    for (int i = 0; i < feeds.size(); i++) {
      feeds.get(i).consumed(positions(i));
    }
  }

  /**
   * What waited when the feeds were closed is taken too; when all answers are out, a last snapshot
   * is made, else the next start makes them again.
   */
  private void drain() throws InterruptedException {
    closeFeeds();
    intake.close();
    do {
      taken.clear();
      intake.take(taken, ROWS, Follower.MOST, 0);
      if (!taken.isEmpty()) {
        now = Math.max(now, wall.getAsLong());
        turn();
      }
    } while (!taken.isEmpty());
    taken.clear();
    for (SinkRunner s : sinks) {
      s.drain(TimeUnit.NANOSECONDS.toMillis(stoppingSince + PATIENCE - System.nanoTime()));
    }
    snapshots.stop(60_000);
    journal.sync();
    journal.settle();
    long answers = replica.answers();
    if (sinks.stream().allMatch(s -> s.written() >= answers)) {
      snapshots.last(replica);
    } else {
      LOG.warn("not all answers are out; the next start gives the sinks what they lack");
    }
  }

  /** Lets everything go, whatever happened. */
  private void finish(Throwable failure) {
    Throwable e = failure;
    try {
      stop();
      closeFeeds();
      release();
    } catch (RuntimeException alsoFailed) {
      e = e == null ? alsoFailed : e;
    }
    Throwable why = e == null ? new IllegalStateException("it was told to stop") : e;
    taken.forEach(r -> failed(r, why));
    intake.rest().forEach(r -> failed(r, why));
    if (e == null) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(e);
    }
    refuseOrders();
  }

  private synchronized void stop() {
    if (!stopping) {
      stoppingSince = System.nanoTime();
      stopping = true;
    }
  }

  private boolean outOfPatience() {
    return stopping && System.nanoTime() - stoppingSince > PATIENCE;
  }

  private synchronized void closeFeeds() {
    if (!feedsClosed) {
      feedsClosed = true;
      intake.close();
      feeds.forEach(Feed::close);
    }
  }

  /** Closes all but the feeds; what is closed already stays so. */
  private synchronized void release() {
    intake.close();
    try {
      snapshots.stop(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sinks.forEach(SinkRunner::close);
    if (journal != null) {
      journal.close();
      journal = null;
    }
    if (herald != null) {
      herald.close();
    }
    if (replica != null) {
      replica.close();
    }
    models.close();
    folder.close();
  }

  private static void failed(Records r, Throwable e) {
    if (r.reply() != null) {
      r.reply().failed(r, new IllegalStateException("the pipeline stopped: " + e.getMessage(), e));
    }
  }

  private void turn() throws InterruptedException {
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
    long begun = System.nanoTime();
    long first = replica.answers();
    consume();
    List<AnswerBlock> answers = Answering.blocks(batch, out, replica, first);
    reply(begun);
    hand(answers);
    keepTime();
  }

  private void tick() throws InterruptedException {
    batch.clear();
    moved.clear();
    batch.beginRow();
    batch.setKind(Batch.Kind.TICK);
    batch.setTime(now);
    batch.endRow();
    consume();
  }

  /** Into the journal, then into the replica. */
  private void consume() throws InterruptedException {
    retry(
        () -> {
          folder.check(journal.bytes());
          journal.append(batch, moved);
        });
    if (durable) {
      journal.sync();
    }
    replica.apply(new Entry(journal.entry() - 1, moved, null), batch, out);
    listener.applied(replica, batch, out, now);
    herald.tell(replica);
  }

  /** Switches to the fallback stage when time is short, and back. */
  private void keepTime() throws InterruptedException {
    String command = guard == null ? null : guard.decide(System.nanoTime());
    if (command == null) {
      return;
    }
    if (replica.contest().hasFallback()) {
      obey(command);
    } else {
      herald.happened(
          Happening.BUDGET,
          "one event in twenty takes %.3f ms, the limit is %s"
              .formatted(guard.p95() / 1e6, file.live().limits().latency()));
    }
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
        if (outOfPatience()) {
          throw e;
        }
        if (folder.over(journal.bytes()) && snapshots.entry() < replica.entry()) {
          snapshot();
        }
        Thread.sleep(pause);
      }
    }
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
        r.reply().done(r, Answering.rows(batch, row, row + r.size(), out, replica));
      }
      listener.answered(r, nanos - r.entered());
      if (guard != null) {
        guard.answered(r.size(), nanos - (r.reply() == null ? begun : r.entered()));
      }
      row += r.size();
    }
  }

  private void takeOrders() throws InterruptedException {
    for (Order o = orders.poll(); o != null; o = orders.poll()) {
      try {
        if (o.question() != null) {
          o.question().run();
        } else if (o.command().equals("snapshot")) {
          follow(snapshot(), o.done());
          continue;
        } else {
          order(o.command());
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
      default -> {
        replica.check(command);
        obey(command);
      }
    }
  }

  private void obey(String command) throws InterruptedException {
    batch.clear();
    moved.clear();
    retry(() -> journal.command(command, Map.of()));
    replica.apply(new Entry(journal.entry() - 1, Map.of(), command), batch, out);
    herald.tell(replica);
  }

  private void pause(boolean to) {
    if (paused != to) {
      paused = to;
      listener.happened(Happening.STATE, to ? "paused" : "goes on");
    }
  }

  private static void follow(CompletableFuture<Void> of, CompletableFuture<Void> done) {
    of.whenComplete(
        (v, e) -> {
          if (e == null) {
            done.complete(null);
          } else {
            done.completeExceptionally(e);
          }
        });
  }

  /** Begins a snapshot of this moment. */
  private CompletableFuture<Void> snapshot() {
    tried = System.nanoTime();
    nextSnapshot = tried + period();
    if (!snapshots.busy()) {
      try {
        journal.roll();
        folder.recount();
      } catch (UncheckedIOException e) {
        LOG.warn("no snapshot this time: {}", e.getMessage());
        return CompletableFuture.failedFuture(e);
      }
    }
    return snapshots.begin(replica, journal);
  }

  /**
   * Asks the owner to do something between two turns: {@code pause}, {@code resume}, {@code
   * snapshot}, or a command that goes through the journal.
   *
   * @return completes when it is done: for a snapshot, when it is on the disk
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
    return snapshots.made();
  }

  /** In words what is wrong now: journal, sinks, feeds; null when all is well. */
  public String trouble() {
    if (trouble != null) {
      return trouble;
    }
    if (snapshots.trouble() != null) {
      return snapshots.trouble();
    }
    if (models.trouble() != null) {
      return models.trouble();
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

  /**
   * Closes the feeds, takes what waits, writes what is to be written, makes a last snapshot. Called
   * again, it waits for the same.
   */
  public void drainAndClose() throws InterruptedException {
    stop();
    closeFeeds();
    synchronized (this) {
      begun = true;
      while (starter != null) {
        starter.interrupt(); // it may wait for the first events, or for a sink
        wait(100);
      }
    }
    intake.wake();
    if (owner == null) {
      release();
      ended.complete(null);
      refuseOrders();
    } else {
      owner.join();
    }
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
