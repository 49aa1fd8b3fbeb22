package org.freshet.neural.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

class PairwiseLayerTest {
  private static Classifier make(int width, String parameters, String... labels) {
    List<Column> columns =
        IntStream.range(0, width).mapToObj(i -> Column.numeric("x" + i)).toList();
    Schema schema = Schema.classification(columns, "class", labels);
    return Components.classifier("pairwise_layer(" + parameters + ")", schema, 1);
  }

  private static double[] scores(Classifier c, double... x) {
    double[] s = new double[c.labels()];
    c.scores(Features.of(x), s);
    return s;
  }

  @Test
  void theFirstStepByHand() {
    Classifier c = make(4, "winners=2, learning_rate=0.5", "a", "b");
    // The winners are 4 and 3, at length 1 together 0.8 and 0.6: their pair is 0.48.
    c.learn(Features.of(1, 4, -9, 3), 1, 1);
    // V_a = −½ · ½ · 0.48, V_b the opposite; the logits of the same row differ by 2 · 0.12 · 0.48.
    assertThat(scores(c, 1, 4, -9, 3)[1])
        .isCloseTo(1 / (1 + Math.exp(-2 * 0.12 * 0.48)), within(1e-6));
    assertThat(scores(c, 3, 1, -9, 4)).as("another pair has won").containsExactly(0.5, 0.5);
  }

  @Test
  void linearFeaturesAreTheWinnersThemselves() {
    Classifier c = make(4, "winners=2, learning_rate=0.5, pairs=false", "a", "b");
    c.learn(Features.of(1, 4, -9, 3), 1, 1);
    // w = ±¼ h; the row itself has h·h = 1.
    assertThat(scores(c, 1, 4, -9, 3)[1]).isCloseTo(1 / (1 + Math.exp(-0.5)), within(1e-6));
    assertThat(scores(c, 3, 1, -9, 4)[1])
        .as("one winner in common, 0.8 of the one and 0.6 of the other")
        .isCloseTo(1 / (1 + Math.exp(-0.5 * 0.6 * 0.8)), within(1e-6));
  }

  @Test
  void winnersAreTheLargestAboveZeroAndTheFirstOfEqualOnes() {
    Classifier c = make(6, "winners=3, learning_rate=1", "a", "b");
    c.learn(Features.of(0, 2, 2, 2, 2, -5), 0, 1);
    assertThat(scores(c, 0, 1, 1, 0, 0, 0)[0]).as("1 and 2 have won").isGreaterThan(0.5);
    assertThat(scores(c, 0, 0, 1, 1, 0, 0)[0]).as("2 and 3 have won").isGreaterThan(0.5);
    assertThat(scores(c, 0, 0, 0, 1, 1, 0)[0]).as("4 is equal, and last").isEqualTo(0.5);
    assertThat(scores(c, -1, -1, -1, -1, -1, -1)).as("no winner").containsExactly(0.5, 0.5);
  }

  /** Classes of two tasks lie in eight corners; the second task is learnt after the first. */
  private static double first(String parameters) {
    Classifier c = make(40, parameters, "a", "b", "c", "d");
    Rng rng = new Rng(5);
    double[] x = new double[40];
    for (int task = 0; task < 2; task++) {
      for (int i = 0; i < 800; i++) {
        int label = 2 * task + rng.nextInt(2);
        row(label, x, rng);
        c.learn(Features.of(x), label, 1);
      }
    }
    int right = 0;
    for (int i = 0; i < 400; i++) {
      int label = rng.nextInt(2);
      row(label, x, rng);
      double[] s = scores(c, x);
      int best = 0;
      for (int k = 1; k < 4; k++) {
        best = s[k] > s[best] ? k : best;
      }
      right += best == label ? 1 : 0;
    }
    return right / 400.0;
  }

  private static void row(int label, double[] x, Rng rng) {
    for (int i = 0; i < x.length; i++) {
      // Each class shares half of its columns with the one before it, and half with the next.
      int block = i / 10;
      boolean on = block == label || block == (label + 1) % 4;
      x[i] = rng.nextGaussian() + (on ? 2 : 0);
    }
  }

  @Test
  void forgetsLessThanALinearLayer() {
    double linear = first("winners=10, pairs=false");
    double pairs = first("winners=10");
    assertThat(pairs).isGreaterThan(linear + 0.15);
  }

  @Test
  void rowsTooWideAreRefused() {
    assertThatThrownBy(() -> make(3000, "", "a", "b"))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "pairwise_layer keeps 274 MB for rows of 3000 columns, but 'max_bytes' leaves 256 MB;"
                + " raise it, or make rows narrower with pca or random_relu");
  }
}
