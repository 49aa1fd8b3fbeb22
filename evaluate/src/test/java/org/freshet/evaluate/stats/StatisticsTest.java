package org.freshet.evaluate.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

/** Expected values are by hand, from Demšar (2006), or from SciPy 1.17 where a comment says so. */
class StatisticsTest {
  private static final Percentage CLOSE = Percentage.withPercentage(1e-8);

  @Test
  void tailsAgreeWithSciPy() {
    assertThat(Distributions.chiSquaredUpper(3.84, 1)).isCloseTo(0.05004352124870519, CLOSE);
    assertThat(Distributions.chiSquaredUpper(20, 3)).isCloseTo(0.00016974243555282632, CLOSE);
    assertThat(Distributions.chiSquaredUpper(0.5, 10)).isCloseTo(0.999993388289439, CLOSE);
    assertThat(Distributions.chiSquaredUpper(100, 5)).isCloseTo(5.285148360943219e-20, CLOSE);
    assertThat(Distributions.fUpper(3, 2, 20)).isCloseTo(0.07253815028640571, CLOSE);
    assertThat(Distributions.fUpper(0.5, 4, 9)).isCloseTo(0.7369898721925505, CLOSE);
    assertThat(Distributions.fUpper(12, 3, 42)).isCloseTo(8.291838512038118e-06, CLOSE);
    assertThat(Distributions.normal(1.96)).isCloseTo(0.9750021048517795, CLOSE);
    assertThat(Distributions.normal(-3)).isCloseTo(0.0013498980316300933, CLOSE);
    assertThat(Distributions.normal(0)).isEqualTo(0.5);
  }

  @Test
  void logGammaOfWholeAndHalfNumbers() {
    assertThat(Distributions.logGamma(1)).isCloseTo(0, within(1e-12));
    assertThat(Distributions.logGamma(6)).isCloseTo(Math.log(120), within(1e-12));
    assertThat(Distributions.logGamma(0.5)).isCloseTo(Math.log(Math.PI) / 2, within(1e-12));
  }

  @Test
  void nemenyiQuantilesAreThoseOfDemsarsTable5a() {
    double[] five = {1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164};
    double[] ten = {1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920};
    for (int k = 2; k <= 10; k++) {
      double root = Math.sqrt(2);
      // The table is rounded, in three places not to the nearest.
      assertThat(Distributions.rangeQuantile(0.95, k) / root)
          .isCloseTo(five[k - 2], within(0.0011));
      assertThat(Distributions.rangeQuantile(0.90, k) / root).isCloseTo(ten[k - 2], within(0.0011));
    }
    // SciPy: studentized_range.ppf(0.95, 10, inf) / sqrt(2)
    assertThat(Distributions.rangeQuantile(0.95, 10) / Math.sqrt(2))
        .isCloseTo(3.163683577, within(1e-7));
  }

  /** Four models on fourteen streams, with ties; the expected values are SciPy's. */
  private static final double[][] SCORES = {
    {.763, .768, .771, .798}, {.599, .591, .590, .569}, {.954, .971, .968, .967},
    {.628, .661, .654, .657}, {.882, .888, .886, .898}, {.936, .931, .916, .931},
    {.661, .668, .609, .685}, {.583, .583, .563, .625}, {.775, .838, .866, .875},
    {1, 1, 1, 1}, {.940, .962, .965, .962}, {.619, .666, .614, .669},
    {.972, .981, .975, .975}, {.957, .978, .946, .970}
  };

  @Test
  void friedmanWithTies() {
    Ranking r = Ranking.of(SCORES, true, 0.10);
    assertThat(r.averageRanks()[0]).isCloseTo(3.14285714, within(1e-8));
    assertThat(r.averageRanks()[1]).isCloseTo(2.0, within(1e-12));
    assertThat(r.averageRanks()[3]).isCloseTo(1.92857143, within(1e-8));
    assertThat(r.friedman()).isCloseTo(10.952380952380956, CLOSE);
    assertThat(r.pValue()).isCloseTo(0.007628838730725745, CLOSE);
    assertThat(r.order()).containsExactly(3, 1, 2, 0);
  }

  @Test
  void criticalDifferenceOfDemsarsExample() {
    // 2.291 · sqrt(4 · 5 / (6 · 14)) = 1.12
    Ranking r = Ranking.of(SCORES, true, 0.10);
    assertThat(r.criticalDifference()).isCloseTo(1.118, within(0.001));
    assertThat(r.differ(0, 1)).isTrue();
    assertThat(r.differ(0, 2)).isFalse();
  }

  @Test
  void ranksShareTheirPlaces() {
    double[] values = {0.5, 0.9, 0.5, Double.NaN, 0.1};
    assertThat(Ranking.ranks(values, true)).containsExactly(2.5, 1, 2.5, 5, 4);
    assertThat(Ranking.ranks(values, false)).containsExactly(2.5, 4, 2.5, 5, 1);
  }

  @Test
  void friedmanOfEqualAndOfAlwaysOrderedModels() {
    double[][] equal = {{1, 1, 1}, {2, 2, 2}};
    assertThat(Ranking.of(equal, true, 0.05).pValue()).isEqualTo(1);
    double[][] ordered = {{3, 2, 1}, {3, 2, 1}, {9, 8, 7}};
    Ranking r = Ranking.of(ordered, true, 0.05);
    assertThat(r.friedman()).isCloseTo(6, within(1e-12));
    assertThat(r.pValue()).isZero();
  }

  @Test
  void wilcoxonExact() {
    // SciPy, mode exact: 14 of 256 patterns
    double[] d = {1.2, -0.5, 3.1, 0.4, 2.2, -0.1, 1.9, 0.8};
    assertThat(PairedTests.wilcoxon(d)).isCloseTo(0.0546875, within(1e-12));
    // All of six the same way: 2 / 2^6
    assertThat(PairedTests.wilcoxon(new double[] {1, 2, 3, 4, 5, 6}))
        .isCloseTo(2 / 64.0, within(1e-12));
  }

  @Test
  void wilcoxonCountsTiesOut() {
    // Ranks 3 3 3 5 6 1, of all 64 sign patterns 8 have a sum of at most 4
    double[] d = {0.3, 0.3, -0.3, 0.5, 1.0, -0.2, 0};
    assertThat(PairedTests.wilcoxon(d)).isCloseTo(0.25, within(1e-12));
    assertThat(PairedTests.wilcoxon(new double[] {0, 0})).isEqualTo(1);
  }

  @Test
  void wilcoxonOfManyIsTheNormalLimit() {
    double[] d = new double[60];
    for (int i = 0; i < 60; i++) {
      d[i] = i % 3 == 0 ? -(i + 1) : i + 1;
    }
    // SciPy, mode approx, with correction
    assertThat(PairedTests.wilcoxon(d))
        .isCloseTo(0.016901653275967533, Percentage.withPercentage(1e-6));
  }

  @Test
  void mcNemarAgreesWithSciPy() {
    assertThat(PairedTests.mcNemar(3, 14)).isCloseTo(0.012725830078125, CLOSE);
    assertThat(PairedTests.mcNemar(520, 480)).isCloseTo(0.2174482932041415, CLOSE);
    assertThat(PairedTests.mcNemar(1000, 1100)).isCloseTo(0.030745034758993192, CLOSE);
    assertThat(PairedTests.mcNemar(5, 5)).isEqualTo(1);
    assertThat(PairedTests.mcNemar(0, 0)).isEqualTo(1);
  }

  @Test
  void bootstrapOfIndependentBlocksIsNearTheTextbook() {
    Rng rng = new Rng(1);
    int n = 400;
    double[] sums = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      sums[i] = 8 + rng.nextGaussian();
      weights[i] = 10;
    }
    BlockBootstrap.Interval ci = BlockBootstrap.interval(sums, weights);
    // standard error of the mean: 1 / sqrt(400) / 10
    assertThat(ci.mean()).isCloseTo(0.8, within(0.015));
    assertThat(ci.high() - ci.low()).isCloseTo(2 * 1.96 * 0.005, within(0.004));
    assertThat(ci).isEqualTo(BlockBootstrap.interval(sums, weights));
  }

  @Test
  void bootstrapIsWiderWhereErrorsComeInRuns() {
    double[] runs = new double[400];
    double[] mixed = new double[400];
    double[] weights = new double[400];
    for (int i = 0; i < 400; i++) {
      runs[i] = i / 20 % 2;
      mixed[i] = i % 2;
      weights[i] = 1;
    }
    BlockBootstrap.Interval wide = BlockBootstrap.interval(runs, weights);
    BlockBootstrap.Interval narrow = BlockBootstrap.interval(mixed, weights);
    assertThat(wide.high() - wide.low()).isGreaterThan(2 * (narrow.high() - narrow.low()));
  }

  @Test
  void pairedBootstrapSeesASteadyLeadAndNoLead() {
    Rng rng = new Rng(2);
    double[] a = new double[200];
    double[] b = new double[200];
    double[] c = new double[200];
    double[] weights = new double[200];
    for (int i = 0; i < 200; i++) {
      double hard = rng.nextGaussian();
      a[i] = 8 + hard;
      b[i] = a[i] - 0.3 + 0.5 * rng.nextGaussian();
      c[i] = a[i] + 0.5 * (i % 2 == 0 ? 1 : -1);
      weights[i] = 10;
    }
    assertThat(BlockBootstrap.pValue(a, b, weights)).isLessThan(0.01);
    assertThat(BlockBootstrap.difference(a, b, weights).low()).isPositive();
    assertThat(BlockBootstrap.pValue(a, c, weights)).isGreaterThan(0.5);
    assertThat(BlockBootstrap.pValue(a, a, weights)).isEqualTo(1);
  }
}
