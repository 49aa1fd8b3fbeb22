package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Records;
import org.freshet.core.live.Reply;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.journal.Disk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads of a pipeline that die: it ends, says why, and the next start has everything. */
@Timeout(120)
class DeathTest {
  @TempDir Path folder;

  private PipelineFile file() {
    return PipelineFile.parse(
        "death.yaml",
        """
        name: death
        source: { sea: { events: 1000 } }
        pipeline: [standard_scaler, hoeffding_tree]
        state: { directory: s, every: 1h }
        """,
        folder,
        List.of());
  }

  @Test
  void anOwnerOutOfMemoryEndsThePipelineAndWhoWaitsIsTold() throws Exception {
    LiveListener full =
        new LiveListener() {
          @Override
          public void applied(Replica replica, Batch rows, Outcomes out, long now) {
            if (replica.answers() > 20) { // in the journal and learnt, but not answered
              throw new OutOfMemoryError("Java heap space");
            }
          }
        };
    HandFeed hand = new HandFeed();
    ListSink sink = new ListSink();
    Live live = new Live(file(), List.of(hand), 1, "test", full);
    live.start(List.of(sink));
    hand.events(10, Script.START);
    Waiting.until(() -> sink.size() == 10);
    CompletableFuture<String> told = new CompletableFuture<>();
    Records last = hand.records(15, Script.START);
    last.replyTo(
        new Reply() {
          @Override
          public void done(Records records, AnswerBlock answers) {
            told.complete("answered");
          }

          @Override
          public void failed(Records records, RuntimeException why) {
            told.complete(why.getMessage());
          }
        });
    hand.inbox.put(last);
    assertThat(told.get(60, TimeUnit.SECONDS)).contains("Java heap space");
    assertThatThrownBy(() -> live.ended().get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(OutOfMemoryError.class);
    live.close();

    HandFeed again = new HandFeed();
    Live next = new Live(file(), List.of(again), 1, "test", LiveListener.NONE);
    next.start(List.of(sink)); // the folder is free
    assertThat(Waiting.ask(next, Replica::answers)).isEqualTo(25);
    assertThat(again.next).isEqualTo(25);
    next.close();
    assertThat(sink.size()).isEqualTo(25);
  }

  /** A source that fails in the middle as no source should. */
  private static class Broken implements Source {
    private final Source good =
        Components.create(
            org.freshet.core.component.Spec.parse("sea(events=1000)"),
            Build.of(null).withSeed(1),
            Source.class);
    private final Throwable failure;
    private int reads;

    Broken(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Schema schema() {
      return good.schema();
    }

    @Override
    public int read(Batch batch, int max) {
      if (++reads == 4 && failure instanceof Error e) {
        throw e;
      } else if (reads == 4 && failure instanceof RuntimeException e) {
        throw e;
      }
      return good.read(batch, max);
    }

    @Override
    public Position position() {
      return good.position();
    }

    @Override
    public void seek(Position position) {
      good.seek(position);
    }

    @Override
    public void close() {
      good.close();
    }
  }

  @Test
  void aFeedWhoseThreadDiesEndsThePipelineWithItsReason() throws Exception {
    ListSink sink = new ListSink();
    List<Throwable> failures = new ArrayList<>();
    failures.add(new OutOfMemoryError("feed"));
    failures.add(new IndexOutOfBoundsException("a bug of the feed"));
    failures.add(null);
    for (Throwable failure : failures) {
      SourceFeed feed = new SourceFeed(new Broken(failure));
      Live live = new Live(file(), List.of(feed), 1, "test", LiveListener.NONE);
      live.start(List.of(sink));
      if (failure == null) {
        live.ended().get(60, TimeUnit.SECONDS); // read to its end
      } else {
        assertThatThrownBy(() -> live.ended().get(60, TimeUnit.SECONDS)).hasCause(failure);
      }
      live.close();
      assertThat(sink.size()).isEqualTo(failure == null ? 1000 : 192); // what was read counts
    }
  }

  /** A disk that is written to but, once it is broken, brings nothing down. */
  private static final class Breaking implements Disk {
    final AtomicBoolean broken = new AtomicBoolean();

    @Override
    public void write(FileChannel to, ByteBuffer bytes, long at) throws IOException {
      Disk.REAL.write(to, bytes, at);
    }

    @Override
    public void force(FileChannel file, boolean metadata) throws IOException {
      if (broken.get()) {
        throw new IOException("Input/output error");
      }
      file.force(metadata);
    }
  }

  @Test
  void aCommandThatFailsOnceItIsInTheJournalEndsThePipeline() throws Exception {
    PipelineFile f =
        PipelineFile.parse(
            "death.yaml",
            """
            name: death
            source: { sea: {} }
            pipeline: hoeffding_tree
            state: { directory: s, every: 1h, durability: machine }
            """,
            folder,
            List.of());
    Breaking disk = new Breaking();
    Live live =
        new Live(
            f,
            List.of(new HandFeed()),
            1,
            "test",
            LiveListener.NONE,
            System::currentTimeMillis,
            disk);
    live.start(List.of());
    assertThatThrownBy(() -> live.ask("promote nobody").get(60, TimeUnit.SECONDS))
        .hasMessageContaining("there is no challenger"); // refused: it goes on
    live.ask("publish one").get(60, TimeUnit.SECONDS);
    disk.broken.set(true);
    assertThatThrownBy(() -> live.ask("publish two").get(60, TimeUnit.SECONDS))
        .hasMessageContaining("Input/output error");
    assertThatThrownBy(() -> live.ended().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("Input/output error");
    live.close();

    Live next = new Live(f, List.of(new HandFeed()), 1, "test", LiveListener.NONE);
    next.start(List.of());
    assertThat(Waiting.ask(next, r -> r.contest().version())).isEqualTo(3); // as the journal says
    next.close();
  }

  @Test
  void aSinkWhoseThreadDiesEndsThePipelineAndIsNamed() throws Exception {
    ListSink sink =
        new ListSink() {
          @Override
          public synchronized void write(AnswerBlock block) {
            throw new NoClassDefFoundError("com/example/Driver");
          }
        };
    HandFeed hand = new HandFeed();
    Live live = new Live(file(), List.of(hand), 1, "test", LiveListener.NONE);
    live.start(List.of(sink));
    hand.events(10, Script.START);
    Waiting.until(() -> live.trouble() != null);
    assertThat(live.trouble()).isEqualTo("sink list: com/example/Driver");
    try {
      hand.events(10, Script.START);
    } catch (InterruptedException stopping) {
      // the thread was dead when the first were handed over
    }
    assertThatThrownBy(() -> live.ended().get(60, TimeUnit.SECONDS))
        .hasMessageContaining("sink list: com/example/Driver");
    live.close();
    startsAgain(10L, 20L); // they may have come too late
  }

  @Test
  void aStartThatRunsOutOfMemoryLetsEverythingGo() throws Exception {
    HandFeed hand = new HandFeed();
    ListSink sink =
        new ListSink() {
          @Override
          public synchronized long open(String pipeline, Schema schema) {
            throw new OutOfMemoryError("sink");
          }
        };
    Live live = new Live(file(), List.of(hand), 1, "test", LiveListener.NONE);
    assertThatThrownBy(() -> live.start(List.of(sink))).isInstanceOf(OutOfMemoryError.class);
    assertThat(live.ended()).isCompletedExceptionally();
    assertThat(hand.closed).isTrue();
    startsAgain(0L);
  }

  @Test
  void aSinkThatCannotBeClosedKeepsNothingElseOpen() throws Exception {
    ListSink sink =
        new ListSink() {
          @Override
          public void close() {
            throw new UncheckedIOException(new IOException("the database is gone"));
          }
        };
    HandFeed hand = new HandFeed();
    Live live = new Live(file(), List.of(hand), 1, "test", LiveListener.NONE);
    live.start(List.of(sink));
    hand.events(10, Script.START);
    live.close();
    assertThatThrownBy(() -> live.ended().get(60, TimeUnit.SECONDS))
        .hasMessageContaining("the database is gone");
    startsAgain(10L);
  }

  /** The folder is free, and the state has so many answers. */
  private void startsAgain(Long... answers) throws Exception {
    Live next = new Live(file(), List.of(new HandFeed()), 1, "test", LiveListener.NONE);
    next.start(List.of());
    assertThat(Waiting.ask(next, Replica::answers)).isIn((Object[]) answers);
    next.close();
  }

  @Test
  void aSnapshotThatWaitsForASinkThatIsDownDoesNotHoldUpTheEnd() throws Exception {
    ListSink down =
        new ListSink() {
          @Override
          public synchronized void write(AnswerBlock block) {
            throw new UncheckedIOException(new IOException("away"));
          }
        };
    HandFeed hand = new HandFeed();
    Live live = new Live(file(), List.of(hand), 1, "test", LiveListener.NONE);
    live.patience(Duration.ofMillis(200));
    live.start(List.of(down));
    hand.events(10, Script.START);
    Waiting.until(() -> live.trouble() != null);
    CompletableFuture<Void> snapshot = live.ask("snapshot");
    Thread end = new Thread(live::close);
    end.start();
    end.join(30_000); // it was a minute more
    assertThat(end.isAlive()).isFalse();
    assertThat(snapshot).isCompletedExceptionally();
    startsAgain(10L);
  }

  @Test
  void aSourceThatCannotBeInterruptedDoesNotHoldUpTheEnd() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Source pipe =
        new Broken(null) {
          @Override
          public int read(Batch batch, int max) {
            read.countDown();
            while (true) {
              try {
                never.await();
                return 0;
              } catch (InterruptedException asAPipeDoes) {
                // reads on
              }
            }
          }
        };
    Live live = new Live(file(), List.of(new SourceFeed(pipe)), 1, "test", LiveListener.NONE);
    live.start(List.of());
    read.await();
    Thread end = new Thread(live::close);
    end.start();
    end.join(30_000);
    assertThat(end.isAlive()).isFalse();
    never.countDown();
  }
}
