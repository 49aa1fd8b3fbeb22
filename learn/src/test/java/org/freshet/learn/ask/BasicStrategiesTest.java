package org.freshet.learn.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

/** The rules of the strategies against hand computations and independent slow ones. */
class BasicStrategiesTest {
  private static final Schema SCHEMA =
      Schema.classification(
          List.of(Column.numeric("a")), "y", new Dictionary(List.of("x", "y", "z")));

  private static QueryStrategy strategy(String spec) {
    Build build = Build.of(SCHEMA).withSeed(4);
    return Components.create(Spec.parse(spec), build, QueryStrategy.class);
  }

  /** A candidate of these probabilities. */
  private record Given(double rate, boolean allowed, double... scores) implements Candidate {
    @Override
    public Features x() {
      throw new IllegalStateException("these strategies look at no row");
    }

    @Override
    public long event() {
      return 0;
    }

    @Override
    public int labels() {
      return scores.length;
    }

    @Override
    public double score(int code) {
      return scores[code];
    }

    @Override
    public double predicted() {
      return 0;
    }

    @Override
    public Learner learner() {
      throw new IllegalStateException("these strategies look at no learner");
    }
  }

  private static Candidate sure(double p) {
    return new Given(0.1, true, p, (1 - p) * 0.75, (1 - p) * 0.25);
  }

  @Test
  void fixedUncertaintyComparesTheLargestProbability() {
    QueryStrategy s = strategy("fixed_uncertainty(threshold=0.7)");
    assertThat(s.ask(sure(0.69))).isTrue();
    assertThat(s.ask(sure(0.7))).isFalse();
    assertThat(s.ask(new Given(0.1, true, 0.1, 0.15, 0.75))).isFalse();
    assertThat(s.ask(new Given(0.1, true))).as("no class known").isTrue();
  }

  @Test
  void theVariableThresholdFallsWithEachQuestionAndRisesWithEachEventLeftOut() {
    QueryStrategy s = strategy("variable_uncertainty(step=0.1)");
    assertThat(s.ask(sure(0.95))).as("1").isTrue();
    assertThat(s.ask(sure(0.91))).as("0.9").isFalse();
    assertThat(s.ask(sure(0.98))).as("0.99").isTrue();
    assertThat(s.ask(new Given(0.1, false, 0.2, 0.8))).as("not allowed").isFalse();
    assertThat(s.ask(sure(0.892))).as("0.891, which stayed").isFalse();
    assertThat(s.ask(sure(0.98))).as("0.9801").isTrue();
  }

  @Test
  void randomisationDrawsTheThresholdFromTheNormalDistribution() {
    QueryStrategy s = strategy("randomised_variable_uncertainty(step=0.02, deviation=0.5)");
    QueryStrategy still = strategy("randomised_variable_uncertainty(step=0.1, deviation=0)");
    QueryStrategy variable = strategy("variable_uncertainty(step=0.1)");
    Rng rng = new Rng(4);
    SplittableRandom random = new SplittableRandom(2);
    double theta = 1;
    int unlike = 0;
    for (int i = 0; i < 2000; i++) {
      double p = 0.45 + 0.55 * random.nextDouble();
      boolean expected = p < theta * (1 + 0.5 * rng.nextGaussian());
      unlike += expected == p < theta ? 0 : 1;
      theta *= expected ? 0.98 : 1.02;
      assertThat(s.ask(sure(p))).isEqualTo(expected);
      assertThat(still.ask(sure(p))).isEqualTo(variable.ask(sure(p)));
    }
    assertThat(unlike).as("decisions that chance turned").isGreaterThan(300);
  }

  @Test
  void splitIsRandomOnItsShareAndVariableUncertaintyOnTheRest() {
    QueryStrategy none = strategy("split(share=0, step=0.1)");
    QueryStrategy variable = strategy("variable_uncertainty(step=0.1)");
    QueryStrategy all = strategy("split(share=100%)");
    QueryStrategy s = strategy("split(share=20%, step=0.01)");
    SplittableRandom random = new SplittableRandom(2);
    int atRandom = 0;
    int ofSure = 0;
    for (int i = 0; i < 5000; i++) {
      Candidate c = sure(0.4 + 0.6 * random.nextDouble());
      assertThat(none.ask(c)).isEqualTo(variable.ask(c));
      atRandom += all.ask(c) ? 1 : 0;
      // One the model is surer of than ever of any other: only chance asks about it.
      ofSure += i > 100 && i % 2 == 0 && s.ask(sure(1)) ? 1 : 0;
      s.ask(sure(0.4));
    }
    assertThat(atRandom / 5000.0).as("the rate is 0.1").isCloseTo(0.1, within(0.015));
    assertThat(ofSure / 2450.0).as("20 % at the rate of 10 %").isCloseTo(0.02, within(0.012));
  }

  @Test
  void randomAsksAtTheRate() {
    QueryStrategy s = strategy("random");
    int asked = 0;
    for (int i = 0; i < 20_000; i++) {
      asked += s.ask(new Given(0.05, true)) ? 1 : 0;
      assertThat(s.ask(new Given(1, true))).isTrue();
      assertThat(s.ask(new Given(0, true))).isFalse();
    }
    assertThat(asked / 20_000.0).isCloseTo(0.05, within(0.005));
  }

  @Test
  void selectiveSamplingAsksWithAProbabilityThatFallsWithTheMargin() {
    QueryStrategy s = strategy("selective_sampling(b=0.1)");
    int near = 0;
    int far = 0;
    for (int i = 0; i < 20_000; i++) {
      near += s.ask(new Given(0.1, true, 0.55, 0.45)) ? 1 : 0; // margin 0.1: 1/2
      far += s.ask(new Given(0.1, true, 0.95, 0.05)) ? 1 : 0; // margin 0.9: 1/10
    }
    assertThat(near / 20_000.0).isCloseTo(0.5, within(0.012));
    assertThat(far / 20_000.0).isCloseTo(0.1, within(0.008));
    QueryStrategy rated = strategy("selective_sampling");
    SplittableRandom random = new SplittableRandom(3);
    int asked = 0;
    for (int i = 0; i < 22_000; i++) {
      boolean asks = rated.ask(new Given(0.05, true, 0.5 + random.nextDouble() / 2, 0.3));
      asked += i >= 2000 && asks ? 1 : 0;
    }
    assertThat(asked / 20_000.0).as("b follows the rate").isCloseTo(0.05, within(0.005));
  }

  @Test
  void aShareOfTheHighestScoresIsTakenWhateverTheScoresAre() {
    for (double rate : new double[] {0.01, 0.1, 0.5}) {
      TopShare drifting = new TopShare(500, 1);
      TopShare constant = new TopShare(500, 2);
      TopShare two = new TopShare(500, 3);
      SplittableRandom random = new SplittableRandom(5);
      int n = 40_000;
      int[] taken = new int[3];
      int high = 0;
      for (int i = 0; i < n; i++) {
        taken[0] += drifting.takes(random.nextDouble() + i / 20_000, rate) ? 1 : 0;
        taken[1] += constant.takes(0.25, rate) ? 1 : 0;
        boolean isHigh = random.nextInt(5) == 0;
        if (two.takes(isHigh ? 1 : 0, rate)) {
          taken[2]++;
          high += isHigh ? 1 : 0;
        }
      }
      for (int k = 0; k < 3; k++) {
        assertThat(taken[k] / (double) n)
            .as("rate %s, stream %d", rate, k)
            .isCloseTo(rate, within(0.06 * rate + 0.002));
      }
      double share = high / (double) taken[2];
      assertThat(share).as("of those taken, high").isCloseTo(Math.min(1, 0.2 / rate), within(0.02));
    }
  }

  @Test
  void marginAndEntropyTakeTheLeastCertain() {
    for (String name : List.of("margin", "entropy")) {
      QueryStrategy s = strategy(name + "(window=200)");
      SplittableRandom random = new SplittableRandom(7);
      int asked = 0;
      int uncertain = 0;
      for (int i = 0; i < 10_000; i++) {
        double p = 0.5 + random.nextDouble() / 2;
        if (s.ask(new Given(0.1, true, p, 1 - p)) && i >= 200) {
          asked++;
          uncertain += p < 0.56 ? 1 : 0;
        }
      }
      assertThat(asked).as(name).isBetween(900, 1060);
      assertThat(uncertain / (double) asked).as(name).isGreaterThan(0.95);
    }
    // Margin 0.1 against 0.2; entropy 0.84 against 0.97 of the largest: they differ.
    Candidate close = new Given(0.5, true, 0.5, 0.4, 0.1);
    Candidate spread = new Given(0.5, true, 0.45, 0.25, 0.3);
    assertThat(close.margin()).isLessThan(spread.margin());
    assertThat(close.entropy()).isLessThan(spread.entropy());
    QueryStrategy margin = strategy("margin");
    QueryStrategy entropy = strategy("entropy");
    int[] asked = new int[4];
    for (int i = 0; i < 2000; i++) {
      asked[0] += margin.ask(close) ? 1 : 0;
      asked[1] += margin.ask(spread) ? 1 : 0;
      asked[2] += entropy.ask(close) ? 1 : 0;
      asked[3] += entropy.ask(spread) ? 1 : 0;
    }
    assertThat(asked[0]).isGreaterThan(9 * asked[1]);
    assertThat(asked[3]).isGreaterThan(9 * asked[2]);
  }

  @Test
  void numbersAreRefusedByWhatNeedsClasses() {
    Schema numbers = Schema.regression(List.of(Column.numeric("a")), "y");
    for (String name :
        List.of(
            "fixed_uncertainty",
            "variable_uncertainty",
            "randomised_variable_uncertainty",
            "split",
            "selective_sampling",
            "margin",
            "entropy")) {
      assertThatThrownBy(
              () -> Components.create(Spec.of(name), Build.of(numbers), QueryStrategy.class))
          .isInstanceOf(SchemaException.class)
          .hasMessage(
              name + " goes by the scores of classes, but the label 'y' is no class; use 'random'");
    }
    Components.create(Spec.of("random"), Build.of(numbers), QueryStrategy.class);
  }
}
