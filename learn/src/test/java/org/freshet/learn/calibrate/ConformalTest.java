package org.freshet.learn.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.IntervalRegressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.SetClassifier;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class ConformalTest {
  private static final List<Column> TWO = List.of(Column.numeric("a"), Column.numeric("b"));
  private static final Schema CLASSES = Schema.classification(TWO, "y", "0", "1", "2");
  private static final Schema NUMBERS = Schema.regression(TWO, "y");

  private static final double TURN = 2 * Math.PI / 3;

  private static SetClassifier classifier(String spec) {
    return Build.of(CLASSES).create(Spec.parse(spec), SetClassifier.class);
  }

  private static IntervalRegressor regressor(String spec) {
    return Build.of(NUMBERS).create(Spec.parse(spec), IntervalRegressor.class);
  }

  /** Three overlapping classes around (turned by the shift) corners; labels of rows. */
  private static Features row(Rng rng, int label, double shift) {
    double angle = 2 * Math.PI * (label / 3.0) + shift;
    return Features.of(
        Math.cos(angle) + 0.7 * rng.nextGaussian(), Math.sin(angle) + 0.7 * rng.nextGaussian());
  }

  /** Share of events whose label was in the set, over events from … to-1. */
  private static double coverage(SetClassifier c, Rng rng, int events, double shift) {
    boolean[] in = new boolean[3];
    double[] scores = new double[3];
    int held = 0;
    for (int i = 0; i < events; i++) {
      int label = rng.nextInt(3);
      c.testThenLearn(row(rng, label, shift), label, 1, scores, in);
      held += in[label] ? 1 : 0;
    }
    return held / (double) events;
  }

  @Test
  void setsHoldTheNominalShareOfAStationaryStream() {
    for (double nominal : new double[] {0.8, 0.9, 0.95}) {
      SetClassifier c = classifier("conformal(learner=gaussian_nb, coverage=" + nominal + ")");
      assertThat(c.nominalCoverage()).isEqualTo(nominal);
      assertThat(coverage(c, new Rng(1), 20_000, 0)).isCloseTo(nominal, within(0.01));
    }
  }

  @Test
  void aFixedLevelHoldsItTooWhereNothingChanges() {
    SetClassifier c = classifier("conformal(learner=gaussian_nb, learning_rate=0)");
    assertThat(coverage(c, new Rng(2), 20_000, 0)).isCloseTo(0.9, within(0.01));
  }

  @Test
  void coverageComesBackAfterADriftOnlyWithAdaptation() {
    String[] specs = {
      "conformal(learner=gaussian_nb, window=5000, learning_rate=0.02)",
      "conformal(learner=gaussian_nb, window=5000, learning_rate=0)"
    };
    double[] before = new double[2];
    double[] at = new double[2];
    double[] after = new double[2];
    for (int k = 0; k < 2; k++) {
      SetClassifier c = classifier(specs[k]);
      Rng rng = new Rng(3);
      before[k] = coverage(c, rng, 10_000, 0);
      at[k] = coverage(c, rng, 20, TURN); // every class takes the place of another
      coverage(c, rng, 400, TURN);
      after[k] = coverage(c, rng, 2_000, TURN);
    }
    assertThat(before[0]).isCloseTo(0.9, within(0.01));
    assertThat(before[1]).isCloseTo(0.9, within(0.01));
    assertThat(at[0]).isLessThan(0.75);
    assertThat(at[1]).isLessThan(0.75);
    assertThat(after[0]).isCloseTo(0.9, within(0.01));
    assertThat(after[1]).isLessThan(0.8); // most of the window is still from before the drift
  }

  @Test
  void theSetIsThatOfTheScoresWithinTheQuantile() {
    // majority knows the shares of labels only; after 6, 3 and 1 of the labels its scores are
    // .6, .3, .1
    SetClassifier c = classifier("conformal(learner=majority, coverage=50%, learning_rate=0)");
    boolean[] in = new boolean[4];
    assertThat(c.set(Features.of(0, 0), in)).isEqualTo(3); // nothing known: all labels
    assertThat(in).containsExactly(true, true, true, false);
    for (int label : new int[] {0, 0, 0, 1, 0, 1, 0, 1, 0, 2}) {
      c.learn(Features.of(0, 0), label, 1);
    }
    // scores of the truths before learning: 2/3, 0, 0, 1, 1/4, 4/5, 1/3, 5/7, 3/8, 1; sorted
    // 0 0 1/4 1/3 3/8 2/3 5/7 4/5 1 1; ceil(11 * .5) = 6th: 2/3, so p >= 1/3: only label 0
    assertThat(c.set(Features.of(0, 0), in)).isEqualTo(1);
    assertThat(in).containsExactly(true, false, false, false);
  }

  @Test
  void intervalsHoldTheNominalShare() {
    for (String more : new String[] {"", ", difficulty=linear_regression"}) {
      IntervalRegressor r =
          regressor("conformal(learner=standard_scaler | linear_regression" + more + ")");
      Rng rng = new Rng(4);
      double[] bounds = new double[2];
      int held = 0;
      int events = 20_000;
      for (int i = 0; i < events; i++) {
        double a = rng.nextDouble();
        double y = 3 * a + 0.2 * (1 + 4 * a) * rng.nextGaussian();
        r.testThenLearn(Features.of(a, rng.nextDouble()), y, 1, bounds);
        held += bounds[0] <= y && y <= bounds[1] ? 1 : 0;
      }
      assertThat(held / (double) events).isCloseTo(0.9, within(0.01));
    }
  }

  @Test
  void dividedByDifficultyIntervalsAreWideWhereRowsAreHard() {
    IntervalRegressor plain = regressor("conformal(learner=linear_regression)");
    IntervalRegressor scaled =
        regressor("conformal(learner=linear_regression, difficulty=linear_regression)");
    Rng rng = new Rng(5);
    for (int i = 0; i < 5_000; i++) {
      double a = rng.nextDouble();
      double y = 0.1 * (1 + 9 * a) * rng.nextGaussian();
      plain.learn(Features.of(a, 0), y, 1);
      scaled.learn(Features.of(a, 0), y, 1);
    }
    assertThat(width(plain, 0.9)).isCloseTo(width(plain, 0.1), within(1e-9));
    // noise at .9 is 9.1 / 1.9 = 4.8 times that at .1
    assertThat(width(scaled, 0.9) / width(scaled, 0.1)).isBetween(3.3, 6.5);
  }

  private static double width(IntervalRegressor r, double a) {
    double[] bounds = new double[2];
    r.interval(Features.of(a, 0), bounds);
    return bounds[1] - bounds[0];
  }

  @Test
  void blocksGiveTheSetsOfTheirRows() {
    String spec = "conformal(learner=adaptive_random_forest(members=2))";
    SetClassifier byRow = classifier(spec);
    SetClassifier byBlock = classifier(spec);
    Batch rows = new Batch(CLASSES, 400);
    Rng rng = new Rng(6);
    for (int i = 0; i < 400; i++) {
      int label = rng.nextInt(3);
      rows.append(row(rng, label, 0), label, 1);
    }
    double[] scores = new double[3 * 400];
    boolean[] in = new boolean[3 * 400];
    byBlock.testThenLearn(rows, 0, 400, scores, in, 3);
    double[] one = new double[3];
    boolean[] set = new boolean[3];
    boolean[] asked = new boolean[3];
    for (int i = 0; i < 400; i++) {
      byRow.set(rows.row(i), asked);
      byRow.testThenLearn(rows.row(i), rows.labelCode(i), 1, one, set);
      assertThat(set).containsExactly(asked);
      assertThat(Arrays.copyOfRange(in, 3 * i, 3 * i + 3)).containsExactly(set);
      assertThat(Arrays.copyOfRange(scores, 3 * i, 3 * i + 3)).containsExactly(one);
    }
  }

  @Test
  void difficultyNeedsANumberToPredict() {
    assertThatThrownBy(() -> classifier("conformal(difficulty=linear_regression)"))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "conformal divides residuals by 'difficulty', but the label 'y' is a class; leave"
                + " 'difficulty' out");
  }
}
