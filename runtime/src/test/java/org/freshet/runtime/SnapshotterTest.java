package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.PipelineFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotterTest {
  @TempDir Path folder;

  @AfterEach
  void unset() {
    System.clearProperty("freshet.snapshot.small");
  }

  private PipelineFile file() {
    return PipelineFile.parse(
        "s.yaml",
        """
        name: s
        source: { sea: {} }
        pipeline: [one_hot, standard_scaler, logistic_regression]
        labels: { timeout: 7d, on_timeout: drop }
        state: { directory: s, every: 1h, keep: 1 }
        """,
        folder,
        List.of());
  }

  /** Events, and labels 30 events late. */
  private static final class Hand implements Feed {
    private Schema schema;
    private Inbox inbox;
    private long next;

    @Override
    public String name() {
      return "hand";
    }

    @Override
    public Schema schema() {
      return Script.schema();
    }

    @Override
    public void start(Schema of, Map<String, Long> from, Inbox to) {
      schema = of;
      inbox = to;
      next = from.getOrDefault("", 0L);
    }

    void send(int events) throws InterruptedException {
      Records r = new Records(schema, 2 * events);
      for (int i = 0; i < events; i++, next++) {
        r.begin(Batch.Kind.EVENT, "é" + next, Script.START + next);
        r.set(0, next % 7);
        r.set(1, next % 5);
        r.end();
        if (next >= 30) {
          r.begin(Batch.Kind.LABEL, "é" + (next - 30), Script.START + next);
          r.label(next % 3 == 0 ? "yes" : "no");
          r.end();
        }
      }
      inbox.put(r.from(this, "", next));
    }

    @Override
    public boolean canSeek() {
      return false;
    }

    @Override
    public void close() {}
  }

  private static byte[] state(Replica r) {
    StateWriter out = new StateWriter();
    r.save(out);
    return out.toBytes();
  }

  /** Makes a snapshot; gives the state of the pipeline then, which must be what it holds. */
  private void snapshot(Live live, Hand hand) throws Exception {
    while (live.waiting() > 0) {
      Thread.onSpinWait();
    }
    live.read(r -> 0).get(60, TimeUnit.SECONDS); // behind the turn that took the last of them
    byte[] now = live.read(SnapshotterTest::state).get(60, TimeUnit.SECONDS);
    live.ask("snapshot").get(60, TimeUnit.SECONDS);
    hand.send(100);
    SnapshotStore store = new SnapshotStore(folder.resolve("s/snapshots"));
    try (Replica saved = store.newest(file(), 1)) {
      assertThat(state(saved)).isEqualTo(now);
    }
  }

  private void makesSnapshots(boolean needsTheOneBefore) throws Exception {
    Hand hand = new Hand();
    try (Live live = new Live(file(), List.of(hand), 1, "test", LiveListener.NONE)) {
      live.start(List.of());
      hand.send(200);
      snapshot(live, hand);
      for (int i = 0; i < 3; i++) {
        if (!needsTheOneBefore) {
          for (Path f : new SnapshotStore(folder.resolve("s/snapshots")).files()) {
            Files.delete(f); // the journal before it is gone as well
          }
        }
        hand.send(500);
        snapshot(live, hand);
      }
    }
  }

  @Test
  void aStateThatIsQuicklyCopiedIsWrittenByTheOwner() throws Exception {
    makesSnapshots(false);
  }

  @Test
  void aFollowerIsKeptFromOneSnapshotToTheNext() throws Exception {
    System.setProperty("freshet.snapshot.small", "0");
    makesSnapshots(false);
  }

  @Test
  void aFollowerIsLoadedWhereMemoryHasNoRoomForIt() throws Exception {
    System.setProperty("freshet.snapshot.small", "0");
    System.setProperty("freshet.snapshot.kept", "0");
    try {
      makesSnapshots(true);
    } finally {
      System.clearProperty("freshet.snapshot.kept");
    }
  }
}
