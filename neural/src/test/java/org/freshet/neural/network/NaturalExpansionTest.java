package org.freshet.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

class NaturalExpansionTest {
  private static final int WIDTH = 2;

  private static Classifier make(String spec) {
    List<Column> columns =
        IntStream.range(0, WIDTH).mapToObj(i -> Column.numeric("x" + i)).toList();
    return Components.classifier(spec, Schema.classification(columns, "class", "a", "b"), 1);
  }

  /** Rings, or a disc. */
  private static int row(double[] x, boolean rings, Rng rng) {
    for (int i = 0; i < WIDTH; i++) {
      x[i] = 4 * rng.nextDouble() - 2;
    }
    double radius = Math.hypot(x[0], x[1]);
    return (rings ? Math.sin(2.5 * radius) > 0 : radius < 1.5) ? 1 : 0;
  }

  /** Accuracy on the last fifth of the rows. */
  private static double learn(Classifier c, int events, boolean rings) {
    Rng rng = new Rng(5);
    double[] x = new double[WIDTH];
    double[] scores = new double[2];
    int right = 0;
    for (int i = 0; i < events; i++) {
      int label = row(x, rings, rng);
      c.testThenLearn(Features.of(x), label, 1, scores);
      right += i >= events * 4 / 5 && (scores[1] > scores[0] ? 1 : 0) == label ? 1 : 0;
    }
    return right / (events / 5.0);
  }

  /** Rows of random inputs, and gradients that depend on them and on more. */
  private static double[][] random(int rows, int width, long seed) {
    Rng rng = new Rng(seed);
    double[][] x = new double[rows][width];
    for (double[] r : x) {
      for (int i = 0; i < width; i++) {
        r[i] = rng.nextGaussian() + (i > 0 ? r[i - 1] : 0);
      }
    }
    return x;
  }

  @Test
  void theGainIsWhatTheScoreRisesBy() {
    double[][] inputs = random(50, 4, 1);
    double[][] gradients = random(50, 3, 2);
    double[] more = new double[50];
    double[][] wider = new double[50][];
    for (int r = 0; r < 50; r++) {
      more[r] = 0.3 * gradients[r][1] + inputs[r][3];
      wider[r] = Arrays.copyOf(inputs[r], 5);
      wider[r][4] = more[r];
    }
    ExpansionScore before = new ExpansionScore(inputs, 4, gradients, 3);
    ExpansionScore after = new ExpansionScore(wider, 5, gradients, 3);
    assertThat(before.score()).isPositive();
    assertThat(before.gain(more))
        .isGreaterThan(0.1)
        .isCloseTo(after.score() - before.score(), within(1e-10));
    assertThat(after.gain(more)).as("it is there already").isLessThan(before.gain(more) / 5);
  }

  @Test
  void withOneInputAndOneOutputTheScoreIsTheSquaredCorrelation() {
    double[][] h = {{2}, {-1}, {1}, {0.5}};
    double[][] d = {{1}, {-1}, {0.2}, {0.3}};
    double hh = 4 + 1 + 1 + 0.25;
    double dd = 1 + 1 + 0.04 + 0.09;
    double hd = 2 + 1 + 0.2 + 0.15;
    assertThat(new ExpansionScore(h, 1, d, 1).score())
        .isCloseTo(hd * hd / (1.001 * hh * 1.01 * dd), within(1e-12));
  }

  @Test
  void aNewUnitChangesNoAnswer() {
    String spec =
        "natural_expansion(hidden=[3, 2], rows=100, ratio=1, least=%s,"
            + " grow=every_events(events=100))";
    NaturalExpansion grows = (NaturalExpansion) make(spec.formatted("0.01"));
    NaturalExpansion stays = (NaturalExpansion) make(spec.formatted("1000"));
    learn(grows, 100, true);
    learn(stays, 100, true);
    assertThat(grows.units(0) + grows.units(1)).isGreaterThan(5);
    assertThat(stays.units(0) + stays.units(1)).isEqualTo(5);
    double[] a = new double[2];
    double[] b = new double[2];
    grows.scores(Features.of(0.4, -1.3), a);
    stays.scores(Features.of(0.4, -1.3), b);
    assertThat(a).containsExactly(b, within(1e-6));
  }

  @Test
  void growsAsFarAsTheTaskAsksForIt() {
    String settings = "(hidden=[1], optimizer=adam(learning_rate=0.01))";
    NaturalExpansion rings = (NaturalExpansion) make("natural_expansion" + settings);
    NaturalExpansion disc = (NaturalExpansion) make("natural_expansion" + settings);
    assertThat(learn(rings, 12_000, true))
        .isGreaterThan(learn(make("mlp" + settings), 12_000, true) + 0.1);
    assertThat(learn(disc, 12_000, false)).isGreaterThan(0.93);
    assertThat(disc.units(0)).isBetween(3, 12);
    assertThat(rings.units(0)).isGreaterThan(disc.units(0) + 4);
  }
}
