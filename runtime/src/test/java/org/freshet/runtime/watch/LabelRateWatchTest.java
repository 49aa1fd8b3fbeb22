package org.freshet.runtime.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

/** Labels that come late, in bursts and out of order, as over HTTP from a service with a queue. */
class LabelRateWatchTest {
  private static final int WINDOW = 500;

  private final List<Alarm> alarms = new ArrayList<>();

  private LabelRateWatch watch = fresh();

  private static LabelRateWatch fresh() {
    return new LabelRateWatch(Spec.parse("adwin(delta=0.002)"), WINDOW, 1);
  }

  private record Label(long due, long event) {}

  /** Which share of events gets a label. */
  private interface Share {
    double at(int event);
  }

  /** Each turn brings events, few or many, then all labels that are due by its time. */
  private void run(int turns, Share share, int restoredAt) {
    Random rng = new Random(4);
    PriorityQueue<Label> waiting = new PriorityQueue<>((a, b) -> Long.compare(a.due(), b.due()));
    int event = 0;
    for (int turn = 0; turn < turns; turn++) {
      int burst = turn / 50 % 2 == 0 ? 64 : 8; // eight times faster, then slower
      for (int i = 0; i < burst; i++, event++) {
        Findings found = new Findings();
        found.event = event;
        watch.event(event, found);
        alarms.addAll(found.alarms);
        if (rng.nextDouble() < share.at(event)) {
          waiting.add(new Label(turn + 10 + rng.nextInt(80), event));
        }
      }
      while (!waiting.isEmpty() && waiting.peek().due() <= turn) {
        watch.label(waiting.poll().event());
      }
      if (turn == restoredAt) {
        StateWriter out = new StateWriter();
        watch.save(out);
        watch = fresh();
        watch.load(StateReader.open("test", out.toBytes()));
      }
    }
  }

  @Test
  void burstsAndDelaysAreNoAlarm() {
    run(6000, e -> 0.9, -1);
    assertThat(alarms).isEmpty();
  }

  @Test
  void fewerLabelsAreOneAlarm() {
    run(4000, e -> e < 80_000 ? 0.9 : 0.6, -1);
    assertThat(alarms).hasSize(1);
    assertThat(alarms.get(0).event()).isBetween(80_000L, 80_000L + 20 * WINDOW);
    List<Alarm> whole = List.copyOf(alarms);
    alarms.clear();
    watch = fresh();
    run(4000, e -> e < 80_000 ? 0.9 : 0.6, 2200);
    assertThat(alarms).isEqualTo(whole);
  }

  @Test
  void noMoreLabelsAreOneAlarm() {
    run(5000, e -> e < 80_000 ? 0.9 : 0, -1);
    assertThat(alarms).hasSize(1);
    assertThat(alarms.get(0).watch()).isEqualTo("label_rate");
    assertThat(alarms.get(0).text()).startsWith("label_rate of the share of events labelled");
  }

  @Test
  void aStreamWithoutLabelsIsNone() {
    run(2000, e -> 0, -1);
    assertThat(alarms).isEmpty();
  }
}
