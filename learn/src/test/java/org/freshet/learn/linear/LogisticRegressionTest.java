package org.freshet.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.DataException;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Components;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {
  private static final List<Column> COLUMNS = List.of(Column.numeric("a"), Column.numeric("b"));
  private static final Schema TWO = Schema.classification(COLUMNS, "y", "no", "yes");
  private static final Schema OPEN = Schema.classification(COLUMNS, "y");
  private static final Schema SPARSE = TWO.withSparse(List.of());

  private static LogisticRegression make(String arguments, Schema schema) {
    return (LogisticRegression) Components.classifier("logistic_regression" + arguments, schema, 1);
  }

  private static double yes(Classifier c, Features x) {
    double[] scores = new double[2];
    c.scores(x, scores);
    return scores[1];
  }

  @Test
  void firstTwoStepsByHand() {
    LogisticRegression c =
        make("(optimizer=sgd(learning_rate=0.1), intercept_learning_rate=0.2)", TWO);
    assertThat(yes(c, Features.of(2, -4))).isEqualTo(0.5);
    c.learn(Features.of(2, -4), 1, 1); // P − y = −0.5
    assertThat(c.weight(0)).isEqualTo(0.1);
    assertThat(c.weight(1)).isEqualTo(-0.2);
    assertThat(c.intercept()).isEqualTo(0.1);
    double p = 1 / (1 + Math.exp(-(0.1 * 1 - 0.2 * 3 + 0.1)));
    assertThat(yes(c, Features.of(1, 3))).isCloseTo(p, within(1e-15));
    c.learn(Features.of(1, 3), 0, 2);
    assertThat(c.weight(0)).isCloseTo(0.1 - 0.1 * 2 * p, within(1e-15));
    assertThat(c.weight(1)).isCloseTo(-0.2 - 0.1 * 2 * p * 3, within(1e-15));
    assertThat(c.intercept()).isCloseTo(0.1 - 0.2 * 2 * p, within(1e-15));
  }

  /** The step against −log P, found by moving each weight a little in both directions. */
  @Test
  void stepsAgainstTheGradientOfTheLogLoss() {
    double rate = 1e-3;
    LogisticRegression c =
        make("(optimizer=sgd(learning_rate=1e-3), intercept_learning_rate=1e-3)", TWO);
    Rng rng = new Rng(4);
    for (int i = 0; i < 30; i++) {
      double[] x = {rng.nextGaussian(), rng.nextGaussian()};
      int y = rng.nextInt(2);
      double[] w = {c.weight(0), c.weight(1), c.intercept()};
      c.learn(Features.of(x), y, 1);
      double[] moved = {c.weight(0), c.weight(1), c.intercept()};
      for (int k = 0; k < 3; k++) {
        double slope = (loss(w, k, 1e-5, x, y) - loss(w, k, -1e-5, x, y)) / 2e-5;
        assertThat(moved[k] - w[k]).isCloseTo(-rate * slope, within(1e-12));
      }
    }
  }

  private static double loss(double[] w, int k, double by, double[] x, int y) {
    double[] v = w.clone();
    v[k] += by;
    double margin = v[0] * x[0] + v[1] * x[1] + v[2];
    return Math.log1p(Math.exp(y == 1 ? -margin : margin));
  }

  @Test
  void learnsAnyBinaryLabelsAsTheyAppear() {
    LogisticRegression c = make("", OPEN);
    double[] scores = new double[2];
    assertThat(c.labels()).isZero();
    assertThat(c.predict(Features.of(1, 1))).isEqualTo(-1);
    c.learn(Features.of(1, 1), 0, 1);
    c.scores(Features.of(1, 1), scores);
    assertThat(scores).containsExactly(1, 0);
    c.learn(Features.of(-1, -1), 1, 1);
    assertThat(c.labels()).isEqualTo(2);
    c.scores(Features.of(-1, -1), scores);
    assertThat(scores[0] + scores[1]).isEqualTo(1);
    assertThat(c.predict(Features.of(-3, -3))).isEqualTo(1);
  }

  @Test
  void aThirdClassIsRefusedAndNothingIsLost() {
    Schema three = Schema.classification(COLUMNS, "kind", "a", "b", "c");
    assertThatThrownBy(() -> make("", three))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("logistic_regression")
        .hasMessageContaining("'kind' declares 3; use softmax_regression");
    LogisticRegression c = make("", OPEN);
    OPEN.labels().code("no");
    OPEN.labels().code("yes");
    OPEN.labels().code("maybe");
    c.learn(Features.of(1, 2), 1, 1);
    byte[] before = States.bytes(c);
    assertThatThrownBy(() -> c.learn(Features.of(1, 1), 2, 1))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "logistic_regression: label 'y' has a third class 'maybe', allowed are 2; use"
                + " softmax_regression");
    assertThat(States.bytes(c)).isEqualTo(before);
  }

  @Test
  void sparseRowsStepAsDenseOnesAndOpenColumns() {
    for (String optimizer : new String[] {"sgd", "adagrad", "ftrl_proximal"}) {
      LogisticRegression thin = make("(optimizer=" + optimizer + ")", SPARSE);
      LogisticRegression full = make("(optimizer=" + optimizer + ")", TWO);
      Rng rng = new Rng(1);
      for (int i = 0; i < 100; i++) {
        double b = rng.nextGaussian();
        boolean first = i % 3 == 0;
        Features row =
            first
                ? Features.sparse(new int[] {0}, new double[] {1}, 1, 1)
                : Features.sparse(new int[] {1}, new double[] {b}, 1, 2);
        Features dense = first ? Features.of(1, 0) : Features.of(0, b);
        int y = b > 0 ? 1 : 0;
        assertThat(yes(thin, row)).isEqualTo(yes(full, dense));
        thin.learn(row, y, 1);
        full.learn(dense, y, 1);
      }
      assertThat(thin.weight(1)).isEqualTo(full.weight(1)).isPositive();
      assertThat(thin.weight(77)).isZero();
    }
  }

  @Test
  void whatWouldSpoilTheWeightsIsLeftOut() {
    LogisticRegression c = make("(max_features=8)", SPARSE);
    LogisticRegression clean = make("(max_features=8)", SPARSE);
    double[] strange = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e200};
    for (int i = 0; i < 40; i++) {
      Features x =
          Features.sparse(
              new int[] {0, 3, 2_000_000_000},
              new double[] {i % 5 - 2, strange[i % 4], 1},
              3,
              2_000_000_001);
      Features fine = Features.sparse(new int[] {0}, new double[] {i % 5 - 2}, 1, 1);
      assertThat(yes(c, x)).isEqualTo(yes(clean, fine));
      c.learn(x, i % 2, 1);
      clean.learn(fine, i % 2, 1);
    }
    assertThat(States.bytes(c)).isEqualTo(States.bytes(clean));
  }

  @Test
  void hugeButFiniteValuesLeaveItAbleToAnswer() {
    LogisticRegression c = make("(optimizer=sgd(learning_rate=10))", TWO);
    for (int i = 0; i < 100; i++) {
      c.learn(Features.of(1e99, -1e99), i % 2, 1e6);
      double p = yes(c, Features.of(1, 1e99));
      assertThat(p).isBetween(0.0, 1.0);
    }
    assertThat(c.weight(0)).isFinite();
  }

  @Test
  void theGradientIsClipped() {
    LogisticRegression c = make("(optimizer=sgd(learning_rate=1), clip_gradient=0.25)", TWO);
    c.learn(Features.of(1, 0), 1, 1000);
    assertThat(c.weight(0)).isEqualTo(0.25);
    assertThat(c.intercept()).isEqualTo(0.0025);
  }

  @Test
  void weightZeroLearnsNothing() {
    LogisticRegression c = make("", OPEN);
    byte[] before = States.bytes(c);
    c.learn(Features.of(1, 1), 1, 0);
    c.learn(Features.of(1, 1), 5, 0);
    assertThat(States.bytes(c)).isEqualTo(before);
  }

  @Test
  void fusedCallEqualsPredictThenLearnAndRestoredStateGoesOnBitForBit() {
    String spec = "(optimizer=adam, l1=1e-4, l2=1e-3)";
    LogisticRegression fused = make(spec, SPARSE);
    LogisticRegression parts = make(spec, SPARSE);
    Rng rng = new Rng(8);
    double[] a = new double[2];
    double[] b = new double[2];
    for (int i = 0; i < 300; i++) {
      int at = rng.nextInt(1 + i);
      Features x = Features.sparse(new int[] {at, at + 2}, new double[] {1, -2}, 2, at + 3);
      int y = rng.nextInt(3) - 1;
      fused.testThenLearn(x, y, 1.5, a);
      parts.scores(x, b);
      if (y >= 0) {
        parts.learn(x, y, 1.5);
      }
      assertThat(a).isEqualTo(b);
      if (i % 50 == 0) {
        parts = States.restore(parts, make(spec, SPARSE));
        assertThat(States.bytes(parts)).isEqualTo(States.bytes(fused));
      }
    }
  }

  @Test
  void allocatesNothingPerEvent() {
    LogisticRegression c = make("", TWO);
    double[] scores = new double[2];
    double[] row = new double[2];
    Features x = Features.of(row);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long before = 0;
    for (int i = 0; i < 40_000; i++) {
      if (i == 20_000) {
        before = threads.getThreadAllocatedBytes(id);
      }
      row[0] = i % 13;
      row[1] = i % 7;
      c.testThenLearn(x, i & 1, 1, scores);
    }
    assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(20_000);
  }
}
