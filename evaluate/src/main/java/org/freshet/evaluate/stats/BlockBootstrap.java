package org.freshet.evaluate.stats;

import java.util.Arrays;
import org.freshet.core.Rng;

/**
 * Intervals and a paired test for means over a stream, by drawing runs of neighbouring blocks: the
 * stationary bootstrap (Politis, Romano, "The stationary bootstrap", JASA 89, 1994). Errors of a
 * stream come in runs, and an interval that took events as independent would be too narrow. Runs
 * have a mean length of the square root of the number of blocks; the draws are seeded, so the
 * result is fixed.
 */
public final class BlockBootstrap {
  private static final int DRAWS = 2000;
  private static final long SEED = 20260101;

  private BlockBootstrap() {}

  /** A mean with the ends of its interval. */
  public record Interval(double mean, double low, double high) {}

  /**
   * 95 % interval of Σ sums / Σ weights, from the 2.5 and 97.5 % points of the draws. With fewer
   * than 2 blocks it is the mean alone.
   */
  public static Interval interval(double[] sums, double[] weights) {
    double mean = Arrays.stream(sums).sum() / Arrays.stream(weights).sum();
    if (sums.length < 2) {
      return new Interval(mean, mean, mean);
    }
    double[] draws = draws(sums, weights);
    Arrays.sort(draws);
    return new Interval(mean, quantile(draws, 0.025), quantile(draws, 0.975));
  }

  /** 95 % interval of the difference of two means on the same blocks. */
  public static Interval difference(double[] first, double[] second, double[] weights) {
    return interval(minus(first, second), weights);
  }

  /**
   * Two-sided p-value of equal means on the same blocks: how often a draw about zero lies as far
   * from it as the difference seen, never under 1 / (draws + 1).
   */
  public static double pValue(double[] first, double[] second, double[] weights) {
    double[] d = minus(first, second);
    double mean = Arrays.stream(d).sum() / Arrays.stream(weights).sum();
    if (d.length < 2) {
      return 1;
    }
    int far = 0;
    for (double draw : draws(d, weights)) {
      // Far by rounding counts as equal, so that no difference at all gives 1.
      far += Math.abs(draw - mean) >= Math.abs(mean) * (1 - 1e-12) ? 1 : 0;
    }
    return (far + 1.0) / (DRAWS + 1);
  }

  private static double[] minus(double[] a, double[] b) {
    double[] d = new double[a.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = a[i] - b[i];
    }
    return d;
  }

  private static double[] draws(double[] sums, double[] weights) {
    int n = sums.length;
    double jump = 1 / Math.max(1, Math.sqrt(n));
    Rng rng = new Rng(SEED);
    double[] means = new double[DRAWS];
    for (int d = 0; d < DRAWS; d++) {
      double sum = 0;
      double weight = 0;
      int at = 0;
      for (int i = 0; i < n; i++) {
        at = i == 0 || rng.nextDouble() < jump ? rng.nextInt(n) : (at + 1) % n;
        sum += sums[at];
        weight += weights[at];
      }
      means[d] = sum / weight;
    }
    return means;
  }

  private static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int i = (int) at;
    return i + 1 == sorted.length ? sorted[i] : sorted[i] + (at - i) * (sorted[i + 1] - sorted[i]);
  }
}
