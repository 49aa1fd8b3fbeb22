package org.freshet.neural.head;

/** Small systems of linear equations. */
final class Elimination {
  private Elimination() {}

  /**
   * Solves a x = b in place of b, whose rows hold {@code n} right hand sides each, with row
   * exchanges; a is used up. A pivot of 0 leaves its row 0.
   */
  static void solve(double[][] a, double[][] b, int n) {
    int k = a.length;
    for (int i = 0; i < k; i++) {
      int best = i;
      for (int r = i + 1; r < k; r++) {
        best = Math.abs(a[r][i]) > Math.abs(a[best][i]) ? r : best;
      }
      exchange(a, i, best);
      exchangeValues(b[i], b[best], n);
      if (!(Math.abs(a[i][i]) > 0)) {
        continue;
      }
      for (int r = i + 1; r < k; r++) {
        double f = a[r][i] / a[i][i];
        subtract(a[r], a[i], f, k);
        subtract(b[r], b[i], f, n);
      }
    }
    for (int i = k - 1; i >= 0; i--) {
      for (int r = i + 1; r < k; r++) {
        subtract(b[i], b[r], a[i][r], n);
      }
      double pivot = a[i][i];
      for (int j = 0; j < n; j++) {
        b[i][j] = Math.abs(pivot) > 0 ? b[i][j] / pivot : 0;
      }
    }
  }

  private static void exchange(double[][] a, int i, int j) {
    double[] row = a[i];
    a[i] = a[j];
    a[j] = row;
  }

  private static void exchangeValues(double[] x, double[] y, int n) {
    for (int j = 0; j < n && x != y; j++) {
      double v = x[j];
      x[j] = y[j];
      y[j] = v;
    }
  }

  private static void subtract(double[] from, double[] what, double times, int n) {
    for (int j = 0; j < n; j++) {
      from[j] -= times * what[j];
    }
  }
}
