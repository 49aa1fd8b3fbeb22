package org.freshet.learn.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;

class GaussianNbTest {
  private static final Schema TWO_NUMBERS =
      Schema.classification(List.of(Column.numeric("a"), Column.numeric("b")), "y", "no", "yes");
  private static final Schema MIXED =
      Schema.classification(
          List.of(Column.category("colour", "red", "green"), Column.numeric("size")), "y");

  private static Classifier make(Schema schema) {
    return Components.classifier("gaussian_nb", schema, 1);
  }

  private static double[] scores(Classifier c, Features x) {
    double[] scores = new double[c.labels()];
    c.scores(x, scores);
    return scores;
  }

  private static double density(double x, double mean, double variance) {
    return Math.exp(-(x - mean) * (x - mean) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  }

  @Test
  void isBayesRuleWithNormalDensitiesOverNMinusOne() {
    Classifier c = make(TWO_NUMBERS);
    assertThat(scores(c, Features.of(0, 0))).containsExactly(0.5, 0.5);
    c.learn(Features.of(1, 10), 0, 1);
    c.learn(Features.of(3, 14), 0, 1);
    c.learn(Features.of(5, 12), 0, 1);
    c.learn(Features.of(4, 10), 1, 1);
    c.learn(Features.of(6, 16), 1, 1);
    // Class 0: means 3 and 12, variances 4 and 4; class 1: means 5 and 13, variances 2 and 18.
    double no = 0.6 * density(4, 3, 4) * density(13, 12, 4);
    double yes = 0.4 * density(4, 5, 2) * density(13, 13, 18);
    double[] scores = scores(c, Features.of(4, 13));
    assertThat(scores[0]).isCloseTo(no / (no + yes), within(1e-14));
    assertThat(scores[0] + scores[1]).isCloseTo(1, within(1e-15));
  }

  @Test
  void categoriesFollowLaplace() {
    Classifier c = make(MIXED);
    c.learn(Features.of(0, 1), 0, 1);
    c.learn(Features.of(0, 2), 0, 1);
    c.learn(Features.of(1, 3), 0, 1);
    c.learn(Features.of(1, 1), 1, 1);
    c.learn(Features.of(1, 3), 1, 1);
    // Class 0 has mean 2 and variance 1, class 1 mean 2 and variance 2; two colours were seen.
    double a = 0.6 * (2 + 1) / (3 + 2) * density(2, 2, 1);
    double b = 0.4 * (0 + 1) / (2 + 2) * density(2, 2, 2);
    assertThat(scores(c, Features.of(0, 2))[0]).isCloseTo(a / (a + b), within(1e-14));
    // A colour never seen tells only how much each class has seen.
    double a9 = 0.6 / 5 * density(2, 2, 1);
    double b9 = 0.4 / 4 * density(2, 2, 2);
    assertThat(scores(c, Features.of(9, 2))[0]).isCloseTo(a9 / (a9 + b9), within(1e-14));
    // Once learnt it changes K for all classes.
    c.learn(Features.of(9, 2), 0, 1);
    double a10 = 4 / 6.0 * (1 + 1) / (4 + 3) * density(2, 2, 2 / 3.0);
    double b10 = 2 / 6.0 * (0 + 1) / (2 + 3) * density(2, 2, 2);
    assertThat(scores(c, Features.of(9, 2))[0]).isCloseTo(a10 / (a10 + b10), within(1e-14));
  }

  @Test
  void missingValuesAreLeftOutOfSumsAndProduct() {
    Classifier c = make(MIXED);
    c.learn(Features.of(0, 1), 0, 1);
    c.learn(Features.of(Double.NaN, 3), 0, 1);
    c.learn(Features.of(1, Double.NaN), 0, 1);
    c.learn(Features.of(1, 5), 1, 1);
    c.learn(Features.of(1, 9), 1, 1);
    double a = 0.6 * (1 + 1) / (2 + 2) * density(4, 2, 2);
    double b = 0.4 * (0 + 1) / (2 + 2) * density(4, 7, 8);
    assertThat(scores(c, Features.of(0, 4))[0]).isCloseTo(a / (a + b), within(1e-14));
    double sizes = 0.6 * density(4, 2, 2) / (0.6 * density(4, 2, 2) + 0.4 * density(4, 7, 8));
    assertThat(scores(c, Features.of(Double.NaN, 4))[0]).isCloseTo(sizes, within(1e-14));
    assertThat(scores(c, Features.of(0, Double.NaN))[0])
        .isCloseTo(0.6 * 0.5 / (0.6 * 0.5 + 0.4 * 0.25), within(1e-14));
    assertThat(scores(c, Features.of(Double.NaN, Double.NaN))[0]).isCloseTo(0.6, within(1e-14));
  }

  @Test
  void infiniteAndHugeValuesCountAsMissing() {
    Classifier with = make(TWO_NUMBERS);
    Classifier without = make(TWO_NUMBERS);
    double[] strange = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, Double.NaN};
    for (int i = 0; i < 40; i++) {
      double b = i % 7;
      with.learn(Features.of(strange[i % 4], b), i % 2, 1);
      without.learn(Features.of(Double.NaN, b), i % 2, 1);
    }
    assertThat(scores(with, Features.of(1e300, 2)))
        .isEqualTo(scores(without, Features.of(Double.NaN, 2)));
    assertThat(States.bytes(with)).isEqualTo(States.bytes(without));
  }

  @Test
  void aConstantColumnCountsOneWhereEqualAndRulesOutWhereNot() {
    Classifier c = make(TWO_NUMBERS);
    for (int i = 0; i < 10; i++) {
      c.learn(Features.of(0.1, i), 0, 1);
      c.learn(Features.of(0.2, i), 1, 1);
    }
    assertThat(scores(c, Features.of(0.1, 5))).containsExactly(1, 0);
    assertThat(scores(c, Features.of(0.2, 5))).containsExactly(0, 1);
  }

  @Test
  void whatNoClassHasSeenLeavesTheOtherColumnsToDecide() {
    Classifier c = make(TWO_NUMBERS);
    for (int i = 0; i < 10; i++) {
      c.learn(Features.of(0, i % 3), 0, 1);
      c.learn(Features.of(0, 10 + i % 3), 1, 1);
    }
    assertThat(c.predict(Features.of(1, 11))).isEqualTo(1);
    assertThat(c.predict(Features.of(1, 1))).isEqualTo(0);
  }

  @Test
  void densitiesThatUnderflowAreStillCompared() {
    Classifier c = make(TWO_NUMBERS);
    for (int i = 0; i < 10; i++) {
      c.learn(Features.of(i % 2, i % 2), 0, 1);
      c.learn(Features.of(10 + i % 2, 10 + i % 2), 1, 1);
    }
    assertThat(scores(c, Features.of(1000, 1000))).containsExactly(0, 1);
    assertThat(scores(c, Features.of(-1000, -1000))).containsExactly(1, 0);
  }

  @Test
  void aWeightIsThatManyCopies() {
    Classifier weighted = make(MIXED);
    Classifier copied = make(MIXED);
    Rng rng = new Rng(3);
    for (int i = 0; i < 200; i++) {
      Features x = Features.of(rng.nextInt(5), i % 11 == 0 ? Double.NaN : rng.nextGaussian());
      int y = rng.nextInt(3);
      int n = rng.nextInt(4);
      weighted.learn(x, y, n);
      for (int k = 0; k < n; k++) {
        copied.learn(x, y, 1);
      }
      if (weighted.labels() == 3) {
        assertThat(scores(weighted, x)).containsExactly(scores(copied, x), within(1e-12));
      }
    }
  }

  @Test
  void sparseRowsLearnTheSameAsDenseOnes() {
    Schema sparse = TWO_NUMBERS.withSparse(List.of());
    Classifier thin = make(sparse);
    Classifier full =
        make(
            Schema.classification(
                List.of(Column.numeric("a"), Column.numeric("b"), Column.numeric("c")),
                "y",
                "no",
                "yes"));
    Rng rng = new Rng(5);
    for (int i = 0; i < 100; i++) {
      double a = rng.nextInt(3);
      double c = i < 50 ? 0 : rng.nextInt(3); // the third column opens late
      int y = rng.nextInt(2);
      Features row = Features.sparse(new int[] {0, 2}, new double[] {a, c}, c == 0 ? 1 : 2, 3);
      Features dense = Features.of(a, 0, c);
      if (i > 52) {
        assertThat(scores(thin, row)).isEqualTo(scores(full, dense));
      }
      thin.learn(row, y, 1);
      full.learn(dense, y, 1);
    }
  }

  @Test
  void sparseColumnsBeyondTheLimitAreLeftOut() {
    Schema sparse = TWO_NUMBERS.withSparse(List.of());
    Classifier c = Components.classifier("gaussian_nb(max_features=4)", sparse, 1);
    long before = c.memoryBytes();
    for (int i = 0; i < 10; i++) {
      c.learn(
          Features.sparse(new int[] {1, 2_000_000_000}, new double[] {i % 2, 1}, 2, 2_000_000_001),
          i % 2,
          1);
    }
    assertThat(c.memoryBytes() - before).isLessThan(1000);
    assertThat(c.predict(Features.sparse(new int[] {1}, new double[] {1}, 1, 2))).isEqualTo(1);
  }

  @Test
  void categoriesBeyondTheLimitCountAsMissing() {
    Classifier c = Components.classifier("gaussian_nb(max_categories=2)", MIXED, 1);
    c.learn(Features.of(7, 1), 0, 1);
    c.learn(Features.of(7, 2), 1, 1);
    assertThat(scores(c, Features.of(7, Double.NaN))).containsExactly(0.5, 0.5);
  }

  @Test
  void classesOpenMidStream() {
    Classifier c = make(TWO_NUMBERS);
    for (int i = 0; i < 10; i++) {
      c.learn(Features.of(i % 2, 0), 0, 1);
    }
    assertThat(scores(c, Features.of(5, 5))).containsExactly(1, 0);
    for (int i = 0; i < 10; i++) {
      c.learn(Features.of(100 + i % 2, i % 3), 6, 1);
    }
    assertThat(c.labels()).isEqualTo(7);
    assertThat(c.predict(Features.of(100, 1))).isEqualTo(6);
    double[] wide = new double[9];
    java.util.Arrays.fill(wide, 3);
    c.scores(Features.of(100, 1), wide);
    assertThat(wide).containsExactly(0, 0, 0, 0, 0, 0, 1, 0, 0);
  }

  @Test
  void fusedCallEqualsPredictThenLearnAndRestoredStateGoesOnBitForBit() {
    Classifier fused = make(MIXED);
    Classifier parts = make(MIXED);
    Rng rng = new Rng(9);
    double[] a = new double[12];
    double[] b = new double[12];
    for (int i = 0; i < 500; i++) {
      double size = rng.nextInt(9) == 0 ? Double.NaN : rng.nextGaussian() + i % 4;
      Features x = Features.of(rng.nextInt(3 + i / 50), size);
      int y = rng.nextInt(9) == 0 ? -1 : rng.nextInt(1 + i / 50);
      fused.testThenLearn(x, y, 1 + i % 2, a);
      parts.scores(x, b);
      if (y >= 0) {
        parts.learn(x, y, 1 + i % 2);
      }
      assertThat(a).isEqualTo(b);
      if (i % 60 == 0) {
        parts = States.restore(parts, make(MIXED));
        assertThat(States.bytes(parts)).isEqualTo(States.bytes(fused));
      }
    }
  }

  @Test
  void givingUpHopelessClassesChangesNoScore() {
    int classes = 12;
    Column[] columns = new Column[11];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Column.numeric("x" + i);
    }
    Classifier c = make(Schema.classification(List.of(columns), "y"));
    Rng rng = new Rng(2);
    double[] row = new double[columns.length];
    for (int i = 0; i < 400; i++) {
      int y = rng.nextInt(classes);
      fill(row, y, rng);
      c.learn(Features.of(row), y, 1);
    }
    for (int last = 0; last < classes; last++) {
      fill(row, last, rng);
      c.learn(Features.of(row), last, 1); // the class learnt last is scored first
      fill(row, (last + 1) % classes, rng);
      double[] scores = scores(c, Features.of(row));
      double[] again =
          scores(
              States.restore(c, make(Schema.classification(List.of(columns), "y"))),
              Features.of(row));
      assertThat(scores).isEqualTo(again); // which scores class 0 first
      assertThat(c.predict(Features.of(row))).isEqualTo((last + 1) % classes);
    }
  }

  private static void fill(double[] row, int y, Rng rng) {
    for (int f = 0; f < row.length; f++) {
      row[f] = 6 * ((y * (f + 1)) % 13) + rng.nextGaussian();
    }
  }

  @Test
  void allocatesNothingPerEvent() {
    Classifier c = make(TWO_NUMBERS);
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
