package org.freshet.learn.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

/** Regret on every group at once. */
class SleepingExpertsTest {
  private static final List<Column> COLUMNS =
      List.of(
          Column.category("sex", "f", "m"),
          Column.category("region", "n", "s", "e"),
          Column.numeric("x"));
  private static final Schema CLASSES = Schema.classification(COLUMNS, "y", "0", "1");
  private static final Schema NUMBERS = Schema.regression(COLUMNS, "y");

  @Test
  void sharesOfAdaNormalHedge() {
    Classifier c =
        Components.classifier("sleeping_experts(groups=[sex], learner=majority)", CLASSES, 1);
    c.learn(Features.of(0, 0, 0), 0, 1); // makes the expert of f
    c.learn(Features.of(1, 0, 0), 1, 1); // makes that of m; all: 0 1, f: 0, m: 1
    double[] s = new double[2];
    c.scores(Features.of(0, 0, 0), s);
    // No regret yet: shares 1/3 each for all, all within f (1/2, 1/2) and f (1, 0).
    assertThat(s[0]).isCloseTo(2 / 3.0, within(1e-12));
    c.learn(Features.of(0, 0, 0), 0, 1);
    // Losses 1/4, 1/4 and 0, mixed 1/6: R = -1/12 and 1/6, C = 1/12 and 1/6.
    double all = 2 * (Math.exp(11 / 12.0 * 11 / 12.0 / (3 * 13 / 12.0)) - 1);
    double f = Math.exp(7 / 6.0 / 3) - 1;
    c.scores(Features.of(0, 0, 0), s);
    // Now all: 0 0 1, f: 0 0.
    assertThat(s[0]).isCloseTo((all * 2 / 3 + f) / (all + f), within(1e-12));
  }

  @Test
  void noGroupIsServedMuchWorseThanByAnExpertOfItsOwn() {
    Rng rng = new Rng(3);
    Regressor mixed =
        Components.regressor(
            "sleeping_experts(groups=[sex, region, 'sex*region'], learner=target_mean)",
            NUMBERS,
            1);
    double[][] mine = new double[11][3]; // of each group: n, mean, squared error of its own mean
    double[] errors = new double[11];
    double alone = 0;
    double together = 0;
    for (int i = 0; i < 20_000; i++) {
      int sex = rng.nextInt(2);
      int region = rng.nextInt(3);
      double y = (sex == 1 && region == 2 ? 5 : region) + 0.1 * rng.nextGaussian();
      double p = mixed.testThenLearn(Features.of(sex, region, 0), y, 1);
      together += (p - y) * (p - y);
      alone += square(mine[10], y);
      for (int g : new int[] {sex, 2 + region}) {
        errors[g] += (p - y) * (p - y);
        square(mine[g], y);
      }
    }
    assertThat(together).isLessThan(alone / 20);
    for (int g = 0; g < 5; g++) {
      assertThat(errors[g]).as("group " + g).isLessThanOrEqualTo(mine[g][2] * 1.01 + 50);
    }
  }

  /** Squared error of the running mean at y, added up; then y is learnt. */
  private static double square(double[] group, double y) {
    double e = (group[1] - y) * (group[1] - y);
    group[0]++;
    group[1] += (y - group[1]) / group[0];
    group[2] += e;
    return e;
  }

  @Test
  void keepsToItsNumberOfExperts() {
    SleepingExperts.OfClassifier c =
        (SleepingExperts.OfClassifier)
            Components.classifier("sleeping_experts(learner=majority, members=4)", CLASSES, 1);
    for (int i = 0; i < 60; i++) {
      c.learn(Features.of(i % 2, i % 3, 0), i % 2, 1);
    }
    assertThat(c.members()).isEqualTo(4);
  }

  @Test
  void unknownGroupsAreRefused() {
    assertThatThrownBy(() -> Components.classifier("sleeping_experts(groups=[regio])", CLASSES, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "group 'regio' of sleeping_experts is no category column; there are sex, region;"
                + " did you mean 'region'?");
  }
}
