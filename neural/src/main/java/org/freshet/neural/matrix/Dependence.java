package org.freshet.neural.matrix;

import java.util.Arrays;

/**
 * The Hilbert-Schmidt independence criterion of two sets of rows that belong together row by row:
 * HSIC(X, Y) = tr(K H L H) / n², with the Gaussian kernels K of X and L of Y, whose squared width
 * is the median of the squared distances, and H that takes means away (A. Gretton, O. Bousquet, A.
 * Smola, B. Schölkopf, "Measuring Statistical Dependence with Hilbert-Schmidt Norms", ALT 2005).
 */
public final class Dependence {
  private Dependence() {}

  /**
   * The kernel of rows, with the means of rows and columns taken away.
   *
   * @param x rows, {@code width} numbers each
   */
  public static double[][] centred(float[][] x, int width) {
    int n = x.length;
    double[][] k = new double[n][n];
    double[] distances = new double[n * (n - 1) / 2];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int c = 0; c < width; c++) {
          double d = x[i][c] - x[j][c];
          sum += d * d;
        }
        k[i][j] = sum;
        distances[at++] = sum;
      }
    }
    Arrays.sort(distances);
    double median = n > 1 ? distances[distances.length / 2] : 0;
    double[] mean = new double[n];
    double all = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double v = median > 0 ? Math.exp(-k[i][j] / (2 * median)) : k[i][j] > 0 ? 0 : 1;
        k[i][j] = v;
        k[j][i] = v;
        mean[i] += v / n;
        mean[j] += i == j ? 0 : v / n;
      }
    }
    for (double m : mean) {
      all += m / n;
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        k[i][j] += all - mean[i] - mean[j];
      }
    }
    return k;
  }

  /** HSIC of two sets by their centred kernels. */
  public static double hsic(double[][] k, double[][] l) {
    double sum = 0;
    for (int i = 0; i < k.length; i++) {
      sum += Symmetric.dot(k[i], l[i], 0, k.length);
    }
    return sum / ((double) k.length * k.length);
  }

  /** HSIC over what it would be were both like the first and like the second: from 0 to 1. */
  public static double normalised(double[][] k, double[][] l) {
    double scale = Math.sqrt(hsic(k, k) * hsic(l, l));
    return scale > 0 ? hsic(k, l) / scale : 0;
  }
}
