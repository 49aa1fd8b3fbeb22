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
    double top = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      top = Math.max(top, a[i]);
    }
    if (!(Math.abs(top) < Double.POSITIVE_INFINITY)) {
      boolean one = top == Double.POSITIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        a[i] = one && a[i] != top ? 0 : 1;
      }
      normalize(a, n);
      return;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double d = a[i] - top;
      double e = d == 0 ? 1 : d > -40 ? Math.exp(d) : 0;
      a[i] = e;
      sum += e;
    }
    double inv = 1 / sum;
    for (int i = 0; i < n; i++) {
      a[i] *= inv;
    }
  }
}
