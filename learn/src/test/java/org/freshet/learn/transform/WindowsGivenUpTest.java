package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.testkit.HeapWalk;
import org.junit.jupiter.api.Test;

/** Windows are given up where a budget from outside is short, before keys are. */
class WindowsGivenUpTest {
  private static final int LIMIT = 1 << 20;

  private static Schema schema() {
    return Schema.classification(
        List.of(Column.numeric("amount").withMissing(true), Column.category("shop", "a", "b")),
        "y",
        "ok",
        "fraud");
  }

  private static Pipeline pipeline(String windows, String rest, long bytes) {
    return (Pipeline)
        Components.create(
            Spec.parse("windowed(" + windows + ") | " + rest),
            Build.of(schema()).withMaxBytes(bytes),
            Learner.class);
  }

  private static Pipeline tight() {
    return pipeline(
        "of=[amount], compute=[mean, count], over=[20 events, 1h], decay=[2h], own=true",
        "one_hot | standard_scaler | logistic_regression",
        LIMIT);
  }

  private static Windowed windows(Pipeline p) {
    return (Windowed) p.transformers().get(0);
  }

  private static Features event(int i) {
    Rng rng = new Rng(i);
    Batch b = new Batch(schema(), 1);
    b.beginRow();
    b.set(0, rng.nextInt(9) == 0 ? Double.NaN : rng.nextInt(50));
    b.set(1, rng.nextInt(2));
    b.setKey("key" + rng.nextInt(1 + i / 2));
    b.setTime(10_000L * i);
    b.endRow();
    return b.row(0);
  }

  private static void feed(Pipeline p, int from, int to) {
    for (int i = from; i < to; i++) {
      ((Classifier) p).learn(event(i), i % 2, 1);
    }
  }

  private static double get(Windowed w, Features x, String column) {
    Row row = Row.of(w.output());
    row.begin(x);
    w.transform(x, row);
    return row.view().get(w.output().indexOf(column));
  }

  private static byte[] state(Learner l) {
    StateWriter out = new StateWriter();
    l.save(out);
    return out.toBytes();
  }

  @Test
  void windowsGoBeforeKeysAndTheLastOneStays() {
    Pipeline p = tight();
    Windowed w = windows(p);
    int i = 0;
    while (w.givenUp().isEmpty()) {
      assertThat(w.dropped()).isZero();
      feed(p, i, ++i);
    }
    int keys = w.keys();
    assertThat(keys).isGreaterThan(500);
    assertThat(w.givenUp().get(0))
        .startsWith("windowed gives up the window ")
        .contains(" at " + keys + " keys: ")
        .endsWith("of what the learner goes by");
    String gone = w.givenUp().get(0).replaceAll(".*the window (.*?) \\(.*", "$1");
    Features x = event(i);
    assertThat(get(w, x, "count_" + gone.replace(' ', '_'))).isZero();
    assertThat(get(w, x, "amount_mean_" + gone.replace(' ', '_'))).isZero();
    while (w.givenUp().size() < 2) {
      assertThat(w.dropped()).as("room for more keys").isZero();
      feed(p, i, ++i);
      assertThat(p.memoryBytes()).isLessThan(LIMIT);
    }
    assertThat(w.keys()).isGreaterThan(keys);
    while (w.dropped() < 100) {
      feed(p, i, ++i);
      assertThat(p.memoryBytes()).isLessThan(LIMIT);
    }
    assertThat(w.givenUp()).hasSize(2);
    assertThat(w.memoryBytes()).isCloseTo(HeapWalk.bytes(w), within(HeapWalk.bytes(w) / 10));
  }

  @Test
  void withoutALimitFromOutsideKeysGo() {
    String small = "of=[amount], compute=[mean, count], over=[20 events, 1h], max_bytes=1MB";
    Pipeline p = pipeline(small, "majority", Long.MAX_VALUE);
    feed(p, 0, 20_000);
    assertThat(windows(p).dropped()).isPositive();
    assertThat(windows(p).givenUp()).isEmpty();
  }

  @Test
  void theWindowThatCountsLeastForItsBytesGoes() {
    Pipeline p = pipeline("of=[amount], compute=[mean], over=[1h], decay=[2h]", "majority", LIMIT);
    feed(p, 0, 100);
    Windowed w = windows(p);
    // 24 bytes of a decay, and panes of 5 words, three at least
    String hour = "amount_mean_1h";
    String decay = "amount_mean_decay_2h";
    assertThat(w.choose(Map.of(hour, 0.5, decay, 0.4)).window()).isZero();
    assertThat(w.choose(Map.of(hour, 0.9, decay, 0.1)).window()).isEqualTo(1);
    assertThat(w.choose(Map.of(hour, 0.0, decay, 0.0)).window()).as("the larger").isZero();
    assertThat(w.choose(Map.of()).window()).as("a column each").isZero();
    assertThat(w.choose(Map.of()).counts()).isNaN();
  }

  @Test
  void whatStaysIsAsIfTheWindowHadNeverBeen() {
    String all = "of=[amount, shop], compute=[sum, std, count, distinct, last, time_since], ";
    String[] names = {"3 events", "20 events", "1h", "2h", "decay 2h", "decay 5 events"};
    for (int gone = 0; gone < names.length; gone++) {
      Windowed w = windows(pipeline(all + spans(names, -1), "majority", Long.MAX_VALUE));
      Windowed never = windows(pipeline(all + spans(names, gone), "majority", Long.MAX_VALUE));
      for (int i = 0; i < 3000; i++) {
        if (i == 1500) {
          w.without(gone);
        }
        Features x = event(i);
        if (i >= 1500 && i % 7 == 0) {
          for (Column c : never.output().columns()) {
            assertThat(get(w, x, c.name()))
                .as("%s without %s at event %d", c.name(), names[gone], i)
                .isEqualTo(Double.valueOf(get(never, x, c.name())));
          }
        }
        w.learn(x);
        never.learn(x);
      }
      StateWriter own = new StateWriter();
      w.save(own);
      StateReader saved = StateReader.open("test", own.toBytes());
      StateReader other = StateReader.open("test", state(never));
      assertThat(saved.longs("records")).isEqualTo(other.longs("records"));
      assertThat(saved.longs("panes")).isEqualTo(other.longs("panes"));
    }
  }

  private static String spans(String[] names, int without) {
    String over = "";
    String decay = "";
    for (int i = 0; i < names.length; i++) {
      if (i != without && names[i].startsWith("decay ")) {
        decay += (decay.isEmpty() ? "" : ", ") + names[i].substring("decay ".length());
      } else if (i != without) {
        over += (over.isEmpty() ? "" : ", ") + names[i];
      }
    }
    return "over=[" + over + "], decay=[" + decay + "]";
  }

  @Test
  void aRestartGoesOnBitForBit() {
    Pipeline never = tight();
    Pipeline stopped = tight();
    for (int i = 0; i < 12_000; i += 500) {
      feed(never, i, i + 500);
      feed(stopped, i, i + 500);
      Pipeline next = tight();
      next.load(StateReader.open("test", state(stopped)));
      stopped = next;
    }
    assertThat(windows(stopped).givenUp()).hasSize(2).isEqualTo(windows(never).givenUp());
    assertThat(state(stopped)).isEqualTo(state(never));
  }
}
