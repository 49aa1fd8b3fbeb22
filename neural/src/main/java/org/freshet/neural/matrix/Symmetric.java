package org.freshet.neural.matrix;

/**
 * Symmetric matrices as arrays of rows. Where only the lower triangle counts, row i holds columns 0
 * to i at least. Long loops run over one index of several arrays, which HotSpot vectorises, and
 * several rows at a time, so that what is loaded is used often.
 */
public final class Symmetric {
  private static final int PANEL = 32;

  /** A pivot is held above this share of the largest entry of the diagonal. */
  private static final double LEAST_PIVOT = 1e-14;

  private Symmetric() {}

  /** Rows for the lower triangle, all 0. */
  public static double[][] lower(int n) {
    double[][] a = new double[n][];
    for (int i = 0; i < n; i++) {
      a[i] = new double[i + 1];
    }
    return a;
  }

  /** Bytes of {@link #lower} of n rows. */
  public static long lowerBytes(int n) {
    return 16 + n * 20L + 4L * n * (n + 1);
  }

  /** a += sign · Σ_k r_k r_kᵀ over {@code count} rows, in the lower triangle. */
  public static void addOuter(double[][] a, int n, double[][] r, int count, double sign) {
    addOuter(a, 0, n, r, count, sign);
  }

  /** As above, for the rows and columns {@code from} to {@code n-1}. */
  private static void addOuter(
      double[][] a, int from, int n, double[][] r, int count, double sign) {
    int i = from;
    for (; i + 1 < n; i += 2) {
      double[] a0 = a[i];
      double[] a1 = a[i + 1];
      double corner = a1[i + 1];
      int k = 0;
      for (; k + 3 < count; k += 4) {
        double p = sign * r[k][i + 1];
        double q = sign * r[k + 1][i + 1];
        double s = sign * r[k + 2][i + 1];
        double t = sign * r[k + 3][i + 1];
        add(
            a0,
            a1,
            r[k],
            r[k + 1],
            r[k + 2],
            r[k + 3],
            sign * r[k][i],
            sign * r[k + 1][i],
            sign * r[k + 2][i],
            sign * r[k + 3][i],
            p,
            q,
            s,
            t,
            from,
            i + 1);
        corner += p * r[k][i + 1] + q * r[k + 1][i + 1] + s * r[k + 2][i + 1] + t * r[k + 3][i + 1];
      }
      for (; k < count; k++) {
        add(a0, r[k], sign * r[k][i], from, i + 1);
        add(a1, r[k], sign * r[k][i + 1], from, i + 1);
        corner += sign * r[k][i + 1] * r[k][i + 1];
      }
      a1[i + 1] = corner;
    }
    if (i < n) {
      for (int k = 0; k < count; k++) {
        add(a[i], r[k], sign * r[k][i], from, n);
      }
    }
  }

  /**
   * y_b = a · x_b for b from {@code from} to {@code to-1}, a full. The result of a row does not
   * depend on which others are asked for with it.
   */
  public static void times(double[][] a, int n, double[][] x, double[][] y, int from, int to) {
    for (int b = from; b < to; b++) {
      java.util.Arrays.fill(y[b], 0, n, 0);
    }
    int i = 0;
    for (; i + 3 < n; i += 4) {
      int b = from;
      for (; b + 1 < to; b += 2) {
        double[] u = x[b];
        double[] v = x[b + 1];
        add(
            y[b], y[b + 1], a[i], a[i + 1], a[i + 2], a[i + 3], u[i], u[i + 1], u[i + 2], u[i + 3],
            v[i], v[i + 1], v[i + 2], v[i + 3], 0, n);
      }
      if (b < to) {
        double[] u = x[b];
        add(y[b], a[i], a[i + 1], a[i + 2], a[i + 3], u[i], u[i + 1], u[i + 2], u[i + 3], n);
      }
    }
    for (; i < n; i++) {
      for (int b = from; b < to; b++) {
        add(y[b], a[i], x[b][i], 0, n);
      }
    }
  }

  /** Copies the lower triangle of a full matrix to its upper one, tile by tile. */
  public static void mirror(double[][] a, int n) {
    for (int i0 = 0; i0 < n; i0 += PANEL) {
      for (int j0 = 0; j0 <= i0; j0 += PANEL) {
        int iEnd = Math.min(n, i0 + PANEL);
        for (int i = i0; i < iEnd; i++) {
          int jEnd = Math.min(i, j0 + PANEL);
          for (int j = j0; j < jEnd; j++) {
            a[j][i] = a[i][j];
          }
        }
      }
    }
  }

  /** Replaces the lower triangle of a positive definite matrix by L with a = L Lᵀ. */
  public static void cholesky(double[][] a, int n) {
    double least = 0;
    for (int i = 0; i < n; i++) {
      least = Math.max(least, LEAST_PIVOT * a[i][i]);
    }
    least = Math.max(least, Double.MIN_NORMAL);
    double[][] panel = new double[Math.min(PANEL, n)][n];
    for (int from = 0; from < n; from += PANEL) {
      int to = Math.min(n, from + PANEL);
      for (int i = from; i < n; i++) {
        double[] row = a[i];
        for (int k = from; k < Math.min(i, to); k++) {
          double v = (row[k] - dot(row, a[k], from, k)) / a[k][k];
          row[k] = v;
          panel[k - from][i] = v;
        }
        if (i < to) {
          row[i] = Math.sqrt(Math.max(least, row[i] - dot(row, row, from, i)));
        }
      }
      addOuter(a, to, n, panel, to - from, -1);
    }
  }

  /** Solves L Lᵀ x = b in place. */
  public static void solve(double[][] l, int n, double[] b) {
    forward(l, n, b);
    for (int i = n - 1; i >= 0; i--) {
      double v = b[i] / l[i][i];
      b[i] = v;
      add(b, l[i], -v, 0, i);
    }
  }

  /** Solves L x = b in place. */
  public static void forward(double[][] l, int n, double[] b) {
    for (int i = 0; i < n; i++) {
      b[i] = (b[i] - dot(l[i], b, 0, i)) / l[i][i];
    }
  }

  /** Σ a[i] b[i] for i from {@code from} to {@code to-1}, in four sums. */
  public static double dot(double[] a, double[] b, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < to; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** y += c·r for the places {@code from} to {@code to-1}. */
  public static void add(double[] y, double[] r, double c, int from, int to) {
    for (int j = from; j < to; j++) {
      y[j] += c * r[j];
    }
  }

  /** y += c0·r0 + c1·r1 + c2·r2 + c3·r3. */
  private static void add(
      double[] y,
      double[] r0,
      double[] r1,
      double[] r2,
      double[] r3,
      double c0,
      double c1,
      double c2,
      double c3,
      int n) {
    for (int j = 0; j < n; j++) {
      y[j] += c0 * r0[j] + c1 * r1[j] + c2 * r2[j] + c3 * r3[j];
    }
  }

  /** Two rows at once. */
  private static void add(
      double[] y,
      double[] z,
      double[] r0,
      double[] r1,
      double[] r2,
      double[] r3,
      double c0,
      double c1,
      double c2,
      double c3,
      double d0,
      double d1,
      double d2,
      double d3,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      double a = r0[j];
      double b = r1[j];
      double c = r2[j];
      double d = r3[j];
      y[j] += c0 * a + c1 * b + c2 * c + c3 * d;
      z[j] += d0 * a + d1 * b + d2 * c + d3 * d;
    }
  }
}
