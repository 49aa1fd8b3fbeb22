package org.freshet.learn.semi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SemiSupervisedTest {
  private static final Schema SCHEMA =
      Schema.classification(
          List.of(
              Column.numeric("a"), Column.numeric("b"), Column.numeric("c"), Column.numeric("d")),
          "y",
          "0",
          "1");

  private static final int WIDE = 40;

  /** Two clumps around −shift and +shift in every column, of deviation 1. */
  private static final class Clumps {
    private final Rng rng;
    private final double shift;
    private final double[] values;
    final Features row;
    int label;

    Clumps(long seed, double shift) {
      this(seed, shift, 4);
    }

    Clumps(long seed, double shift, int width) {
      values = new double[width];
      row = Features.of(values);
      this.rng = new Rng(seed);
      this.shift = shift;
    }

    void next() {
      label = rng.nextInt(2);
      for (int i = 0; i < values.length; i++) {
        values[i] = rng.nextGaussian() + (label == 1 ? shift : -shift);
      }
    }
  }

  private static Classifier make(String spec, long seed) {
    return Components.create(Spec.parse(spec), Build.of(SCHEMA).withSeed(seed), Classifier.class);
  }

  /** Right answers of the last half of n events, of which one in {@code every} has its label. */
  private static double accuracy(String spec, int n, int every, boolean all) {
    int right = 0;
    List<Column> columns = IntStream.range(0, WIDE).mapToObj(i -> Column.numeric("x" + i)).toList();
    Schema wide = Schema.classification(columns, "y", "0", "1");
    int seeds = 10;
    for (int seed = 1; seed <= seeds; seed++) {
      Classifier c =
          Components.create(Spec.parse(spec), Build.of(wide).withSeed(seed), Classifier.class);
      Clumps s = new Clumps(seed, 0.3, WIDE);
      for (int i = 0; i < n; i++) {
        s.next();
        right += i >= n / 2 && c.predict(s.row) == s.label ? 1 : 0;
        if (i % every == 0) {
          c.learn(s.row, s.label, 1);
        } else if (all) {
          Unlabelled.show(c, s.row, 1);
        }
      }
    }
    return right / (seeds * (n / 2.0));
  }

  /** At least a fifth of the errors that the same learner makes when it sees labels only. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "self_training(learner=gaussian_nb, threshold=0.9, agreement=0.8); 25",
        "cluster_and_label(learner=gaussian_nb, clusters=4, purity=0.9); 100",
        "co_training(learner=gaussian_nb, threshold=0.8, agreement=0.8); 25"
      })
  void eventsWithoutLabelsMakeItBetter(String spec, int every) {
    double alone = accuracy(spec, 3000, every, false);
    double helped = accuracy(spec, 3000, every, true);
    assertThat(1 - helped).isLessThan(0.8 * (1 - alone));
  }

  @Test
  void withEveryLabelItIsItsLearner() {
    Classifier plain = make("gaussian_nb", 1);
    for (String spec :
        List.of("self_training(learner=gaussian_nb)", "cluster_and_label(learner=gaussian_nb)")) {
      Classifier other = make(spec, 1);
      plain = make("gaussian_nb", 1);
      Clumps s = new Clumps(3, 1);
      double[] a = new double[2];
      double[] b = new double[2];
      for (int i = 0; i < 300; i++) {
        s.next();
        plain.testThenLearn(s.row, s.label, 1, a);
        other.testThenLearn(s.row, s.label, 1, b);
        assertThat(b).isEqualTo(a);
      }
    }
  }

  @Test
  void agreementFadesAndIsNeededTenTimes() {
    Agreement a = new Agreement(0.8, 0.9, 10);
    for (int i = 0; i < 9; i++) {
      a.check(1, 0.9, 1);
      a.check(1, 0.7, 0); // not sure: does not count
    }
    assertThat(a.holds()).isFalse();
    for (int i = 0; i < 1000; i++) {
      a.check(1, 0.9, 1);
    }
    assertThat(a.holds()).as("the fading count comes near to 10, never to it").isFalse();
    Agreement b = new Agreement(0.8, 0.9, 20);
    for (int i = 0; i < 40; i++) {
      b.check(1, 0.8, 1);
    }
    assertThat(b.holds()).isTrue();
    b.check(0, 0.8, 1); // 20·(1 − 0.95^40) = 17.43; 16.55 of 17.55 are right
    assertThat(b.holds()).isTrue();
    b.check(0, 0.8, 1); // 15.73 of 17.68
    assertThat(b.holds()).isFalse();
  }

  /** Classes change places: the guard stops answers of the old concept from being confirmed. */
  @Test
  void afterADriftNothingIsTaughtUntilLabelsAgreeAgain() {
    String open = "self_training(learner=gaussian_nb, threshold=0.9, agreement=0, weight=1)";
    String guarded = "self_training(learner=gaussian_nb, threshold=0.9, agreement=0.9, weight=1)";
    assertThat(taughtAfterSwap(open)).isGreaterThan(900);
    assertThat(taughtAfterSwap(guarded)).isLessThan(150);
  }

  private static long taughtAfterSwap(String spec) {
    SelfTraining c = (SelfTraining) make(spec, 1);
    Clumps s = new Clumps(5, 1.5);
    long before = 0;
    for (int i = 0; i < 2000; i++) {
      before = i == 1000 ? c.taught() : before;
      s.next();
      if (i % 20 == 0) {
        c.learn(s.row, i < 1000 ? s.label : 1 - s.label, 1);
      } else {
        c.unlabelled(s.row, 1);
      }
    }
    assertThat(before).isGreaterThan(400);
    return c.taught() - before;
  }

  @Test
  void aClusterTeachesItsClassWhileItIsPure() {
    ClusterAndLabel c =
        (ClusterAndLabel)
            make("cluster_and_label(learner=gaussian_nb, clusters=2, min_labels=2)", 1);
    Features left = Features.of(-1, -1, -1, -1);
    Features right = Features.of(1, 1, 1, 1);
    c.learn(left, 0, 1);
    c.learn(right, 1, 1);
    c.unlabelled(right, 1);
    assertThat(c.taught()).as("one label is too few").isZero();
    c.learn(right, 1, 1);
    c.learn(right, 1, 1);
    c.unlabelled(right, 1);
    assertThat(c.taught()).isEqualTo(1);
    c.unlabelled(left, 1);
    assertThat(c.taught()).isEqualTo(1);
    c.learn(right, 0, 1);
    c.unlabelled(right, 1);
    assertThat(c.taught()).as("three of four labels are no 95 %").isEqualTo(1);
  }

  @Test
  void aViewTeachesTheOtherAndIsNotTaughtByItself() {
    CoTraining c =
        (CoTraining)
            make("co_training(learner=gaussian_nb, view=[a, b], agreement=0.5, threshold=0.9)", 1);
    Rng rng = new Rng(4);
    double[] v = new double[4];
    for (int i = 0; i < 100; i++) { // the first view tells the class, the second nothing
      int y = i % 2;
      v[0] = v[1] = (y == 1 ? 2 : -2) + rng.nextGaussian();
      v[2] = v[3] = rng.nextGaussian();
      c.learn(Features.of(v), y, 1);
    }
    Classifier second = (Classifier) c.inside().get(1).learner();
    byte[] first = States.bytes(c.inside().get(0).learner());
    double before = second.predict(Features.of(3, 3));
    for (int i = 0; i < 50; i++) {
      c.unlabelled(Features.of(2, 2, 3, 3), 1);
      c.unlabelled(Features.of(-2, -2, -3, -3), 1);
    }
    assertThat(c.taught()).isGreaterThan(90);
    assertThat(second.predict(Features.of(3, 3))).isEqualTo(1);
    assertThat(second.predict(Features.of(-3, -3))).isZero();
    assertThat(before).isBetween(0.0, 1.0);
    assertThat(States.bytes(c.inside().get(0).learner()))
        .as("its own answers are not learnt by the first")
        .isEqualTo(first);
  }

  @Test
  void viewsMustNameColumnsAndLeaveSome() {
    assertThatThrownBy(() -> make("co_training(view=[aa])", 1))
        .hasMessageContaining("co_training: there is no column 'aa'");
    assertThatThrownBy(() -> make("co_training(view=[a, b, c, d])", 1))
        .hasMessageContaining("needs a column for each of its two learners");
  }

  @Test
  void inSleadeTheMinorityFollowsTheMajority() {
    Sleade deaf = (Sleade) make("sleade(learner=gaussian_nb, members=7, lambda=1, delta=0)", 2);
    Sleade hears = (Sleade) make("sleade(learner=gaussian_nb, members=7, lambda=1, delta=0)", 2);
    Clumps s = new Clumps(6, 0.4);
    for (int i = 0; i < 2000; i++) {
      s.next();
      if (i < 20 || i % 50 == 0) {
        deaf.learn(s.row, s.label, 1);
        hears.learn(s.row, s.label, 1);
      } else {
        hears.unlabelled(s.row, 1);
      }
    }
    int apart = disputed(deaf);
    assertThat(hears.taught()).isGreaterThan(100);
    assertThat(disputed(hears)).isLessThan(apart * 9 / 10);
  }

  /** Of a thousand events, how often the members do not all answer the same. */
  private static int disputed(Sleade c) {
    Clumps s = new Clumps(77, 0.4);
    int n = 0;
    for (int i = 0; i < 1000; i++) {
      s.next();
      n +=
          c.inside().stream().map(m -> ((Classifier) m.learner()).predict(s.row)).distinct().count()
                  > 1
              ? 1
              : 0;
    }
    return n;
  }

  /** Rows move to where no label has been: the student sees it, though no label comes. */
  @Test
  void sleadeSeesADriftOfRowsWithoutLabels() {
    Sleade c = (Sleade) make("sleade(learner=gaussian_nb, members=5, delta=0.01)", 2);
    Rng rng = new Rng(9);
    double[] v = new double[4];
    for (int i = 0; i < 3000; i++) {
      int y = rng.nextInt(2);
      Arrays.setAll(v, k -> rng.nextGaussian() + (y == 1 ? 2 : -2));
      if (i < 1000) {
        c.learn(Features.of(v), y, 1);
      } else {
        c.unlabelled(Features.of(v), 1);
      }
    }
    long calm = c.drifts().total();
    for (int i = 0; i < 2000; i++) {
      Arrays.setAll(v, k -> 0.6 * rng.nextGaussian() + (k % 2 == 0 ? 1 : -1));
      c.unlabelled(Features.of(v), 1);
    }
    assertThat(c.drifts().total()).isGreaterThan(calm);
    assertThat(c.drifts().source((int) c.drifts().size() - 1)).isEqualTo("student");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "self_training(learner=gaussian_nb, threshold=0.8, agreement=0.5)",
        "self_training(learner=standard_scaler | logistic_regression, threshold=0.8, agreement=0)",
        "cluster_and_label(learner=gaussian_nb, clusters=5, purity=0.6)",
        "co_training(learner=gaussian_nb, threshold=0.8, agreement=0.5)",
        "sleade(learner=gaussian_nb, members=4, delta=0.3)",
        "drift_reset(learner=self_training(learner=gaussian_nb, threshold=0.7, agreement=0))",
        "conformal(learner=self_training(learner=gaussian_nb, threshold=0.7, agreement=0))",
        "calibrated(learner=self_training(learner=gaussian_nb, threshold=0.7, agreement=0))"
      })
  void stoppedAndRestoredItGoesOnBitForBit(String spec) {
    Classifier a = make(spec, 7);
    Classifier b = make(spec, 7);
    Classifier deaf = make(spec, 7);
    Clumps s = new Clumps(8, 0.8);
    for (int i = 0; i < 600; i++) {
      s.next();
      for (Classifier c : List.of(a, b, deaf)) {
        if (i % 5 == 0) {
          c.learn(s.row, s.label, 1);
        } else if (c != deaf) {
          ((Unlabelled) c).unlabelled(s.row, 1);
        }
      }
      if (i % 97 == 0) {
        b = States.restore(b, make(spec, 7));
      }
    }
    assertThat(States.bytes(b)).isEqualTo(States.bytes(a));
    assertThat(States.bytes(deaf)).as("events without labels count").isNotEqualTo(States.bytes(a));
    double[] before = new double[2];
    double[] after = new double[2];
    a.scores(s.row, before);
    ((Unlabelled) a).unlabelled(s.row, 0);
    a.scores(s.row, after);
    assertThat(after).as("a weight of 0 learns nothing").isEqualTo(before);
  }
}
