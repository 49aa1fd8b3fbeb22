package org.freshet.evaluate.stats;

import java.util.Arrays;

/** Tests of two models on the same streams or the same events; all two-sided. */
public final class PairedTests {
  /** Pairs up to which Wilcoxon's distribution is counted out. */
  static final int EXACT = 50;

  private PairedTests() {}

  /**
   * Wilcoxon's signed-rank test of differences, one a stream ("Individual comparisons by ranking
   * methods", Biometrics Bulletin 1, 1945). Zero differences are left out; equal sizes share their
   * rank. Up to {@value #EXACT} differences all 2^n signs are counted, with the ranks as they are,
   * ties too; above, the normal limit with the correction for ties and continuity.
   *
   * @return the p-value; 1 when no difference is left
   */
  public static double wilcoxon(double[] differences) {
    double[] d = Arrays.stream(differences).filter(v -> v != 0 && !Double.isNaN(v)).toArray();
    int n = d.length;
    if (n == 0) {
      return 1;
    }
    double[] ranks = Ranking.ranks(Arrays.stream(d).map(Math::abs).toArray(), false);
    double positive = 0;
    double all = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      positive += d[i] > 0 ? ranks[i] : 0;
      all += ranks[i];
      squares += ranks[i] * ranks[i];
    }
    double smaller = Math.min(positive, all - positive);
    if (n <= EXACT) {
      return Math.min(1, 2 * share(ranks, smaller));
    }
    double z = (Math.max(0, all / 2 - smaller - 0.5)) / Math.sqrt(squares / 4);
    return 2 * (1 - Distributions.normal(z));
  }

  /**
   * Share of the sign patterns whose sum of positive ranks is at most {@code sum}. Ranks are
   * halves.
   */
  private static double share(double[] ranks, double sum) {
    int limit = (int) Math.round(2 * sum);
    double[] ways = new double[limit + 1];
    ways[0] = 1;
    for (double r : ranks) {
      int step = (int) Math.round(2 * r);
      for (int s = limit; s >= 0; s--) {
        ways[s] = (ways[s] + (s >= step ? ways[s - step] : 0)) / 2;
      }
    }
    return Arrays.stream(ways).sum();
  }

  /**
   * McNemar's test of two classifiers on the same events ("Note on the sampling error of the
   * difference between correlated proportions or percentages", Psychometrika 12, 1947): up to 1000
   * events on which just one is right, the exact binomial; above, chi-squared with the correction
   * for continuity. It takes events as independent, which those of a stream often are not: see
   * {@link BlockBootstrap}.
   */
  public static double mcNemar(long onlyFirst, long onlySecond) {
    long n = onlyFirst + onlySecond;
    if (n == 0) {
      return 1;
    }
    long smaller = Math.min(onlyFirst, onlySecond);
    if (n <= 1000) {
      return Math.min(1, 2 * Distributions.betaLower(n - smaller, smaller + 1.0, 0.5));
    }
    double gap = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1.0);
    return Distributions.chiSquaredUpper(gap * gap / n, 1);
  }
}
