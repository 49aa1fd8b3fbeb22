package org.freshet.neural.head;

import java.util.Arrays;

/**
 * Which are the k largest, without a sharp edge: shares g_i = σ((z_i − θ) / ε), with θ where they
 * sum to k. This is where the iteration of Y. Xie et al., "Differentiable Top-k with Optimal
 * Transport", NeurIPS 2020, comes to rest, as there are two places to move to.
 */
final class SoftNearest {
  private static final int MOST_STEPS = 100;
  private static final double FAR = 40; // σ(40) is 1 in double precision
  private static final double NEAR = 1e-12;

  private SoftNearest() {}

  /**
   * @param z finite
   * @param k sum of the shares
   * @param softness ε
   * @param share filled, from 0 to 1
   */
  static void shares(double[] z, int k, double softness, double[] share) {
    int n = z.length;
    if (k >= n) {
      Arrays.fill(share, 1);
      return;
    }
    double low = z[0];
    double high = z[0];
    for (double v : z) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    low -= FAR * softness;
    high += FAR * softness;
    double theta = (low + high) / 2;
    for (int step = 0; step < MOST_STEPS; step++) { // Newton's steps, held between the bounds
      double sum = 0;
      double slope = 0;
      for (int i = 0; i < n; i++) {
        double g = 1 / (1 + Math.exp((theta - z[i]) / softness));
        share[i] = g;
        sum += g;
        slope += g * (1 - g);
      }
      if (Math.abs(sum - k) < NEAR * k) {
        return;
      }
      low = sum > k ? theta : low;
      high = sum > k ? high : theta;
      double next = theta + softness * (sum - k) / slope;
      theta = next > low && next < high ? next : (low + high) / 2;
    }
  }
}
