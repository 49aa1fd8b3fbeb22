package org.freshet.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.section.StateSection.Durability;
import org.freshet.runtime.journal.Disk;
import org.freshet.runtime.journal.JournalWriter;
import org.freshet.runtime.models.SqliteModels;

/** What a pipeline is put together from and holds open, and in which order it lets go. */
final class Parts {
  final PipelineFile file;
  final int threads;
  final Clock clock;
  final Disk disk;
  final LiveListener listener;
  final List<Feed> feeds;
  final List<SinkRunner> sinks = new CopyOnWriteArrayList<>();
  final Intake intake;
  final Asker asker;
  final StateFolder folder;
  final SqliteModels models;
  final Herald herald;
  final Federation federation; // null without
  final Snapshotter snapshots;
  final Stopping stopping = new Stopping();
  private volatile Ledger ledger; // null without
  private Path from; // history to begin with; null without
  private volatile Replica replica;
  private volatile JournalWriter journal;
  private boolean feedsClosed;

  Parts(
      PipelineFile file,
      List<Feed> feeds,
      int threads,
      String program,
      LiveListener listener,
      LongSupplier wall,
      Disk disk) {
    this.file = file;
    this.feeds = List.copyOf(feeds);
    this.threads = threads;
    this.listener = listener;
    this.disk = disk;
    this.clock = new Clock(wall, System::nanoTime, ahead());
    this.folder =
        new StateFolder(Path.of(file.live().state().directory()), file.live().limits().disk());
    this.models = new SqliteModels(folder.models());
    this.herald = new Herald(file, listener);
    this.federation = Federation.of(file, herald);
    this.snapshots =
        new Snapshotter(file, folder, models, sinks, () -> ledger, listener, herald, program);
    this.intake = new Intake(file.live().limits().queue(), Follower.MOST);
    this.asker = new Asker(intake);
  }

  /** Milliseconds that a time may be ahead of the machine's clock. */
  final long ahead() {
    long given = file.live().limits().ahead().length();
    return given == 0 ? Long.MAX_VALUE : given;
  }

  /** Whether what answered must be on the disk, not only with the operating system. */
  boolean durable() {
    return file.live().state().durability() == Durability.MACHINE;
  }

  void ledger(Ledger of) {
    ledger = of;
  }

  /** What keeps something of the journal; null where nothing does. */
  Ledger ledger() {
    return ledger;
  }

  void from(Path history) {
    from = history;
  }

  /** History to begin with; null without. */
  Path from() {
    return from;
  }

  void replica(Replica recovered) {
    replica = recovered;
  }

  /** The state; null before it is recovered. */
  Replica replica() {
    return replica;
  }

  void journal(JournalWriter opened) {
    journal = opened;
  }

  JournalWriter journal() {
    return journal;
  }

  /** Positions of a feed, by partition. */
  Map<String, Long> positions(int feed) {
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

  /** Hands answers to all sinks. */
  void hand(List<AnswerBlock> answers) throws InterruptedException {
    for (AnswerBlock block : answers) {
      for (SinkRunner sink : sinks) {
        sink.put(block, stopping::outOfPatience);
      }
    }
  }

  synchronized void closeFeeds() {
    if (!feedsClosed) {
      feedsClosed = true;
      intake.close();
      close(feeds);
    }
  }

  /**
   * Closes all but the feeds; what is closed already stays so.
   *
   * @throws RuntimeException what the first that could not be closed said; the others are closed
   */
  synchronized void release() {
    intake.close();
    asker.close();
    try {
      snapshots.stop(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<AutoCloseable> all = new ArrayList<>(sinks);
    if (ledger != null) {
      all.add(ledger);
    }
    if (journal != null) {
      all.add(journal);
      journal = null;
    }
    if (federation != null) {
      all.add(federation);
    }
    all.add(herald);
    if (replica != null) {
      all.add(replica);
    }
    all.add(models);
    all.add(folder);
    close(all);
  }

  /** Closes all; what is closed already stays so. */
  void letGo() {
    try {
      closeFeeds();
    } finally {
      release();
    }
  }

  private static void close(List<? extends AutoCloseable> all) {
    RuntimeException failure = null;
    for (AutoCloseable c : all) {
      try {
        c.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e instanceof RuntimeException r ? r : new IllegalStateException(e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
