package org.freshet.evaluate.stats;

import java.util.Arrays;

/**
 * Several models on several streams by their ranks: Friedman's test with the correction of Iman and
 * Davenport, and Nemenyi's critical difference (Demšar, "Statistical Comparisons of Classifiers
 * over Multiple Data Sets", JMLR 7, 2006, section 3.2.2).
 *
 * @param averageRanks of the models, 1 is best
 * @param friedman chi-squared statistic, corrected for ties
 * @param pValue of Iman and Davenport's F; NaN with one model or one stream
 * @param criticalDifference of average ranks at the level asked; NaN with one model
 * @param level of the critical difference
 */
public record Ranking(
    double[] averageRanks,
    double friedman,
    double pValue,
    double criticalDifference,
    double level) {

  /**
   * @param scores a row a stream, a column a model
   * @param higherIsBetter whether the best has the highest score
   * @param level such as 0.05
   */
  public static Ranking of(double[][] scores, boolean higherIsBetter, double level) {
    int n = scores.length;
    int k = scores[0].length;
    double[] mean = new double[k];
    double squares = 0;
    for (double[] row : scores) {
      double[] r = ranks(row, higherIsBetter);
      for (int j = 0; j < k; j++) {
        mean[j] += r[j] / n;
        squares += r[j] * r[j];
      }
    }
    double centre = (k + 1) / 2.0;
    double between = 0;
    for (double m : mean) {
      between += n * (m - centre) * (m - centre);
    }
    // The spread within rows is n·k(k²-1)/12 without ties, less with them.
    double within = (squares - n * k * centre * centre) / (n * (k - 1.0));
    double chi = within > 0 ? between / within : 0;
    return new Ranking(mean, chi, imanDavenport(chi, n, k), critical(n, k, level), level);
  }

  private static double imanDavenport(double chi, int n, int k) {
    if (k < 2 || n < 2) {
      return Double.NaN;
    }
    double rest = n * (k - 1.0) - chi;
    if (rest <= 1e-12 * n * k) {
      return 0;
    }
    return Distributions.fUpper((n - 1) * chi / rest, k - 1, (k - 1.0) * (n - 1));
  }

  private static double critical(int n, int k, double level) {
    if (k < 2) {
      return Double.NaN;
    }
    double q = Distributions.rangeQuantile(1 - level, k) / Math.sqrt(2);
    return q * Math.sqrt(k * (k + 1.0) / (6.0 * n));
  }

  /** Ranks from 1, equal values sharing the mean of their places; NaN ranks last. */
  public static double[] ranks(double[] values, boolean higherIsBetter) {
    int k = values.length;
    double[] key = new double[k];
    for (int i = 0; i < k; i++) {
      key[i] =
          Double.isNaN(values[i])
              ? Double.POSITIVE_INFINITY
              : higherIsBetter ? -values[i] : values[i];
    }
    double[] ranks = new double[k];
    for (int i = 0; i < k; i++) {
      int below = 0;
      int equal = 0;
      for (double other : key) {
        below += other < key[i] ? 1 : 0;
        equal += other == key[i] ? 1 : 0;
      }
      ranks[i] = below + (equal + 1) / 2.0;
    }
    return ranks;
  }

  /** Whether two models differ at the level of the critical difference. */
  public boolean differ(int a, int b) {
    return Math.abs(averageRanks[a] - averageRanks[b]) >= criticalDifference;
  }

  /** The models in order of their average ranks. */
  public int[] order() {
    return java.util.stream.IntStream.range(0, averageRanks.length)
        .boxed()
        .sorted((a, b) -> Double.compare(averageRanks[a], averageRanks[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Override
  public String toString() {
    return "Ranking" + Arrays.toString(averageRanks) + " cd " + criticalDifference;
  }
}
