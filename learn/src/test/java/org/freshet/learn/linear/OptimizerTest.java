package org.freshet.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Features;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

/** Three steps of each rule, worked out by hand. */
class OptimizerTest {
  private static final Features ONE = Features.of(1);

  private static Weights weights(String optimizer, double l1, double l2) {
    return Build.of(null).create(Spec.parse(optimizer), Optimizer.class).weights(1, l1, l2);
  }

  private static double after(Weights w, double... gradients) {
    for (double g : gradients) {
      w.step(ONE, g);
    }
    return w.get(0);
  }

  @Test
  void sgdMovesByTheRate() {
    Weights w = weights("sgd(learning_rate=0.5)", 0, 0);
    w.step(Features.of(3), 2);
    assertThat(w.get(0)).isEqualTo(-3);
    assertThat(after(weights("sgd(learning_rate=0.5)", 0, 0), 1, -2, 4)).isEqualTo(-1.5);
  }

  @Test
  void sgdSchedules() {
    double inverse = 1 + 1 / Math.sqrt(2) + 1 / Math.sqrt(3);
    assertThat(after(weights("sgd(learning_rate=1, schedule=inverse_scaling)", 0, 0), 1, 1, 1))
        .isCloseTo(-inverse, within(1e-15));
    double third = 1 + Math.pow(2, -0.25) + Math.pow(3, -0.25);
    assertThat(
            after(
                weights("sgd(learning_rate=1, schedule=inverse_scaling, power=0.25)", 0, 0),
                1,
                1,
                1))
        .isCloseTo(-third, within(1e-15));
    // Rates 1/1.5, 1/2, 1/2.5 with l2 = 0.5: w is −2/3, then −2/3 − (1 − 1/3)/2 = −1, then −1.2.
    assertThat(after(weights("sgd(learning_rate=1, schedule=optimal)", 0, 0.5), 1, 1, 1))
        .isCloseTo(-1.2, within(1e-15));
  }

  @Test
  void sgdPenalties() {
    // l2: w ← w − 0.1(g + 2w): −0.1, −0.18, −0.244.
    assertThat(after(weights("sgd(learning_rate=0.1)", 0, 2), 1, 1, 1))
        .isCloseTo(-0.244, within(1e-15));
    // l1 draws 0.05 towards 0 after each step and stops there.
    assertThat(after(weights("sgd(learning_rate=0.1)", 0.5, 0), 1, 1))
        .isCloseTo(-0.1, within(1e-15));
    assertThat(after(weights("sgd(learning_rate=0.1)", 0.5, 0), 1, -0.4, 0)).isZero();
  }

  @Test
  void adagradDividesByTheRootOfTheSum() {
    // Gradients 3, 4, 12 have sums of squares 9, 25, 169.
    double expected = -(3 / 3.0 + 4 / 5.0 + 12 / 13.0);
    assertThat(after(weights("adagrad(learning_rate=1, epsilon=1e-12)", 0, 0), 3, 4, 12))
        .isCloseTo(expected, within(1e-11));
    // l1 is scaled as the step is: 3/3 − 0.6/3.
    assertThat(after(weights("adagrad(learning_rate=1, epsilon=1e-12)", 0.6, 0), 3))
        .isCloseTo(-0.8, within(1e-11));
  }

  @Test
  void adamFollowsAlgorithmOne() {
    // A constant gradient has m̂ = g and v̂ = g², so each step is the rate.
    assertThat(after(weights("adam(learning_rate=0.1, epsilon=1e-12)", 0, 0), 5, 5, 5))
        .isCloseTo(-0.3, within(1e-11));
    // β1 = β2 = 1/2 and gradients 1, −1, 2: m = 1/2, −1/4, 7/8 and v = 1/2, 3/4, 19/8.
    double one = (1 / 2.0 / 0.5) / Math.sqrt(1 / 2.0 / 0.5);
    double two = (-1 / 4.0 / 0.75) / Math.sqrt(3 / 4.0 / 0.75);
    double three = (7 / 8.0 / 0.875) / Math.sqrt(19 / 8.0 / 0.875);
    assertThat(
            after(
                weights("adam(learning_rate=1, beta1=0.5, beta2=0.5, epsilon=1e-12)", 0, 0),
                1,
                -1,
                2))
        .isCloseTo(-(one + two + three), within(1e-11));
  }

  @Test
  void ftrlWithoutPenaltiesIsDescentWithRatesPerWeight() {
    // Each step is g α / (β + √n): the paper's section 3.1 with λ1 = λ2 = 0.
    double expected = -(3 / (1 + 3.0) + 4 / (1 + 5.0) + 12 / (1 + 13.0));
    assertThat(after(weights("ftrl_proximal(learning_rate=1, beta=1)", 0, 0), 3, 4, 12))
        .isCloseTo(expected, within(1e-14));
  }

  @Test
  void ftrlKeepsWeightsZeroUntilTheSumPassesL1() {
    Weights w = weights("ftrl_proximal(learning_rate=2, beta=1)", 1.5, 3);
    assertThat(after(w, 1)).isZero();
    // z = 2, n = 2: −(2 − 1.5) / ((1 + √2)/2 + 3).
    assertThat(after(w, 1)).isCloseTo(-0.5 / ((1 + Math.sqrt(2)) / 2 + 3), within(1e-15));
    assertThat(after(w, -3)).isZero();
  }

  @Test
  void sparseStepsTouchTheirColumnsOnly() {
    for (String optimizer : new String[] {"sgd", "adagrad", "adam", "ftrl_proximal"}) {
      Optimizer rule = Build.of(null).create(Spec.parse(optimizer), Optimizer.class);
      Weights w = rule.weights(4, 0.001, 0.1);
      w.step(Features.sparse(new int[] {1, 3}, new double[] {1, -1}, 2, 4), 1);
      assertThat(w.get(0)).isZero();
      assertThat(w.get(1)).isNegative().isEqualTo(-w.get(3));
      assertThat(w.get(2)).isZero();
      assertThat(w.dot(Features.sparse(new int[] {1, 9}, new double[] {2, 5}, 2, 10)))
          .isEqualTo(2 * w.get(1));
    }
  }

  @Test
  void stateGoesOnBitForBit() {
    for (String optimizer :
        new String[] {
          "sgd(schedule=inverse_scaling)",
          "sgd(schedule=optimal)",
          "adagrad",
          "adam",
          "ftrl_proximal"
        }) {
      Weights never = weights(optimizer, 0.01, 0.02);
      Weights stopped = weights(optimizer, 0.01, 0.02);
      after(never, 1, -2, 3, 0.25);
      after(stopped, 1, -2);
      StateWriter out = new StateWriter();
      stopped.save(out);
      Weights restored = weights(optimizer, 0.01, 0.02);
      restored.load(StateReader.open("test", out.toBytes()), 1);
      after(restored, 3, 0.25);
      assertThat(restored.get(0)).isEqualTo(never.get(0)).isNotZero();
    }
  }
}
