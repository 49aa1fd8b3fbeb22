package org.freshet.learn.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;

class AmRulesTest {
  private static AmRules make(String arguments, Column... columns) {
    Schema schema = Schema.regression(List.of(columns), "y");
    return (AmRules) Components.regressor("amrules(" + arguments + ")", schema, 1);
  }

  /** A step at ½: one rule for the calmer side, the default keeps the other. */
  @Test
  void findsTheTestAndNarrowsToTheSideThatVariesLess() {
    AmRules r = make("prediction=mean, grace_period=100", Column.numeric("price"));
    Rng rng = new Rng(1);
    for (int i = 0; i < 100; i++) {
      double x = rng.nextDouble();
      r.learn(Features.of(x), x < 0.5 ? 3 : 10 + rng.nextGaussian(), 1);
    }
    assertThat(r.size()).isEqualTo(1);
    assertThat(r.rules())
        .startsWith("if price <= 0.")
        .contains(" then 3 (")
        .contains("\notherwise ");
    assertThat(r.predict(Features.of(0.1))).isCloseTo(3, within(1e-9));
    assertThat(r.predict(Features.of(0.9))).isCloseTo(10, within(0.5));
  }

  @Test
  void categoriesAreNamed() {
    AmRules r = make("prediction=mean, grace_period=50", Column.category("day", "mon", "tue"));
    for (int i = 0; i < 50; i++) {
      r.learn(Features.of(i & 1), (i & 1) == 1 ? 5 : i % 4, 1);
    }
    assertThat(r.rules()).startsWith("if day is not mon then 5 (weight 25");
  }

  /** Four plateaus: rules find them, and do not narrow further on noise alone. */
  @Test
  void orderedAndUnorderedSetsFindPlateaus() {
    AmRules ordered =
        make("ordered=true, prediction=mean", Column.numeric("x"), Column.numeric("z"));
    AmRules all = make("ordered=false, prediction=mean", Column.numeric("x"), Column.numeric("z"));
    double[] squared = new double[2];
    Rng rng = new Rng(4);
    for (int i = 0; i < 8_000; i++) {
      double x = rng.nextDouble();
      double z = rng.nextDouble();
      Features f = Features.of(x, z);
      double y = 10 * (x > 0.5 ? 1 : 0) + 10 * (z > 0.7 ? 1 : 0) + 0.1 * rng.nextGaussian();
      double a = ordered.testThenLearn(f, y, 1) - y;
      double b = all.testThenLearn(f, y, 1) - y;
      squared[0] += i < 4_000 ? 0 : a * a;
      squared[1] += i < 4_000 ? 0 : b * b;
    }
    // a mean over everything errs by 6.8, one test by 4.6
    assertThat(Math.sqrt(squared[0] / 4_000)).isLessThan(2.3);
    assertThat(Math.sqrt(squared[1] / 4_000)).isLessThan(2.3);
    assertThat(ordered.size()).isBetween(3, 12);
    assertThat(all.size()).isBetween(3, 12);
  }

  @Test
  void aRuleWhoseErrorRisesIsTakenOut() {
    AmRules r = make("prediction=mean", Column.numeric("x"));
    Rng rng = new Rng(2);
    for (int i = 0; i < 6_000; i++) {
      double x = rng.nextDouble();
      boolean high = x > 0.5 == i < 3_000;
      r.learn(Features.of(x), (high ? 10 : 0) + 0.1 * rng.nextGaussian(), 1);
      if (i == 2_999) {
        assertThat(r.drifts().size()).isZero();
      }
    }
    assertThat(r.drifts().size()).isPositive();
    assertThat(r.drifts().ordinal(0)).isBetween(3_000L, 3_400L);
    assertThat(r.drifts().source(0)).startsWith("x ");
    assertThat(r.predict(Features.of(0.1))).isCloseTo(10, within(1.0));
  }

  /** Rows five deviations off in every column do not reach the rule's mean, or do if asked to. */
  @Test
  void unusualRowsAreNotLearntByARule() {
    double[] answers = new double[2];
    for (int k = 0; k < 2; k++) {
      String threshold = k == 0 ? "-0.75" : "-1000";
      AmRules r =
          make(
              "prediction=mean, anomaly_threshold=" + threshold,
              Column.numeric("x"),
              Column.numeric("a"),
              Column.numeric("b"));
      Rng rng = new Rng(6);
      for (int i = 0; i < 2_000; i++) {
        double x = rng.nextDouble();
        double y = x < 0.5 ? 1 : 10 + rng.nextGaussian();
        r.learn(Features.of(x, rng.nextGaussian(), rng.nextGaussian()), y, 1);
      }
      for (int i = 0; i < 30; i++) {
        r.learn(Features.of(-3, 8, 8), 5, 1);
      }
      answers[k] = r.predict(Features.of(0.1, 0, 0));
    }
    assertThat(answers[0]).isCloseTo(1, within(1e-6));
    assertThat(answers[1]).isGreaterThan(1.02);
  }

  /**
   * MOA 2024.07's AMRulesRegressor has an RMSE of 2.72 on the first 10,000 events of its Friedman.
   */
  @Test
  void friedman() {
    Column[] columns = new Column[10];
    for (int i = 0; i < 10; i++) {
      columns[i] = Column.numeric("x" + i);
    }
    for (String set : List.of("ordered=true", "ordered=false")) {
      AmRules r = make(set, columns);
      Rng rng = new Rng(1);
      double squared = 0;
      double[] x = new double[10];
      for (int i = 0; i < 10_000; i++) {
        for (int k = 0; k < 10; k++) {
          x[k] = rng.nextDouble();
        }
        double bend = x[2] - 0.5;
        double y = 10 * Math.sin(Math.PI * x[0] * x[1]) + 20 * bend * bend + 10 * x[3] + 5 * x[4];
        y += rng.nextGaussian();
        double e = r.testThenLearn(Features.of(x), y, 1) - y;
        squared += e * e;
      }
      assertThat(Math.sqrt(squared / 10_000)).isLessThan(2.72);
    }
  }

  /** Wide rows in the least memory: fewer rules, still inside, and a restored set goes on alike. */
  @Test
  void staysInsideItsMemory() {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      columns.add(Column.numeric("x" + i));
    }
    AmRules r = make("max_bytes=65536", columns.toArray(new Column[0]));
    Rng rng = new Rng(3);
    double[] x = new double[20];
    for (int i = 0; i < 20_000; i++) {
      double y = 0;
      for (int k = 0; k < 20; k++) {
        x[k] = rng.nextDouble();
        y += x[k] > 0.3 ? k : 0;
      }
      r.learn(Features.of(x), y, 1);
      assertThat(r.memoryBytes()).isLessThanOrEqualTo(65_536 + 150);
    }
    AmRules other = States.restore(r, make("max_bytes=65536", columns.toArray(new Column[0])));
    assertThat(other.memoryBytes()).isEqualTo(r.memoryBytes());
    assertThat(other.rules()).isEqualTo(r.rules());
  }
}
