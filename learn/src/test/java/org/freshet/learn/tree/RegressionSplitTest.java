package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.junit.jupiter.api.Test;

class RegressionSplitTest {
  private static final Schema SCHEMA =
      Schema.regression(
          List.of(Column.numeric("a"), Column.numeric("b"), Column.category("c")), "y");

  private static RegressionLeaf leaf(double[][] rows) {
    RegressionLeaf leaf = new RegressionLeaf(FeatureSet.all(SCHEMA), 64);
    for (double[] r : rows) {
      double[] xs = {r[0], r[1], r[2]};
      leaf.learn(Features.of(xs), xs, new double[0], 0, 1, 0, r[3], 1);
    }
    return leaf;
  }

  private static RegressionSplit search(RegressionCriterion criterion, RegressionLeaf leaf) {
    RegressionSplit s = new RegressionSplit(criterion, 0.01);
    s.search(leaf);
    return s;
  }

  private static final double[][] STEP = {
    {1, 0, 0, 2}, {2, 1, 1, 2}, {3, 0, 0, 2}, {8, 1, 1, 6}, {9, 0, 2, 6}, {10, 1, 1, 10}
  };

  /**
   * By hand: targets 2 2 2 | 6 6 10, mean 28/6, variance 80/9 (mean of squares 184/6); the right
   * side has mean 22/3 and variance 32/9, the left one none: reduction 80/9 − ½·32/9 = 64/9.
   */
  @Test
  void varianceReductionOfAStepByHand() {
    RegressionSplit s = search(RegressionCriterion.VARIANCE_REDUCTION, leaf(STEP));
    assertThat(s.column).isEqualTo(0);
    assertThat(s.kind).isEqualTo(Node.NUMERIC);
    assertThat(s.threshold).isBetween(3.0, 8.0);
    assertThat(s.best).isCloseTo(64.0 / 9, within(1e-12));
    assertThat(s.left[0]).isEqualTo(3);
    assertThat(s.right[0]).isEqualTo(3);
  }

  /** Of the same step: sqrt(80/9) − ½ sqrt(32/9) by the deviation. */
  @Test
  void deviationReductionOfAStepByHand() {
    RegressionSplit s = search(RegressionCriterion.SD_REDUCTION, leaf(STEP));
    assertThat(s.best).isCloseTo(Math.sqrt(80.0 / 9) - 0.5 * Math.sqrt(32.0 / 9), within(1e-12));
  }

  /** The second best is another feature's: category 0 (2, 2) against the rest (mean 6). */
  @Test
  void theRunnerUpIsTheBestOfAnotherFeature() {
    RegressionSplit s = search(RegressionCriterion.VARIANCE_REDUCTION, leaf(STEP));
    double gap = 2 - 6;
    assertThat(s.second).isCloseTo(2.0 * 4 / 36 * gap * gap, within(1e-12));
  }

  @Test
  void aCategoryAgainstTheRest() {
    double[][] rows = new double[60][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[] {i % 7, i % 4, i % 3, i % 3 == 1 ? 9 : 1};
    }
    RegressionSplit s = search(RegressionCriterion.VARIANCE_REDUCTION, leaf(rows));
    assertThat(s.column).isEqualTo(2);
    assertThat(s.kind).isEqualTo(Node.EQUALS);
    assertThat(s.threshold).isEqualTo(1);
    assertThat(s.left[0]).isEqualTo(20);
  }

  /** Against every threshold between the sorted values: intervals cost at most a fifth. */
  @Test
  void isNearlyAsGoodAsTheExhaustiveSearch() {
    Random random = new Random(11);
    for (int trial = 0; trial < 20; trial++) {
      double[][] rows = new double[300][];
      double step = random.nextGaussian();
      for (int i = 0; i < rows.length; i++) {
        double a = random.nextGaussian();
        double y = (a > step ? 3 : 0) + random.nextGaussian();
        rows[i] = new double[] {a, 0, 0, y};
      }
      double exact = exhaustive(rows);
      double ours = search(RegressionCriterion.VARIANCE_REDUCTION, leaf(rows)).best;
      assertThat(ours).isBetween(0.8 * exact, exact * (1 + 1e-9));
    }
  }

  private static double exhaustive(double[][] rows) {
    double best = 0;
    for (double[] at : rows) {
      double n = 0;
      double left = 0;
      double all = 0;
      for (double[] r : rows) {
        n += r[0] <= at[0] ? 1 : 0;
        left += r[0] <= at[0] ? r[3] : 0;
        all += r[3];
      }
      double m = rows.length - n;
      if (n > 3 && m > 3) {
        double d = left / n - (all - left) / m;
        best = Math.max(best, n * m / rows.length / rows.length * d * d);
      }
    }
    return best;
  }
}
