package org.freshet.serve.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.freshet.engine.Rolling;
import org.junit.jupiter.api.Test;

class RollingTest {
  @Test
  void accuracyIsThatOfTheLastLabelsCountedAnew() {
    Rolling q = new Rolling(true);
    assertThat(q.ofShort()).isNaN();
    Random random = new Random(1);
    boolean[] right = new boolean[25_000];
    for (int i = 0; i < right.length; i++) {
      right[i] = random.nextDouble() < (i < 12_000 ? 0.9 : 0.4);
      q.add(1, right[i] ? 1 : 0);
    }
    q.publish();
    assertThat(q.ofShort()).isCloseTo(share(right, 1_000), within(1e-12));
    assertThat(q.ofLong()).isCloseTo(share(right, 10_000), within(1e-12));
  }

  private static double share(boolean[] right, int last) {
    int n = 0;
    for (int i = right.length - last; i < right.length; i++) {
      n += right[i] ? 1 : 0;
    }
    return (double) n / last;
  }

  @Test
  void errorsOfNumbersAreSquaredAndOutliersLeaveAgain() {
    Rolling q = new Rolling(false);
    q.add(1e9, 0);
    for (int i = 0; i < 20_000; i++) {
      q.add(5, 2);
    }
    q.publish();
    assertThat(q.ofLong()).isCloseTo(3, within(1e-6));
  }

  @Test
  void baselinesAnswerAtTheEventFromTheLabelsBefore() {
    Rolling last = new Rolling(true);
    Rolling most = new Rolling(true);
    Baselines b = new Baselines(true, last, most);
    b.events(0);
    b.events(2); // events 0 and 1 before any label: not answered
    b.label(0, 1);
    b.label(1, 0);
    b.events(4); // events 2 and 3: the last label is 0, the most frequent 1
    b.label(2, 1); // last label wrong, most frequent right
    b.label(3, 0); // last label at its event right, most frequent wrong
    last.publish();
    most.publish();
    assertThat(last.ofShort()).isEqualTo(0.5);
    assertThat(most.ofShort()).isEqualTo(0.5);
    assertThat(last.labels()).isEqualTo(2);
  }

  @Test
  void quantilesOfTimesAreWithinTheirBucket() {
    Latencies l = new Latencies(Metric.LATENCY);
    long[] before = l.counts();
    assertThat(Latencies.quantile(before, l.counts(), 0.5)).isNaN();
    l.add(1_500_000, 98);
    l.add(90_000_000, 2);
    assertThat(Latencies.quantile(before, l.counts(), 0.5)).isBetween(1.25e-3, 1.6e-3);
    assertThat(Latencies.quantile(before, l.counts(), 0.99)).isBetween(0.08, 0.1);
  }
}
