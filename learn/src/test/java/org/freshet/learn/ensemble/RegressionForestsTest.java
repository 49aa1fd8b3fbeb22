package org.freshet.learn.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import org.freshet.core.Batch;
import org.freshet.core.DriftReporter;
import org.freshet.core.Regressor;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.learn.States;
import org.freshet.learn.tree.Friedman;
import org.junit.jupiter.api.Test;

/** Adaptive random forests for regression, and SOKNL on them. */
class RegressionForestsTest {
  private static Regressor make(String spec, Batch stream, int seed) {
    return Components.regressor(spec, stream.schema(), seed);
  }

  private static byte[] state(String spec, Batch stream, int threads, int block, double[] out) {
    try (Workers workers = new Workers(threads)) {
      Regressor r =
          Components.create(
              Spec.parse(spec), Build.of(stream.schema()).withWorkers(workers), Regressor.class);
      double[] part = new double[block];
      for (int from = 0; from < stream.size(); from += block) {
        int to = Math.min(stream.size(), from + block);
        r.testThenLearn(stream, from, to, part);
        System.arraycopy(part, 0, out, from, to - from);
      }
      assertThat(((DriftReporter) r).drifts().total()).isPositive();
      return States.bytes(r);
    }
  }

  @Test
  void anyNumberOfThreadsAndAnyBlockGivesTheSameModelBitForBit() {
    Batch stream = Friedman.stream(4_000, 4, 2_000);
    for (String spec : new String[] {"adaptive_random_forest_regressor(members=5)", "soknl"}) {
      double[] one = new double[stream.size()];
      byte[] state = state(spec, stream, 1, 1024, one);
      double[] other = new double[stream.size()];
      assertThat(state(spec, stream, 3, 100, other)).isEqualTo(state);
      assertThat(other).isEqualTo(one);
      assertThat(state(spec, stream, 1, 1, other)).isEqualTo(state);
      assertThat(other).isEqualTo(one);
    }
  }

  /**
   * MOA 2024.07 with 10 trees on the same events, mean of seeds 1 to 3:
   * AdaptiveRandomForestRegressor 3.772, SelfOptimisingKNearestLeaves 2.839.
   */
  @Test
  void errLessThanMoasOnFriedman() {
    Batch stream = Friedman.stream(5_000, 1);
    double forest = 0;
    double nearest = 0;
    for (int seed = 1; seed <= 3; seed++) {
      forest += Friedman.rmse(make("adaptive_random_forest_regressor", stream, seed), stream, 0);
      nearest += Friedman.rmse(make("soknl", stream, seed), stream, 0);
    }
    assertThat(forest / 3).isLessThan(2.4);
    assertThat(nearest / 3).isLessThan(2.4);
  }

  /** The share of targets inside, over the last half; of a stream with a drift over all of it. */
  @Test
  void intervalsHoldTheShareTheyPromise() {
    for (double nominal : new double[] {0.8, 0.95}) {
      Batch stream = Friedman.stream(6_000, 5);
      assertThat(inside(stream, nominal, 3_000)).isBetween(nominal - 0.01, nominal + 0.01);
      Batch drifting = Friedman.stream(6_000, 5, 3_000);
      assertThat(inside(drifting, nominal, 0)).isBetween(nominal - 0.02, nominal + 0.02);
    }
  }

  private static double inside(Batch stream, double nominal, int from) {
    AdaptiveRandomForestRegressor r =
        (AdaptiveRandomForestRegressor)
            make("adaptive_random_forest_regressor(coverage=" + nominal + ")", stream, 1);
    assertThat(r.nominalCoverage()).isEqualTo(nominal);
    int n = stream.size();
    double[] answers = new double[n];
    double[] bounds = new double[2 * n];
    r.testThenLearn(stream, 0, n, answers, bounds);
    double inside = 0;
    for (int i = from; i < n; i++) {
      double y = stream.label(i);
      assertThat(answers[i]).isBetween(bounds[2 * i], bounds[2 * i + 1]);
      inside += y >= bounds[2 * i] && y <= bounds[2 * i + 1] ? 1 : 0;
    }
    return inside / (n - from);
  }

  @Test
  void theBatchGivesTheIntervalsOfTheSingleCalls() {
    Batch stream = Friedman.stream(1_500, 6);
    AdaptiveRandomForestRegressor rows =
        (AdaptiveRandomForestRegressor) make("adaptive_random_forest_regressor", stream, 2);
    AdaptiveRandomForestRegressor batch =
        (AdaptiveRandomForestRegressor) make("adaptive_random_forest_regressor", stream, 2);
    double[] answers = new double[stream.size()];
    double[] bounds = new double[2 * stream.size()];
    batch.testThenLearn(stream, 0, stream.size(), answers, bounds);
    double[] asked = new double[2];
    double[] told = new double[2];
    for (int i = 0; i < stream.size(); i++) {
      rows.interval(stream.row(i), asked);
      double y = rows.testThenLearn(stream.row(i), stream.label(i), 1, told);
      assertThat(asked).isEqualTo(told);
      assertThat(told).containsExactly(bounds[2 * i], bounds[2 * i + 1]);
      assertThat(y).isEqualTo(answers[i]);
    }
  }

  /** Where all leaves answer, SOKNL is the forest; what it keeps besides changes no tree. */
  @Test
  void allNearestLeavesAreTheForest() {
    Batch stream = Friedman.stream(2_000, 7);
    double[] forest = new double[stream.size()];
    double[] all = new double[stream.size()];
    make("adaptive_random_forest_regressor(members=6)", stream, 3)
        .testThenLearn(stream, 0, stream.size(), forest);
    make("soknl(members=6, k=6)", stream, 3).testThenLearn(stream, 0, stream.size(), all);
    for (int i = 0; i < all.length; i++) {
      assertThat(all[i]).isCloseTo(forest[i], org.assertj.core.api.Assertions.within(1e-9));
    }
  }

  /** k is the one whose squared errors, followed here by forests of a fixed k, sum to least. */
  @Test
  void choosesTheKThatErredLeast() {
    Batch stream = Friedman.stream(1_500, 8);
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 1; k <= 5; k++) {
      double rmse = Friedman.rmse(make("soknl(members=5, k=" + k + ")", stream, 1), stream, 0);
      best = rmse < least ? k : best;
      least = Math.min(least, rmse);
    }
    Soknl free = (Soknl) make("soknl(members=5)", stream, 1);
    Friedman.rmse(free, stream, 0);
    assertThat(free.k()).isEqualTo(best);
  }

  @Test
  void stayInsideOneMegabyte() {
    Batch stream = Friedman.stream(6_000, 9);
    for (String name : new String[] {"adaptive_random_forest_regressor", "soknl"}) {
      Regressor small = make(name + "(members=20, max_bytes=1MB)", stream, 1);
      double rmse = Friedman.rmse(small, stream, 1_000);
      assertThat(small.memoryBytes()).isLessThan(1 << 20);
      assertThat(rmse).isLessThan(3);
    }
  }
}
