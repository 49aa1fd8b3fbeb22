package org.freshet.core;

/**
 * Scalar loops over stretches of arrays. These are the definition; a faster provider must agree
 * with them. HotSpot vectorises the element-wise ones by itself.
 */
public final class Kernels {
  private Kernels() {}

  /** Σ a[aAt+i] · b[bAt+i], summed in order of i. */
  public static double dot(double[] a, int aAt, double[] b, int bAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[aAt + i] * b[bAt + i];
    }
    return sum;
  }

  /** y += alpha · x. */
  public static void axpy(double alpha, double[] x, int xAt, double[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] += alpha * x[xAt + i];
    }
  }

  /** x *= alpha. */
  public static void scale(double alpha, double[] x, int at, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] *= alpha;
    }
  }

  /** Σ x[at+i] in order of i. */
  public static double sum(double[] x, int at, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[at + i];
    }
    return sum;
  }

  /** Σ (a-b)². */
  public static double squaredDistance(double[] a, int aAt, double[] b, int bAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double d = a[aAt + i] - b[bAt + i];
      sum += d * d;
    }
    return sum;
  }

  /**
   * Index of the largest of a[0 … n-1]; ties go to the lowest index, NaN never wins; -1 when n is
   * 0.
   */
  public static int argmax(double[] a, int n) {
    int best = -1;
    double top = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      if (a[i] > top) {
        top = a[i];
        best = i;
      }
    }
    return best;
  }

  /** Scales a[0 … n-1], all ≥ 0, to sum 1; uniform when the sum is 0 or not finite. */
  public static void normalize(double[] a, int n) {
    double sum = sum(a, 0, n);
    if (sum > 0 && sum < Double.POSITIVE_INFINITY) {
      double inv = 1 / sum;
      for (int i = 0; i < n; i++) {
        a[i] *= inv;
      }
    } else {
      java.util.Arrays.fill(a, 0, n, 1.0 / n);
    }
  }

  /**
   * Turns log scores a[0 … n-1] into probabilities that sum to 1. What lies more than 40 nats under
   * the top becomes 0, under the rounding of a double; uniform when nothing is finite.
   */
  public static void softmax(double[] a, int n) {
    softmax(a, 0, n);
  }

  /** As {@link #softmax(double[], int)}, for a[at … at+n-1]. */
  public static void softmax(double[] a, int at, int n) {
    if (n == 2) {
      double d = a[at + 1] - a[at];
      if (Math.abs(d) < Double.POSITIVE_INFINITY) {
        double e = Math.abs(d) < 40 ? Math.exp(-Math.abs(d)) : 0;
        double top = 1 / (1 + e);
        a[at] = d > 0 ? e * top : top;
        a[at + 1] = d > 0 ? top : e * top;
        return;
      }
    }
    double top = Double.NEGATIVE_INFINITY;
    for (int i = at; i < at + n; i++) {
      top = Math.max(top, a[i]);
    }
    if (!(Math.abs(top) < Double.POSITIVE_INFINITY)) {
      unbounded(a, at, n, top);
      return;
    }
    double sum = 0;
    for (int i = at; i < at + n; i++) {
      double d = a[i] - top;
      double e = d == 0 ? 1 : d > -40 ? Math.exp(d) : 0;
      a[i] = e;
      sum += e;
    }
    double inv = 1 / sum;
    for (int i = at; i < at + n; i++) {
      a[i] *= inv;
    }
  }

  /** Where the top is infinite or nothing is a number: those at the top share alike, or all do. */
  private static void unbounded(double[] a, int at, int n, double top) {
    double sum = 0;
    for (int i = at; i < at + n; i++) {
      a[i] = top == Double.POSITIVE_INFINITY && a[i] != top ? 0 : 1;
      sum += a[i];
    }
    for (int i = at; i < at + n; i++) {
      a[i] /= sum;
    }
  }
}
