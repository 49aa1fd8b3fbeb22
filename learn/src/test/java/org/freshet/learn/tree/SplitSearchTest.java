package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.junit.jupiter.api.Test;

class SplitSearchTest {
  private final Schema schema =
      Schema.classification(
          List.of(Column.numeric("a"), Column.category("b", "x", "y", "z"), Column.numeric("c")),
          "class",
          "no",
          "yes");

  private Leaf leaf(double[][] rows, int[] labels) {
    Leaf leaf = new Leaf(FeatureSet.all(schema), new int[0], new double[0], 0);
    double[] xs = new double[3];
    for (int i = 0; i < rows.length; i++) {
      Features x = Features.of(rows[i]);
      boolean missing = leaf.gather(x, xs);
      leaf.learn(xs, missing, leaf.open(labels[i]), 1);
    }
    return leaf;
  }

  private static double entropy(double... weights) {
    double total = 0;
    for (double w : weights) {
      total += w;
    }
    double h = 0;
    for (double w : weights) {
      h -= w > 0 ? w / total * Math.log(w / total) / Math.log(2) : 0;
    }
    return h;
  }

  /** The textbook form of the gain, with Φ evaluated and no table. */
  private static double gain(Leaf leaf, int k, double v) {
    double[] l = new double[2];
    double[] r = new double[2];
    for (int s = 0; s < 2; s++) {
      l[s] = SplitSearch.side(leaf, s, k, v, true);
      r[s] = leaf.seen[s] - l[s];
    }
    double left = l[0] + l[1];
    double right = r[0] + r[1];
    return entropy(leaf.seen) - (left * entropy(l) + right * entropy(r)) / (left + right);
  }

  private double[][] rows(int n, int[] labels) {
    Rng rng = new Rng(5);
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      labels[i] = rng.nextInt(2);
      rows[i] =
          new double[] {
            rng.nextGaussian() + labels[i], rng.nextInt(3), rng.nextGaussian() + 3 * labels[i]
          };
    }
    return rows;
  }

  @Test
  void numericMeritIsTheTextbookGainOfTheBestPoint() {
    int[] labels = new int[400];
    Leaf leaf = leaf(rows(400, labels), labels);
    SplitSearch search = new SplitSearch(SplitCriterion.INFO_GAIN, 10, 0.01, false);
    search.search(leaf);
    assertThat(search.column).isEqualTo(2);
    assertThat(search.kind).isEqualTo(Node.NUMERIC);
    assertThat(search.best).isCloseTo(gain(leaf, 1, search.threshold), within(1e-7));
    double lo = Math.min(leaf.gaussians.min[1], leaf.gaussians.min[3]);
    double hi = Math.max(leaf.gaussians.max[1], leaf.gaussians.max[3]);
    for (int i = 1; i <= 10; i++) {
      double v = (hi - lo) / 11 * i + lo;
      assertThat(gain(leaf, 1, v)).isLessThanOrEqualTo(search.best + 1e-7);
      assertThat(gain(leaf, 0, v)).isLessThan(search.best);
    }
  }

  @Test
  void giniMeritIsTheTextbookReduction() {
    int[] labels = new int[400];
    Leaf leaf = leaf(rows(400, labels), labels);
    SplitSearch search = new SplitSearch(SplitCriterion.GINI, 10, 0.01, false);
    search.search(leaf);
    double l0 = SplitSearch.side(leaf, 0, 1, search.threshold, true);
    double l1 = SplitSearch.side(leaf, 1, 1, search.threshold, true);
    double r0 = leaf.seen[0] - l0;
    double r1 = leaf.seen[1] - l1;
    double n = l0 + l1 + r0 + r1;
    double before = 1 - Math.pow(leaf.seen[0] / n, 2) - Math.pow(leaf.seen[1] / n, 2);
    double left = 1 - (l0 * l0 + l1 * l1) / ((l0 + l1) * (l0 + l1));
    double right = 1 - (r0 * r0 + r1 * r1) / ((r0 + r1) * (r0 + r1));
    assertThat(search.column).isEqualTo(2);
    assertThat(search.best)
        .isCloseTo(before - (l0 + l1) / n * left - (r0 + r1) / n * right, within(1e-9));
  }

  /** 4 of x: 3 no, 1 yes; 4 of y: 1 no, 3 yes; 2 of z: 2 yes. Gain by hand: 0.9710 − 0.6490. */
  @Test
  void categoriesSplitMultiwayWithTheGainByHand() {
    double[][] rows = {
      {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0},
      {0, 2, 0}, {0, 2, 0}
    };
    int[] labels = {0, 0, 0, 1, 0, 1, 1, 1, 1, 1};
    Leaf leaf = leaf(rows, labels);
    SplitSearch search = new SplitSearch(SplitCriterion.INFO_GAIN, 10, 0.01, false);
    search.search(leaf);
    assertThat(search.column).isEqualTo(1);
    assertThat(search.kind).isEqualTo(Node.MULTIWAY);
    assertThat(search.best).isCloseTo(entropy(4, 6) - 0.8 * entropy(3, 1), within(1e-12));
    assertThat(search.second).isEqualTo(Double.NEGATIVE_INFINITY);
    double[] out = new double[2];
    Node<Leaf> test = new Node<>(leaf);
    test.kind = search.kind;
    test.feature = search.column;
    assertThat(search.merit(leaf, test)).isEqualTo(search.best);
    SplitSearch.distribution(leaf, test, 1, out);
    assertThat(out).containsExactly(1, 3);
    SplitSearch binary = new SplitSearch(SplitCriterion.INFO_GAIN, 10, 0.01, true);
    binary.search(leaf);
    assertThat(binary.kind).isEqualTo(Node.EQUALS);
    assertThat(binary.threshold).isEqualTo(0);
    assertThat(binary.best)
        .isCloseTo(entropy(4, 6) - 0.4 * entropy(3, 1) - 0.6 * entropy(1, 5), within(1e-12));
  }

  @Test
  void equalMeritsGoToTheLastFeature() {
    int n = 300;
    double[][] rows = new double[n][];
    int[] labels = new int[n];
    Rng rng = new Rng(3);
    for (int i = 0; i < n; i++) {
      labels[i] = rng.nextInt(2);
      double v = rng.nextGaussian() + labels[i];
      rows[i] = new double[] {v, 0, v};
    }
    SplitSearch search = new SplitSearch(SplitCriterion.INFO_GAIN, 10, 0.01, false);
    search.search(leaf(rows, labels));
    assertThat(search.column).isEqualTo(2);
    assertThat(search.best).isEqualTo(search.second);
  }

  @Test
  void nothingSplitsWhereNothingVaries() {
    SplitSearch search = new SplitSearch(SplitCriterion.INFO_GAIN, 10, 0.01, false);
    search.search(leaf(new double[][] {{1, 0, 2}, {1, 0, 2}, {1, 0, 2}}, new int[] {0, 1, 0}));
    assertThat(search.column).isEqualTo(-1);
  }

  /** Of 4 no: 3 in x, 1 in y; of 6 yes: 1 in x, 3 in y, 2 in z. By the definition. */
  @Test
  void hellingerDistanceByHand() {
    double[][] w = {{3, 1}, {1, 3}, {0, 2}};
    double squares = 0;
    for (double[] branch : w) {
      squares += Math.pow(Math.sqrt(branch[0] / 4) - Math.sqrt(branch[1] / 6), 2);
    }
    assertThat(SplitCriterion.hellinger(w, 3, 2)).isCloseTo(Math.sqrt(squares), within(1e-12));
    // Sizes of classes do not count, and classes apart are as far as can be.
    double[][] rare = {{3, 0.01}, {1, 0.03}, {0, 0.02}};
    assertThat(SplitCriterion.hellinger(rare, 3, 2)).isCloseTo(Math.sqrt(squares), within(1e-12));
    double[][] apart = {{5, 0, 0}, {0, 7, 0}, {0, 0, 1}};
    assertThat(SplitCriterion.hellinger(apart, 3, 3)).isCloseTo(Math.sqrt(2), within(1e-12));
  }
}
