package org.freshet.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

class HedgeBackpropagationTest {
  private static final int WIDTH = 10;

  private static Schema schema() {
    List<Column> columns =
        IntStream.range(0, WIDTH).mapToObj(i -> Column.numeric("x" + i)).toList();
    return Schema.classification(columns, "class", "a", "b", "c");
  }

  private static HedgeBackpropagation make(String parameters) {
    return (HedgeBackpropagation)
        Components.classifier("hedge_backpropagation(" + parameters + ")", schema(), 1);
  }

  /** Errors of the last half of a stream whose class is that of the nearest of three centres. */
  private static double error(String model, int events) {
    Classifier c = Components.classifier(model, schema(), 1);
    Rng rng = new Rng(8);
    double[] x = new double[WIDTH];
    double[] scores = new double[3];
    int wrong = 0;
    for (int i = 0; i < events; i++) {
      int label = row(x, rng);
      c.testThenLearn(Features.of(x), label, 1, scores);
      int best = scores[0] >= scores[1] ? 0 : 1;
      best = scores[best] >= scores[2] ? best : 2;
      wrong += i >= events / 2 && best != label ? 1 : 0;
    }
    return wrong / (events / 2.0);
  }

  /** By the product of two values and the sign of a third: nothing a line can tell. */
  private static int row(double[] x, Rng rng) {
    for (int i = 0; i < WIDTH; i++) {
      x[i] = rng.nextGaussian();
    }
    return x[0] * x[1] > 0 ? 0 : x[2] > 0 ? 1 : 2;
  }

  @Test
  void firstStepMovesSharesByTheLosses() {
    HedgeBackpropagation h = make("layers=4, units=5, beta=0.5");
    assertThat(h.shares()).containsOnly(0.25);
    h.learn(Features.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), 1, 1);
    assertThat(h.shares()).as("all lost ln 3").containsOnly(0.25);
    double[] scores = new double[3];
    Features x = Features.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, -10});
    h.scores(x, scores);
    double[] before = h.shares();
    h.learn(x, 0, 1);
    double[] after = h.shares();
    double sum = 0;
    for (int l = 0; l < 4; l++) {
      sum += after[l];
      assertThat(after[l]).isNotEqualTo(before[l]);
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    // Class 1 was seen, so that the layer that answers most for it loses most on class 0: with a
    // share of ¼ each, Σ α_l p_l(0) is the answer, and the new shares are β^−ln p_l = p_l^ln 2.
    double answer = 0;
    double power = 0;
    for (double a : after) {
      power += a;
    }
    for (double a : after) {
      answer += 0.25 * Math.pow(a / power * norm(after, scores[0]), 1 / Math.log(2));
    }
    assertThat(answer).isCloseTo(scores[0], within(1e-6));
  }

  /** The sum of p_l^ln 2 that makes the mean of p_l what was answered. */
  private static double norm(double[] shares, double answer) {
    double mean = 0;
    for (double a : shares) {
      mean += Math.pow(a, 1 / Math.log(2)) / shares.length;
    }
    return Math.pow(answer / mean, Math.log(2));
  }

  @Test
  void noShareFallsBelowTheSmoothing() {
    HedgeBackpropagation h = make("layers=4, units=20, beta=0.9, smoothing=0.2");
    Rng rng = new Rng(3);
    double[] x = new double[WIDTH];
    double least = 1;
    for (int i = 0; i < 4000; i++) {
      int label = row(x, rng);
      h.learn(Features.of(x), label, 1);
      for (double a : h.shares()) {
        least = Math.min(least, a);
      }
    }
    // 0.05 at least before they are brought to sum 1, when the sum is 1.15 at most.
    assertThat(least).isBetween(0.05 / 1.15, 0.06);
  }

  @Test
  void oneLayerIsAPlainNetwork() {
    String sgd = "optimizer=sgd(learning_rate=0.01)";
    Classifier one = make("layers=1, units=20, " + sgd);
    Classifier plain = Components.classifier("mlp(hidden=[20], " + sgd + ")", schema(), 1);
    Rng rng = new Rng(3);
    double[] x = new double[WIDTH];
    double[] a = new double[3];
    double[] b = new double[3];
    for (int i = 0; i < 300; i++) {
      int label = row(x, rng);
      one.testThenLearn(Features.of(x), label, 1, a);
      plain.testThenLearn(Features.of(x), label, 1, b);
      assertThat(a).as("event %d", i).containsExactly(b, within(1e-12));
    }
  }

  @Test
  void deepNetworksLearnOnlineWherePlainTrainingDoesNot() {
    String deep = "16, ".repeat(11) + "16";
    double hedge = error("hedge_backpropagation(layers=12, units=16)", 12_000);
    double plain = error("mlp(hidden=[" + deep + "], optimizer=sgd(learning_rate=0.01))", 12_000);
    double shallow = error("mlp(hidden=[16], optimizer=sgd(learning_rate=0.01))", 12_000);
    assertThat(hedge).isLessThan(plain - 0.05);
    assertThat(hedge).isLessThan(shallow + 0.03);
  }

  @Test
  void theShareGoesToTheLayersThatAreNeeded() {
    HedgeBackpropagation h = make("layers=3, units=20, linear=true");
    Rng rng = new Rng(3);
    double[] x = new double[WIDTH];
    for (int i = 0; i < 8000; i++) {
      int label = row(x, rng);
      h.learn(Features.of(x), label, 1);
    }
    double[] shares = h.shares();
    assertThat(shares).hasSize(4);
    assertThat(shares[0]).as("a line cannot tell these classes").isLessThan(0.1);
  }
}
