package org.freshet.learn.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;

class LinearRegressionTest {
  private static final Schema SCHEMA =
      Schema.regression(List.of(Column.numeric("a"), Column.numeric("b")), "y");

  private static LinearRegression make(String arguments) {
    return (LinearRegression) Components.regressor("linear_regression" + arguments, SCHEMA, 1);
  }

  /** First step from 0 with rate ½ on x = (1, 0): twice the weight is −L'(0 − y). */
  private static double firstStep(String arguments, double target) {
    LinearRegression r = make("(optimizer=sgd(learning_rate=0.5), " + arguments + ")");
    assertThat(r.testThenLearn(Features.of(1, 0), target, 1)).isZero();
    assertThat(r.intercept()).isCloseTo(0.02 * r.weight(0), within(1e-15));
    return 2 * r.weight(0);
  }

  @Test
  void slopesOfAllLosses() {
    assertThat(firstStep("loss=squared", 3)).isEqualTo(3);
    assertThat(firstStep("loss=squared", -0.5)).isEqualTo(-0.5);
    assertThat(firstStep("loss=absolute", 3)).isEqualTo(1);
    assertThat(firstStep("loss=absolute", -3)).isEqualTo(-1);
    assertThat(firstStep("loss=absolute", 0)).isZero();
    assertThat(firstStep("loss=huber, huber_delta=2", 1.5)).isEqualTo(1.5);
    assertThat(firstStep("loss=huber, huber_delta=2", -30)).isEqualTo(-2);
    assertThat(firstStep("loss=quantile, quantile=0.9", 5)).isEqualTo(0.9);
    assertThat(firstStep("loss=quantile, quantile=0.9", -5)).isCloseTo(-0.1, within(1e-15));
    assertThat(firstStep("loss=epsilon_insensitive, epsilon=0.5", 0.4)).isZero();
    assertThat(firstStep("loss=epsilon_insensitive, epsilon=0.5", -0.6)).isEqualTo(-1);
  }

  @Test
  void findsTheLineThatMadeTheStream() {
    for (String optimizer :
        new String[] {
          "sgd(learning_rate=0.05)",
          "adagrad(learning_rate=1)",
          "adam(learning_rate=0.01)",
          "ftrl_proximal(learning_rate=1)"
        }) {
      LinearRegression r = make("(optimizer=" + optimizer + ", intercept_learning_rate=0.05)");
      Rng rng = new Rng(3);
      for (int i = 0; i < 5000; i++) {
        double a = rng.nextGaussian();
        double b = rng.nextGaussian();
        r.learn(Features.of(a, b), 3 * a - 2 * b + 1, 1);
      }
      assertThat(r.weight(0)).as(optimizer).isCloseTo(3, within(0.01));
      assertThat(r.weight(1)).as(optimizer).isCloseTo(-2, within(0.01));
      assertThat(r.intercept()).as(optimizer).isCloseTo(1, within(0.01));
    }
  }

  /** A rate of 0.01 times |x|² = 400 would put the answer at four times the target, then at −8 … */
  @Test
  void noStepPassesTheTarget() {
    LinearRegression r = make("");
    Features wide = Features.of(0, 20);
    r.learn(wide, 5, 1);
    assertThat(r.predict(wide)).isCloseTo(5, within(1e-12));
    assertThat(r.weight(1)).isCloseTo(5 * 0.2 / 4.01, within(1e-12));
    assertThat(r.intercept()).isCloseTo(5 * 0.01 / 4.01, within(1e-12));
    LinearRegression heavy = make("");
    heavy.learn(Features.of(0, 1), 5, 1e9);
    assertThat(heavy.predict(Features.of(0, 1))).isCloseTo(5, within(1e-12));
    LinearRegression plain = make("");
    plain.learn(Features.of(0, 2), 5, 1); // 0.04 + 0.01 of the way: as ever
    assertThat(plain.weight(1)).isCloseTo(0.1, within(1e-15));
  }

  /** Of targets uniform on 0 … 1 the 0.9-quantile is 0.9; the intercept alone has to find it. */
  @Test
  void quantileLossFindsTheQuantile() {
    LinearRegression r = make("(loss=quantile, quantile=0.9, intercept_learning_rate=0.002)");
    Rng rng = new Rng(5);
    double mean = 0;
    for (int i = 0; i < 20_000; i++) {
      r.learn(Features.of(0, 0), rng.nextDouble(), 1);
      mean += i >= 10_000 ? r.intercept() / 10_000 : 0;
    }
    assertThat(mean).isCloseTo(0.9, within(0.01));
  }

  @Test
  void outliersMoveHuberLittle() {
    LinearRegression squared = make("(optimizer=sgd(learning_rate=0.1))");
    LinearRegression huber = make("(optimizer=sgd(learning_rate=0.1), loss=huber)");
    Features x = Features.of(1, 0);
    for (Regressor r : List.of(squared, huber)) {
      r.learn(x, 1000, 1);
    }
    assertThat(squared.weight(0)).isCloseTo(100, within(1e-9));
    assertThat(huber.weight(0)).isCloseTo(0.1, within(1e-15));
  }

  @Test
  void penaltiesDrawWeightsToZero() {
    LinearRegression lasso = make("(optimizer=sgd(learning_rate=0.05), l1=0.5)");
    LinearRegression ridge = make("(optimizer=sgd(learning_rate=0.05), l2=1.0)");
    Rng rng = new Rng(4);
    int zeros = 0;
    double meanRidge = 0;
    for (int i = 0; i < 5000; i++) {
      Features x = Features.of(rng.nextGaussian(), rng.nextGaussian());
      lasso.learn(x, 3 * x.value(0), 1);
      ridge.learn(x, 3 * x.value(0), 1);
      zeros += lasso.weight(1) == 0 ? 1 : 0;
      meanRidge += i >= 1000 ? ridge.weight(0) / 4000 : 0;
    }
    assertThat(zeros).isGreaterThan(2500);
    assertThat(lasso.weight(0)).isBetween(2.0, 2.9); // the exact answer is 3 − l1 = 2.5
    assertThat(meanRidge).isCloseTo(1.5, within(0.1)); // 3 / (1 + l2)
  }

  @Test
  void divergenceStaysFinite() {
    LinearRegression r = make("(optimizer=sgd(learning_rate=1))");
    for (int i = 0; i < 2000; i++) {
      r.learn(Features.of(1000, -1000), 5, 1);
      assertThat(r.predict(Features.of(1000, 1))).isFinite();
    }
    r.learn(Features.of(1, 1), Double.NaN, 1);
    r.learn(Features.of(1, 1), Double.POSITIVE_INFINITY, 1);
    assertThat(r.predict(Features.of(1, 1))).isFinite();
  }

  @Test
  void restoredStateGoesOnBitForBit() {
    String spec = "(loss=huber, optimizer=adagrad, l2=0.001)";
    LinearRegression never = make(spec);
    LinearRegression stopped = make(spec);
    Rng rng = new Rng(8);
    for (int i = 0; i < 200; i++) {
      Features x = Features.of(rng.nextGaussian(), i % 3);
      double fused = never.testThenLearn(x, x.value(0), 1);
      assertThat(stopped.predict(x)).isEqualTo(fused);
      stopped.learn(x, x.value(0), 1);
      if (i % 40 == 0) {
        stopped = States.restore(stopped, make(spec));
        assertThat(States.bytes(stopped)).isEqualTo(States.bytes(never));
      }
    }
  }
}
