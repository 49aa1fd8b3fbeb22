package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class IsoupTreeTest {
  private static final Schema SCHEMA =
      Schema.multiTarget(
          List.of(Column.numeric("x"), Column.category("c", "u", "v"), Column.numeric("noise")),
          List.of("a", "b"));

  private static MultiTargetRegressor make(String spec) {
    return Components.create(Spec.parse(spec), Build.of(SCHEMA), MultiTargetRegressor.class);
  }

  /** Both targets step at x = 0.3, the second also by category, in units a million times larger. */
  private static void truths(double x, int c, double[] out) {
    out[0] = x > 0.3 ? 5 : 1;
    out[1] = 1e6 * ((x > 0.3 ? -2 : 2) + (c == 1 ? 10 : 0));
  }

  @Test
  void findsTheStepsOfAllTargetsWhateverTheirUnit() {
    IsoupTree tree = (IsoupTree) make("isoup_tree(leaf_prediction=mean)");
    Rng rng = new Rng(5);
    double[] y = new double[2];
    double[] answer = new double[2];
    for (int i = 0; i < 20_000; i++) {
      double x = rng.nextDouble();
      int c = rng.nextInt(2);
      truths(x, c, y);
      tree.learn(Features.of(x, c, rng.nextDouble()), y, 1);
    }
    for (double x : new double[] {0.1, 0.2, 0.5, 0.9}) {
      for (int c = 0; c < 2; c++) {
        truths(x, c, y);
        tree.predict(Features.of(x, c, 0.5), answer);
        assertThat(answer[0]).isCloseTo(y[0], within(0.1));
        assertThat(answer[1]).isCloseTo(y[1], within(1e5));
      }
    }
    assertThat(tree.nodes()).isGreaterThanOrEqualTo(5);
  }

  /** By hand: halves of two values each, reduction 1 of the first target, 0.5 of the second. */
  @Test
  void meritIsTheMeanOfTheRelativeReductions() {
    FeatureSet f =
        FeatureSet.all(Schema.multiTarget(List.of(Column.numeric("x")), List.of("a", "b")));
    TargetsLeaf leaf = new TargetsLeaf(f, 2, 8, -1);
    double[][] rows = {{0, 0, 0}, {0, 0, 1}, {1, 4, 1}, {1, 4, 2}};
    for (double[] r : rows) {
      double[] truths = {r[1], r[2]};
      leaf.observe(Features.of(r[0]), new double[] {r[0]}, truths, 1, new double[7]);
    }
    TargetsSplit search = new TargetsSplit(2, 0, RegressionCriterion.VARIANCE_REDUCTION);
    search.search(leaf);
    assertThat(search.column).isZero();
    assertThat(search.threshold).isBetween(0.0, 1.0);
    assertThat(search.best).isCloseTo((1 + 0.5) / 2, within(1e-12));
    assertThat(search.left).containsExactly(2, 2, 0, 0, 2, 1, 1);
  }

  @Test
  void anUnknownTruthTeachesTheOtherTarget() {
    MultiTargetRegressor tree = make("isoup_tree(leaf_prediction=mean)");
    for (int i = 0; i < 10; i++) {
      tree.learn(Features.of(i, 0, 0), new double[] {7, Double.NaN}, 1);
    }
    double[] answer = new double[2];
    tree.predict(Features.of(1, 0, 0), answer);
    assertThat(answer).containsExactly(7, 0);
  }

  @Test
  void linearModelsAnswerWhereTheyAreBetter() {
    assertThat(error("isoup_tree")).isLessThan(0.5 * error("isoup_tree(leaf_prediction=mean)"));
  }

  private static double error(String spec) {
    MultiTargetRegressor tree = make(spec);
    Rng rng = new Rng(9);
    double[] answer = new double[2];
    double sum = 0;
    for (int i = 0; i < 4000; i++) {
      double x = rng.nextDouble();
      double[] y = {3 * x, 2 - x};
      tree.testThenLearn(Features.of(x, 0, 0.5), y, 1, answer);
      sum += i < 2000 ? 0 : Math.abs(answer[0] - y[0]) + Math.abs(answer[1] - y[1]);
    }
    return sum / 2000;
  }
}
