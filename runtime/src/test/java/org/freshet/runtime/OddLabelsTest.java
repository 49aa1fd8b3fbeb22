package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.freshet.core.Batch;
import org.freshet.core.live.Records;
import org.freshet.engine.LabelCounts;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setting;
import org.freshet.runtime.journal.Disk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Labels of nobody, labels that are months late, more events than may wait. */
@Timeout(180)
class OddLabelsTest {
  private static final long DAY = 86_400_000L;

  @TempDir Path folder;
  private final AtomicLong wall = new AtomicLong(Script.START);
  private final HandFeed hand = new HandFeed();
  private Live live;

  private void start(String... settings) throws Exception {
    PipelineFile file =
        PipelineFile.parse(
            "odd.yaml",
            """
            name: odd
            source: { sea: {} }
            pipeline: [standard_scaler, gaussian_nb]
            limits: { ahead: 0 }
            state: { directory: s, every: 1h }
            """,
            folder,
            List.of(settings).stream().map(Setting::parse).toList());
    live = new Live(file, List.of(hand), 1, "test", LiveListener.NONE, wall::get, Disk.REAL);
    live.start(List.of());
  }

  @AfterEach
  void stop() throws Exception {
    live.close();
    live.ended().get();
  }

  private LabelCounts counts() throws Exception {
    return live.read(r -> r.engine().counts()).get();
  }

  private void consumed(long rows) throws Exception {
    Waiting.until(() -> Waiting.ask(live, r -> r.positions().getOrDefault("0/", 0L)) >= rows);
  }

  private Records strangers(int from, int n) {
    Records r = new Records(live.schema(), n);
    for (int i = 0; i < n; i++) {
      r.begin(Batch.Kind.LABEL, "a stranger of a long name " + (from + i), Script.START);
      r.label("yes");
      r.end();
    }
    return r.from(hand, "", from + n);
  }

  @Test
  void labelsOfUnknownEventsTakeNoMoreThanSomeMemory() throws Exception {
    start();
    hand.events(1, Script.START);
    for (int i = 0; i < 100; i++) {
      hand.inbox.put(strangers(4000 * i, 4000));
      if (i == 30) {
        consumed(124_000);
      }
    }
    consumed(400_000);
    assertThat(counts().early()).isEqualTo(400_000);
    assertThat(counts().unknown()).as("all but the newest").isEqualTo(300_000);
    assertThat(Waiting.ask(live, r -> r.engine().earlyLabels())).isEqualTo(100_000);
    assertThat(Waiting.ask(live, Replica::memoryBytes)).isLessThan(32 << 20);
    hand.label("e0", "yes", Script.START);
    Waiting.until(() -> Waiting.ask(live, r -> r.engine().counts().labels()) == 1);
  }

  @Test
  void withoutATimeoutALabelOfAHundredDaysAgoIsLearntFromTheRowOnDisk() throws Exception {
    start("limits.memory=2MB");
    for (int i = 0; i < 40; i++) {
      hand.events(100, Script.START);
    }
    hand.events(1, Script.START + 100 * DAY);
    consumed(4001);
    assertThat(Waiting.ask(live, r -> r.engine().spilled())).isGreaterThan(1000);
    hand.label("e0", "yes", Script.START + 100 * DAY);
    hand.label("e3999", "no", Script.START + 100 * DAY);
    Waiting.until(() -> Waiting.ask(live, r -> r.engine().counts().labels()) == 2);
    assertThat(counts().timedOut()).isZero();
    assertThat(counts().late()).isZero();
    assertThat(Waiting.ask(live, r -> r.engine().pending())).isEqualTo(3999);
  }

  @Test
  void withATimeoutItIsLateAndNotLearnt() throws Exception {
    start("labels.timeout=7d", "labels.on_timeout=drop");
    hand.events(2, Script.START);
    hand.label("e1", "yes", Script.START + DAY);
    hand.label("e0", "yes", Script.START + 100 * DAY);
    Waiting.until(() -> Waiting.ask(live, r -> r.engine().counts().late()) == 1);
    assertThat(counts().labels()).isEqualTo(1);
    assertThat(counts().timedOut()).isEqualTo(1);
  }

  @Test
  void theOldestGivesWayWhenNoMoreMayWait() throws Exception {
    start("labels.pending=100");
    hand.events(150, Script.START);
    hand.label("e0", "yes", Script.START);
    hand.label("e49", "yes", Script.START);
    hand.label("e50", "yes", Script.START);
    hand.label("e149", "no", Script.START);
    Waiting.until(() -> Waiting.ask(live, r -> r.engine().counts().labels()) == 2);
    assertThat(Waiting.ask(live, r -> r.engine().dropped())).isEqualTo(50);
    assertThat(Waiting.ask(live, r -> r.engine().pending())).isEqualTo(98);
    assertThat(counts().late()).as("of those given up").isEqualTo(2);
  }
}
