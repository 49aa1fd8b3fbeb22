package org.freshet.learn.ask.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.learn.States;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Worlds where a threshold on the first column decides between two actions. */
class GuardTest {
  private static final double THRESHOLD = 0.63;

  private static final Expert MENTOR =
      new Expert() {
        @Override
        public ExpertAnswer answer(Features x) {
          return ExpertAnswer.of(Integer.toString(right(x)), 1);
        }

        @Override
        public double price() {
          return 1;
        }
      };

  private static int right(Features x) {
    return x.value(0) > THRESHOLD ? 1 : 0;
  }

  private static Guard guard(int columns, double distance, int memory) {
    Schema schema =
        Schema.classification(
            IntStream.range(0, columns).mapToObj(i -> Column.numeric("x" + i)).toList(),
            "y",
            "0",
            "1");
    Spec learner = Spec.parse("logistic_regression");
    return new Guard(
        new Guard.Parameters(learner, null, distance, memory), Build.of(schema), MENTOR);
  }

  /** Questions and wrong actions in each half of a stream. */
  private record Lived(int asked, int askedLater, int failed, int failedLater) {}

  private static Lived live(Guard guard, int columns, int n, double queries) {
    Rng rng = new Rng(columns);
    double[] scores = new double[2];
    int[] asked = new int[2];
    int[] failed = new int[2];
    for (int i = 0; i < n; i++) {
      double[] v = new double[columns];
      for (int k = 0; k < columns; k++) {
        v[k] = rng.nextDouble();
      }
      Features x = Features.of(v);
      guard.scores(x, scores);
      int half = 2 * i / n;
      boolean ask = queries < 0 ? guard.defer(x, x, scores) == 0 : rng.nextDouble() < queries;
      if (ask) {
        asked[half]++;
        guard.taught(x, 0, right(x), MENTOR.answer(x));
      } else {
        failed[half] += (scores[1] > scores[0] ? 1 : 0) == right(x) ? 0 : 1;
      }
    }
    return new Lived(asked[0] + asked[1], asked[1], failed[0] + failed[1], failed[1]);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.02, 20000", "4, 0.45, 20000"})
  void questionsBecomeRareAndFailuresAreFewerThanWithAsManyAtRandom(
      int columns, double distance, int n) {
    Lived guarded = live(guard(columns, distance, 5000), columns, n, -1);
    Lived random = live(guard(columns, distance, 5000), columns, n, (double) guarded.asked / n);
    assertThat(guarded.askedLater).isLessThan(guarded.asked / 4);
    assertThat(guarded.asked).isLessThan(n / 10);
    assertThat(guarded.failed).isLessThan(random.failed / 3);
  }

  @Test
  void itActsOnlyNearARowWithTheSameAction() {
    Guard g = guard(1, 0.5, 10);
    assertThat(g.mayAct(Features.of(0), 1)).as("nothing was asked").isFalse();
    double[] scores = new double[2];
    assertThat(g.defer(Features.of(0), Features.of(0), scores)).isZero();
    g.taught(Features.of(0), 0, 1, MENTOR.answer(Features.of(0)));
    g.defer(Features.of(2), Features.of(2), scores); // the deviation of 0 and 2 is 1
    assertThat(g.mayAct(Features.of(0.4), 1)).isTrue();
    assertThat(g.mayAct(Features.of(0.6), 1)).as("too far").isFalse();
    assertThat(g.mayAct(Features.of(0.4), 0)).as("other action").isFalse();
    assertThat(g.mayAct(Features.of(0.4), -1)).as("none").isFalse();
    assertThat(g.mayAct(Features.of(Double.NaN), 1)).as("missing is far").isFalse();
  }

  @Test
  void whatIsForgottenIsAskedAgain() {
    Guard g = guard(1, 0.5, 2);
    for (double x : new double[] {0, 10, 20}) {
      g.defer(Features.of(x), Features.of(x), new double[2]);
      g.taught(Features.of(x), 0, 1, MENTOR.answer(Features.of(x)));
    }
    assertThat(g.mayAct(Features.of(20), 1)).isTrue();
    assertThat(g.mayAct(Features.of(0), 1)).isFalse();
  }

  @Test
  void anAnswerOfNoUseIsNotLearnt() {
    Guard g = guard(1, 0.5, 2);
    byte[] before = States.bytes(g);
    g.taught(Features.of(0), 0, -1, ExpertAnswer.none("asleep", 1));
    assertThat(States.bytes(g)).isEqualTo(before);
  }

  @Test
  void stoppedAndRestoredItGoesOnBitForBit() {
    Guard a = guard(2, 0.3, 50);
    Guard b = guard(2, 0.3, 50);
    Rng rng = new Rng(3);
    double[] s = new double[2];
    for (int i = 0; i < 300; i++) {
      Features x = Features.of(rng.nextDouble(), rng.nextGaussian());
      for (Guard g : List.of(a, b)) {
        if (g.defer(x, x, s) == 0) {
          g.taught(x, 0, right(x), MENTOR.answer(x));
        }
      }
      if (i % 17 == 0) {
        b = States.restore(b, guard(2, 0.3, 50));
      }
    }
    assertThat(States.bytes(b)).isEqualTo(States.bytes(a));
  }
}
