package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.junit.jupiter.api.Test;

/** Naive Bayes of a leaf against the product of priors, densities and relative frequencies. */
class LeafTest {
  private final Schema schema =
      Schema.classification(
          List.of(Column.numeric("a"), Column.numeric("b"), Column.category("c", "x", "y", "z")),
          "class",
          "no",
          "yes",
          "maybe");
  private final double[][] rows = new double[60][];
  private final int[] labels = new int[60];
  private final double[] xs = new double[3];

  private Leaf leaf(boolean holes) {
    Leaf leaf = new Leaf(FeatureSet.all(schema), new int[0], new double[0], 0);
    Rng rng = new Rng(11);
    for (int i = 0; i < rows.length; i++) {
      labels[i] = rng.nextInt(3);
      rows[i] = new double[] {rng.nextGaussian() + labels[i], rng.nextDouble(), rng.nextInt(3)};
      if (holes && i % 7 == 3) {
        rows[i][i % 3] = Double.NaN;
      }
      Features x = Features.of(rows[i]);
      boolean missing = leaf.gather(x, xs);
      leaf.learn(xs, missing, leaf.open(labels[i]), 1);
    }
    return leaf;
  }

  private double product(double[] x, int c) {
    double p = 0;
    for (int label : labels) {
      p += label == c ? 1 : 0;
    }
    for (int f = 0; f < 2; f++) {
      p *= Double.isNaN(x[f]) ? 1 : density(x[f], f, c);
    }
    return Double.isNaN(x[2]) ? p : p * frequency(x[2], c);
  }

  private double density(double v, int f, int c) {
    double n = 0;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < rows.length; i++) {
      if (labels[i] == c && !Double.isNaN(rows[i][f])) {
        n++;
        sum += rows[i][f];
        squares += rows[i][f] * rows[i][f];
      }
    }
    double variance = (squares - sum * sum / n) / (n - 1);
    double d = v - sum / n;
    return Math.exp(-d * d / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  }

  private double frequency(double v, int c) {
    double n = 0;
    double hits = 0;
    double values = 0;
    for (int i = 0; i < rows.length; i++) {
      if (labels[i] == c && !Double.isNaN(rows[i][2])) {
        n++;
        hits += rows[i][2] == v ? 1 : 0;
        values = Math.max(values, rows[i][2] + 1);
      }
    }
    return (hits + 1) / (n + values);
  }

  private void check(Leaf leaf, double[] x) {
    double[] log = new double[3];
    boolean missing = leaf.gather(Features.of(x), xs);
    leaf.bayes(xs, missing, log);
    Kernels.softmax(log, 3);
    double sum = product(x, 0) + product(x, 1) + product(x, 2);
    for (int c = 0; c < 3; c++) {
      assertThat(log[c]).isCloseTo(product(x, c) / sum, within(1e-10));
    }
  }

  @Test
  void scoresAreTheProductOfTheDensities() {
    Leaf leaf = leaf(false);
    check(leaf, new double[] {0.3, 0.4, 1});
    check(leaf, new double[] {2.5, 0.9, 2});
    check(leaf, new double[] {-1, 0.1, 0});
  }

  @Test
  void aMissingValueIsLeftOutOfPredictionAndStatistics() {
    Leaf leaf = leaf(true);
    check(leaf, new double[] {0.3, 0.4, 1});
    check(leaf, new double[] {Double.NaN, 0.4, 1});
    check(leaf, new double[] {1.3, Double.NaN, Double.NaN});
    Leaf whole = leaf(false);
    check(whole, new double[] {1.3, Double.NaN, Double.NaN});
  }

  @Test
  void aClassAppearingLateTakesItsPlaceInTheOrderOfCodes() {
    Leaf leaf = new Leaf(FeatureSet.all(schema), new int[0], new double[0], 0);
    int[] order = {2, 0, 2, 1, 0, 1};
    for (int i = 0; i < order.length; i++) {
      Features x = Features.of(i, 2.0 * i, i % 3);
      leaf.learn(xs, leaf.gather(x, xs), leaf.open(order[i]), 1);
    }
    assertThat(leaf.codes).containsExactly(0, 1, 2);
    assertThat(leaf.dist).containsExactly(2, 2, 2);
    assertThat(leaf.gaussians.mean).containsExactly(2.5, 5, 4, 8, 1, 2);
    double[] weights = new double[3];
    assertThat(leaf.nominal.weights(0, 2, weights)).isEqualTo(2);
    assertThat(weights).containsExactly(0, 1, 1);
  }
}
