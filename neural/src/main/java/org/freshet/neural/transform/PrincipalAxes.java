package org.freshet.neural.transform;

import org.freshet.neural.matrix.Symmetric;

/**
 * Turns orthonormal rows towards the eigenvectors of a symmetric matrix with the largest values.
 */
final class PrincipalAxes {
  private static final int TURNS = 30;

  private final double[][] s; // lower triangle
  private final int n;
  private final double[][] q;
  private final int k;
  private final double[][] image;

  /**
   * @param q orthonormal rows, turned in place
   */
  PrincipalAxes(double[][] s, int n, double[][] q) {
    this.s = s;
    this.n = n;
    this.q = q;
    this.k = q.length;
    image = new double[k][n];
  }

  /** Sweeps of simultaneous iteration; gives the variance along each row, largest first. */
  double[] iterate(int sweeps) {
    for (int sweep = 0; sweep < sweeps; sweep++) {
      apply();
      orthonormalise();
    }
    apply();
    return turn();
  }

  /** image = q s. */
  private void apply() {
    for (int c = 0; c < k; c++) {
      double[] to = image[c];
      double[] from = q[c];
      java.util.Arrays.fill(to, 0);
      for (int i = 0; i < n; i++) {
        to[i] += Symmetric.dot(s[i], from, 0, i + 1);
        Symmetric.add(to, s[i], from[i], 0, i);
      }
    }
  }

  /** q = the rows of the image made orthonormal, twice over; one that vanishes stays as it was. */
  private void orthonormalise() {
    for (int c = 0; c < k; c++) {
      double[] v = image[c];
      double before = Math.sqrt(Symmetric.dot(v, v, 0, n));
      for (int pass = 0; pass < 2; pass++) {
        project(v, c);
      }
      double norm = Math.sqrt(Symmetric.dot(v, v, 0, n));
      if (!(norm > 1e-12 * before)) {
        System.arraycopy(q[c], 0, v, 0, n);
        project(v, c);
        project(v, c);
        norm = Math.sqrt(Symmetric.dot(v, v, 0, n));
      }
      for (int j = 0; j < n && !(norm > 1e-12); j++) { // any direction that is left
        java.util.Arrays.fill(v, 0);
        v[j] = 1;
        project(v, c);
        project(v, c);
        double left = Math.sqrt(Symmetric.dot(v, v, 0, n));
        norm = left > 1e-3 ? left : 0;
      }
      for (int j = 0; j < n; j++) {
        q[c][j] = v[j] / norm;
      }
    }
  }

  /** Takes from v what lies along the first {@code count} rows of q. */
  private void project(double[] v, int count) {
    for (int b = 0; b < count; b++) {
      Symmetric.add(v, q[b], -Symmetric.dot(q[b], v, 0, n), 0, n);
    }
  }

  /** Jacobi's rotations on q s qᵀ, applied to q; then rows in falling order of variance. */
  private double[] turn() {
    double[][] a = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        a[i][j] = Symmetric.dot(image[i], q[j], 0, n);
      }
    }
    for (int turn = 0; turn < TURNS; turn++) {
      double off = 0;
      double on = 0;
      for (int i = 0; i < k; i++) {
        on += a[i][i] * a[i][i];
        for (int j = i + 1; j < k; j++) {
          off += a[i][j] * a[i][j];
          rotate(a, i, j);
        }
      }
      if (!(off > 1e-24 * on)) {
        break;
      }
    }
    double[] variances = new double[k];
    for (int i = 0; i < k; i++) {
      variances[i] = Math.max(0, a[i][i]);
    }
    for (int i = 0; i < k; i++) { // insertion keeps equal ones in place
      for (int j = i; j > 0 && variances[j] > variances[j - 1]; j--) {
        double v = variances[j];
        variances[j] = variances[j - 1];
        variances[j - 1] = v;
        double[] row = q[j];
        q[j] = q[j - 1];
        q[j - 1] = row;
      }
    }
    return variances;
  }

  private void rotate(double[][] a, int i, int j) {
    if (!(Math.abs(a[i][j]) > 0)) {
      return;
    }
    double theta = (a[j][j] - a[i][i]) / (2 * a[i][j]);
    double t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cos = 1 / Math.sqrt(t * t + 1);
    double sin = t * cos;
    for (int r = 0; r < k; r++) {
      double x = a[r][i];
      double y = a[r][j];
      a[r][i] = cos * x - sin * y;
      a[r][j] = sin * x + cos * y;
    }
    mix(a[i], a[j], cos, sin, k);
    mix(q[i], q[j], cos, sin, n);
  }

  private static void mix(double[] u, double[] v, double cos, double sin, int m) {
    for (int r = 0; r < m; r++) {
      double x = u[r];
      double y = v[r];
      u[r] = cos * x - sin * y;
      v[r] = sin * x + cos * y;
    }
  }
}
