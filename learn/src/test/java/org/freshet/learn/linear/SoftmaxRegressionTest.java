package org.freshet.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;

class SoftmaxRegressionTest {
  private static final List<Column> COLUMNS = List.of(Column.numeric("a"), Column.numeric("b"));
  private static final Schema OPEN = Schema.classification(COLUMNS, "y");
  private static final Schema THREE = Schema.classification(COLUMNS, "y", "p", "q", "r");

  private static SoftmaxRegression make(String arguments, Schema schema) {
    return (SoftmaxRegression) Components.classifier("softmax_regression" + arguments, schema, 1);
  }

  @Test
  void firstStepByHand() {
    SoftmaxRegression c =
        make("(optimizer=sgd(learning_rate=0.3), intercept_learning_rate=0.6)", THREE);
    double[] scores = new double[3];
    c.testThenLearn(Features.of(1, 2), 1, 1, scores);
    assertThat(scores).containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-15));
    assertThat(c.weight(0, 0)).isCloseTo(-0.1, within(1e-15));
    assertThat(c.weight(1, 0)).isCloseTo(0.2, within(1e-15));
    assertThat(c.weight(2, 1)).isCloseTo(-0.2, within(1e-15));
    assertThat(c.intercept(1)).isCloseTo(0.4, within(1e-15));
  }

  @Test
  void stepsAgainstTheGradientOfTheLogLoss() {
    double rate = 1e-3;
    SoftmaxRegression c =
        make("(optimizer=sgd(learning_rate=1e-3), intercept_learning_rate=1e-3)", THREE);
    Rng rng = new Rng(6);
    for (int i = 0; i < 20; i++) {
      double[] x = {rng.nextGaussian(), rng.nextGaussian()};
      int y = rng.nextInt(3);
      double[] before = flat(c);
      c.learn(Features.of(x), y, 1);
      double[] moved = flat(c);
      for (int k = 0; k < 9; k++) {
        double slope = (loss(before, k, 1e-5, x, y) - loss(before, k, -1e-5, x, y)) / 2e-5;
        assertThat(moved[k] - before[k]).isCloseTo(-rate * slope, within(1e-12));
      }
    }
  }

  private static double[] flat(SoftmaxRegression c) {
    double[] v = new double[9];
    for (int k = 0; k < 3; k++) {
      v[3 * k] = c.weight(k, 0);
      v[3 * k + 1] = c.weight(k, 1);
      v[3 * k + 2] = c.intercept(k);
    }
    return v;
  }

  private static double loss(double[] w, int at, double by, double[] x, int y) {
    double[] v = w.clone();
    v[at] += by;
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      sum += Math.exp(v[3 * k] * x[0] + v[3 * k + 1] * x[1] + v[3 * k + 2]);
    }
    return Math.log(sum) - (v[3 * y] * x[0] + v[3 * y + 1] * x[1] + v[3 * y + 2]);
  }

  @Test
  void withTwoClassesItIsLogisticRegressionAtTwiceTheRate() {
    Schema two = Schema.classification(COLUMNS, "y", "no", "yes");
    Classifier soft =
        make("(optimizer=sgd(learning_rate=0.05), intercept_learning_rate=0.005)", two);
    Classifier logistic =
        Components.classifier(
            "logistic_regression(optimizer=sgd(learning_rate=0.1), intercept_learning_rate=0.01)",
            two,
            1);
    Rng rng = new Rng(2);
    double[] a = new double[2];
    double[] b = new double[2];
    for (int i = 0; i < 500; i++) {
      Features x = Features.of(rng.nextGaussian(), rng.nextGaussian());
      int y = x.value(0) + rng.nextGaussian() > 0 ? 1 : 0;
      soft.testThenLearn(x, y, 1, a);
      logistic.testThenLearn(x, y, 1, b);
      assertThat(a).containsExactly(b, within(1e-12));
    }
    assertThat(b[1]).isNotEqualTo(0.5);
  }

  @Test
  void classesOpenMidStreamAndAreLearnt() {
    SoftmaxRegression c = make("(optimizer=sgd(learning_rate=0.5))", OPEN);
    assertThat(c.labels()).isZero();
    double[][] centres = {{2, 0}, {-2, 0}, {0, 3}, {0, -3}};
    Rng rng = new Rng(7);
    double[] scores = new double[4];
    int right = 0;
    for (int i = 0; i < 2000; i++) {
      int y = rng.nextInt(Math.min(4, 1 + i / 200));
      Features x =
          Features.of(
              centres[y][0] + 0.3 * rng.nextGaussian(), centres[y][1] + 0.3 * rng.nextGaussian());
      c.testThenLearn(x, y, 1, scores);
      double sum = scores[0] + scores[1] + scores[2] + scores[3];
      assertThat(sum).isCloseTo(i == 0 ? 0 : 1, within(1e-12));
      right += i >= 1000 && Kernels.argmax(scores, c.labels()) == y ? 1 : 0;
    }
    assertThat(c.labels()).isEqualTo(4);
    assertThat(right).isGreaterThan(995); // the clusters are six standard deviations apart and more
  }

  @Test
  void fusedCallEqualsPredictThenLearnAndRestoredStateGoesOnBitForBit() {
    Schema sparse = OPEN.withSparse(List.of());
    String spec = "(optimizer=ftrl_proximal, l1=0.01)";
    SoftmaxRegression fused = make(spec, sparse);
    SoftmaxRegression parts = make(spec, sparse);
    Rng rng = new Rng(8);
    double[] a = new double[8];
    double[] b = new double[8];
    for (int i = 0; i < 300; i++) {
      int at = rng.nextInt(1 + i);
      Features x = Features.sparse(new int[] {at, at + 2}, new double[] {1, -2}, 2, at + 3);
      int y = rng.nextInt(2 + i / 50) - 1;
      fused.testThenLearn(x, y, 1, a);
      parts.scores(x, b);
      if (y >= 0) {
        parts.learn(x, y, 1);
      }
      assertThat(a).isEqualTo(b);
      if (i % 50 == 0) {
        parts = States.restore(parts, make(spec, sparse));
        assertThat(States.bytes(parts)).isEqualTo(States.bytes(fused));
      }
    }
  }
}
