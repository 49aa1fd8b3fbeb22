package org.freshet.learn.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class ThresholdTest {
  @Test
  void excludesNothingUntilThereAreEnoughScores() {
    Threshold t = new Threshold(0.9, 100, 0);
    for (int i = 1; i <= 8; i++) {
      t.add(i);
    }
    // ceil(9 * 0.9) = 9 > 8 scores
    assertThat(t.value()).isEqualTo(Double.POSITIVE_INFINITY);
    t.add(9);
    // ceil(10 * 0.9) = 9: the largest of the nine
    assertThat(t.value()).isEqualTo(9);
    for (int i = 10; i <= 19; i++) {
      t.add(i);
    }
    // ceil(20 * 0.9) = 18
    assertThat(t.value()).isEqualTo(18);
  }

  @Test
  void theLevelMovesByGammaTimesTheError() {
    Threshold t = new Threshold(0.8, 100, 0.1);
    for (int i = 1; i <= 4; i++) {
      t.add(i); // let in: each adds 0.1 * 0.2, until the fourth score can exclude
    }
    // 0.2 + 0.02 after each score let in. After three scores the level is 0.26 and the rank is
    // ceil(4 * 0.74) = 3, so the fourth score, 4 > 3, is missed: 0.26 + 0.1 * (0.2 - 1).
    assertThat(t.level()).isCloseTo(0.18, within(1e-12));
    // ceil(5 * 0.82) = 5 > 4 scores
    assertThat(t.value()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void agreesWithSortingTheWindowAnew() {
    Rng rng = new Rng(3);
    Threshold t = new Threshold(0.7, 50, 0.02);
    List<Double> all = new ArrayList<>();
    double level = 1 - 0.7;
    for (int i = 0; i < 2000; i++) {
      double score = rng.nextInt(40) / 8.0; // many ties
      double q = slow(all, 50, level);
      assertThat(t.value()).isEqualTo(q);
      t.add(score);
      all.add(score);
      level += 0.02 * ((1 - 0.7) - (score > q ? 1 : 0));
      if (i % 333 == 0) {
        t = restored(t);
      }
    }
  }

  private static double slow(List<Double> all, int window, double level) {
    List<Double> last = all.subList(Math.max(0, all.size() - window), all.size());
    double[] sorted = last.stream().mapToDouble(d -> d).sorted().toArray();
    int rank = (int) Math.ceil((sorted.length + 1) * (1 - level) - 1e-9);
    return level <= 0 || rank > sorted.length
        ? Double.POSITIVE_INFINITY
        : rank < 1 ? Double.NEGATIVE_INFINITY : sorted[rank - 1];
  }

  private static Threshold restored(Threshold t) {
    StateWriter out = new StateWriter();
    t.save(out);
    Threshold back = new Threshold(0.7, 50, 0.02);
    back.load(StateReader.open("test", out.toBytes()));
    return back;
  }

  @Test
  void theShareMissedIsBoundedOnAnyStream() {
    // Scores that only ever grow: every fixed quantile would be wrong for ever.
    double gamma = 0.01;
    Threshold t = new Threshold(0.9, 200, gamma);
    int missed = 0;
    int n = 20_000;
    for (int i = 0; i < n; i++) {
      missed += i > t.value() ? 1 : 0;
      t.add(i);
    }
    // Gibbs and Candès 2021, proposition 4.1: |misses / T - α| <= (max(α, 1 - α) + γ) / (T γ)
    assertThat(Math.abs(missed / (double) n - 0.1))
        .isLessThanOrEqualTo((0.9 + gamma) / (n * gamma));
    assertThat(Arrays.asList(missed)).doesNotContain(0);
  }
}
