package org.freshet.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Sink;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.journal.Disk;

/**
 * A pipeline that runs: feeds push records in, one thread owns the model, answers go to sinks and
 * to who asked. What others see of it, and how it is started and stopped; {@link Recovery} opens
 * it, {@link Owner} is the loop of its thread, {@link Committer} brings everything through the
 * journal.
 *
 * <p>What is in the journal is never lost and never learnt twice; what is not was never answered.
 */
public final class Live implements AutoCloseable {
  private final Parts parts;
  private final Orders orders;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile Committer committer;
  private volatile Owner owner;
  private volatile Thread thread; // of the owner
  private volatile Thread starter;
  private volatile boolean running;
  private boolean begun;

  /**
   * @param feeds made from the file's source and label source, in this order
   * @param program version of Freshet, for snapshots
   * @param listener told of everything the owner does, on its thread
   */
  public Live(
      PipelineFile file, List<Feed> feeds, int threads, String program, LiveListener listener) {
    this(file, feeds, threads, program, listener, System::currentTimeMillis, Disk.REAL);
  }

  /** With a clock and a disk of its own. */
  Live(
      PipelineFile file,
      List<Feed> feeds,
      int threads,
      String program,
      LiveListener listener,
      LongSupplier wall,
      Disk disk) {
    this.parts = new Parts(file, feeds, threads, program, listener, wall, disk);
    this.orders = new Orders(parts.intake);
  }

  /**
   * Has the pipeline begin with what another has learnt, in a state folder that is new.
   *
   * @param snapshot written by {@code evaluate --save}, or a version of another live pipeline
   */
  public void beginWith(Path snapshot) {
    parts.from(snapshot);
  }

  /**
   * Has a ledger kept, which is closed with the pipeline; before it is started.
   *
   * @param ledger opened
   */
  public void keep(Ledger ledger) {
    parts.ledger(ledger);
  }

  /** For tests: how long it waits for a disk and its sinks once it is told to stop. */
  void patience(Duration given) {
    parts.stopping.patience(given);
  }

  /**
   * Recovers what was, opens the sinks, starts the feeds and the owner. Waits for the schema of the
   * first feed where that must see events first.
   *
   * @param openSinks in the file's order
   */
  public void start(List<Sink> openSinks) throws InterruptedException {
    synchronized (this) {
      if (begun || stopping()) {
        throw new IllegalStateException("a pipeline is started once, before it is closed");
      }
      begun = true;
      starter = Thread.currentThread();
    }
    try {
      Recovery recovery = new Recovery(parts, openSinks);
      recovery.open();
      if (parts.ledger() != null) {
        parts.ledger().started(parts.replica());
      }
      parts.herald.begin(parts.replica());
      committer = new Committer(parts);
      recovery.agree(committer);
      if (parts.federation != null) {
        parts.federation.begin(parts.replica(), committer);
      }
      parts.listener.started(parts.replica());
      owner = new Owner(parts, committer, orders, ended);
      for (int i = 0; i < parts.feeds.size(); i++) {
        parts.feeds.get(i).start(parts.replica().schema(), parts.positions(i), parts.intake);
      }
      running = true;
      thread = new Thread(owner, "owner-" + parts.file.name());
      thread.start();
    } catch (RuntimeException | Error | InterruptedException e) {
      abandon(openSinks.subList(parts.sinks.size(), openSinks.size()), e);
      throw e;
    } finally {
      synchronized (this) {
        starter = null;
        notifyAll();
      }
    }
  }

  /** Lets everything go that was opened before the start failed. */
  private void abandon(List<Sink> unopened, Throwable why) {
    try {
      parts.letGo();
      unopened.forEach(Sink::close);
    } catch (RuntimeException alsoFailed) {
      why.addSuppressed(alsoFailed);
    }
    ended.completeExceptionally(why);
    orders.refuse();
  }

  /**
   * Asks the owner to do something between two turns: {@code pause}, {@code resume}, {@code
   * snapshot}, or a command that goes through the journal.
   *
   * @return completes when it is done: for a snapshot, when it is on the disk
   */
  public CompletableFuture<Void> ask(String command) {
    return orders.command(command);
  }

  /**
   * Asks the replica something between two turns, on the owner's thread: quick, and changing
   * nothing, because what is no entry of the journal must leave no trace.
   */
  public <T> CompletableFuture<T> read(Function<Replica, T> question) {
    return orders.question(parts, question);
  }

  /** Where records go that come from no feed of the file, such as labels over HTTP. */
  public Inbox inbox() {
    return parts.intake;
  }

  /** Whether what was is recovered and records are taken. */
  public boolean running() {
    return running && !stopping();
  }

  /** Whether it was told to stop, or has stopped. */
  public boolean stopping() {
    return parts.stopping.asked();
  }

  public PipelineFile file() {
    return parts.file;
  }

  public List<Feed> feeds() {
    return parts.feeds;
  }

  /** Schema of the events; null before {@link #start} knows it. */
  public Schema schema() {
    Replica replica = parts.replica();
    return replica == null ? null : replica.schema();
  }

  public boolean paused() {
    Owner o = owner;
    return o != null && o.paused();
  }

  /** Records that wait to be consumed. */
  public int waiting() {
    return parts.intake.waiting();
  }

  /** Records refused because too many waited. */
  public long shed() {
    return parts.intake.shed();
  }

  /** How each sink is doing. */
  public List<SinkState> sinks() {
    return parts.sinks.stream()
        .map(s -> new SinkState(s.name(), s.waiting(), s.written(), s.trouble()))
        .toList();
  }

  /** The registry of versions, the newest last. */
  public List<KeptVersion> versions() {
    return parts.snapshots.versions().store().all();
  }

  /** When the newest snapshot was made, milliseconds since 1970; 0 before the first. */
  public long lastSnapshot() {
    return parts.snapshots.made();
  }

  /** In words what is wrong now: journal, sinks, feeds; null when all is well. */
  public String trouble() {
    Committer c = committer;
    if (c != null && c.trouble() != null) {
      return c.trouble();
    }
    if (parts.snapshots.trouble() != null) {
      return parts.snapshots.trouble();
    }
    if (parts.models.trouble() != null) {
      return parts.models.trouble();
    }
    if (parts.ledger() != null && parts.ledger().trouble() != null) {
      return parts.ledger().trouble();
    }
    if (parts.asker.trouble() != null) {
      return parts.asker.trouble();
    }
    if (parts.federation != null && parts.federation.trouble() != null) {
      return parts.federation.trouble();
    }
    for (SinkRunner s : parts.sinks) {
      if (s.trouble() != null) {
        return "sink " + s.name() + ": " + s.trouble();
      }
    }
    for (Feed f : parts.feeds) {
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
    parts.stopping.ask();
    parts.closeFeeds();
    synchronized (this) {
      begun = true;
      while (starter != null) {
        starter.interrupt(); // it may wait for the first events, or for a sink
        wait(100);
      }
    }
    parts.intake.wake();
    if (thread == null) {
      parts.release();
      ended.complete(null);
      orders.refuse();
    } else {
      thread.join();
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
