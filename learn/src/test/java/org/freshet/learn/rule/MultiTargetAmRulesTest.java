package org.freshet.learn.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;

class MultiTargetAmRulesTest {
  private static final List<Column> COLUMNS = List.of(Column.numeric("x"), Column.numeric("z"));

  private static AmRules.OfTargets make(String arguments, String... targets) {
    Schema schema = Schema.multiTarget(COLUMNS, List.of(targets));
    Spec spec = Spec.parse("amrules(" + arguments + ")");
    return (AmRules.OfTargets) Components.create(spec, Build.of(schema), Learner.class);
  }

  /** a steps at x = ½ and b at z = ½: with subsets each rule is for the target it helps. */
  @Test
  void rulesSpecialiseOnTheTargetsTheyHelp() {
    double[] errors = new double[2];
    for (int k = 0; k < 2; k++) {
      AmRules.OfTargets r = make("prediction=mean, target_subsets=" + (k == 0), "a", "b");
      Rng rng = new Rng(3);
      double[] answer = new double[2];
      for (int i = 0; i < 6_000; i++) {
        double x = rng.nextDouble();
        double z = rng.nextDouble();
        double[] y = {
          (x > 0.5 ? 4 : 0) + 0.1 * rng.nextGaussian(),
          1000 * (z > 0.5 ? 4 : 0) + 100 * rng.nextGaussian()
        };
        r.testThenLearn(Features.of(x, z), y, 1, answer);
        errors[k] += i < 3_000 ? 0 : Math.abs(answer[0] - y[0]) + Math.abs(answer[1] - y[1]) / 1000;
      }
      for (String line : r.rules().split("\n")) {
        if (k == 0 && line.startsWith("if ") && !line.contains(" and ")) {
          assertThat(line).containsPattern("if (x .* then a |z .* then b )").doesNotContain(", b ");
        } else {
          assertThat(line).contains(" a ", ", b ");
        }
      }
      assertThat(r.size()).isPositive();
    }
    assertThat(errors[0]).isLessThan(0.7 * errors[1]);
  }

  /** One target alone: the rules of one target and those of several are the same method. */
  @Test
  void oneTargetOfSeveralIsTheSameAsOne() {
    for (String arguments :
        List.of(
            "prediction=mean",
            "prediction=mean, ordered=false",
            "prediction=mean, detector=adwin")) {
      Regressor one =
          Components.regressor("amrules(" + arguments + ")", Schema.regression(COLUMNS, "y"), 1);
      AmRules.OfTargets several = make(arguments, "y");
      Rng rng = new Rng(8);
      double[] answer = new double[1];
      for (int i = 0; i < 6_000; i++) {
        double x = rng.nextDouble();
        double z = rng.nextDouble();
        double y = (x > 0.5 == i < 4_000 ? 10 : 0) + (z > 0.7 ? 5 : 0) + rng.nextGaussian();
        double expected = one.testThenLearn(Features.of(x, z), y, 1);
        several.testThenLearn(Features.of(x, z), new double[] {y}, 1, answer);
        assertThat(answer[0]).as(arguments + " " + i).isCloseTo(expected, within(1e-6));
      }
      assertThat(several.size()).isEqualTo(((RuleSet) one).size());
    }
  }

  @Test
  void anUnknownTruthTeachesTheOtherTarget() {
    AmRules.OfTargets r = make("prediction=mean", "a", "b");
    for (int i = 0; i < 10; i++) {
      r.learn(Features.of(i, 0), new double[] {7, Double.NaN}, 1);
    }
    double[] answer = new double[2];
    r.predict(Features.of(1, 0), answer);
    assertThat(answer).containsExactly(7, 0);
  }

  @Test
  void aRuleWhoseErrorRisesIsTakenOutAndAStateGoesOn() {
    AmRules.OfTargets r = make("max_bytes=65536", "a", "b", "c");
    Rng rng = new Rng(2);
    for (int i = 0; i < 8_000; i++) {
      double x = rng.nextDouble();
      double up = x > 0.5 == i < 4_000 ? 10 : 0;
      double[] y = {up + 0.1 * rng.nextGaussian(), -up, rng.nextGaussian()};
      r.learn(Features.of(x, rng.nextDouble()), y, 1);
      if (i == 3_999) {
        assertThat(r.drifts().size()).isZero();
      }
      assertThat(r.memoryBytes()).isLessThan(65_536 + 150);
    }
    assertThat(r.drifts().ordinal(0)).isBetween(4_001L, 4_600L);
    AmRules.OfTargets other = States.restore(r, make("max_bytes=65536", "a", "b", "c"));
    assertThat(other.rules()).isEqualTo(r.rules());
    assertThat(other.memoryBytes()).isEqualTo(r.memoryBytes());
  }
}
