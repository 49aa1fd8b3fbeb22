package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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
  private static final class Broken implements Source {
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
}
