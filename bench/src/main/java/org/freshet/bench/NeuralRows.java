package org.freshet.bench;

import org.freshet.core.Rng;

/**
 * Rows for {@link NeuralSpeed}: normal numbers, some of them 0, with the class a random network of
 * one hidden layer gives, and one label in ten drawn anew, so that there is always something to
 * learn. The last {@code TESTS} rows are for tests.
 */
final class NeuralRows {
  static final int TESTS = 1_000;
  private static final int HIDDEN = 32;
  private static final double NOISE = 0.1;

  final int columns;
  final int classes;
  final float[][] rows;
  final int[] labels;

  /**
   * @param zeros share of values that are 0
   */
  NeuralRows(int columns, int classes, double zeros, int count) {
    this.columns = columns;
    this.classes = classes;
    rows = new float[count + TESTS][columns];
    labels = new int[rows.length];
    Rng rng = new Rng(columns);
    double[][] first = matrix(columns, HIDDEN, rng);
    double[][] second = matrix(HIDDEN, classes, rng);
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < columns; i++) {
        rows[r][i] = rng.nextDouble() < zeros ? 0 : (float) rng.nextGaussian();
      }
      labels[r] = rng.nextDouble() < NOISE ? rng.nextInt(classes) : best(rows[r], first, second);
    }
  }

  /** Rows to learn. */
  int count() {
    return rows.length - TESTS;
  }

  private static double[][] matrix(int n, int m, Rng rng) {
    double[][] w = new double[n][m];
    for (double[] row : w) {
      for (int j = 0; j < m; j++) {
        row[j] = rng.nextGaussian() / Math.sqrt(n);
      }
    }
    return w;
  }

  private static int best(float[] x, double[][] first, double[][] second) {
    double[] scores = new double[second[0].length];
    for (int h = 0; h < HIDDEN; h++) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += first[i][h] * x[i];
      }
      for (int c = 0; c < scores.length && sum > 0; c++) {
        scores[c] += second[h][c] * sum;
      }
    }
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }
}
