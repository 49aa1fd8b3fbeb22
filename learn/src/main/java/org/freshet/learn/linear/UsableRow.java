package org.freshet.learn.linear;

import org.freshet.core.Features;

/**
 * Lets a row through as it is when a linear model can use all of it, which costs one pass;
 * otherwise makes a copy without the values that would spoil the weights for ever: those not finite
 * or beyond 1e100 in magnitude, and columns at or beyond the limit.
 */
final class UsableRow {
  private static final double LARGEST = 1e100;
  private final int limit;
  private double squared;

  /**
   * @param limit columns of sparse rows used
   */
  UsableRow(int limit) {
    this.limit = limit;
  }

  Features of(Features x) {
    int n = x.count();
    double even = 0;
    double odd = 0;
    int k = 0;
    for (; k + 1 < n; k += 2) {
      double a = x.value(k);
      double b = x.value(k + 1);
      even += a * a;
      odd += b * b;
    }
    if (k < n) {
      even += x.value(k) * x.value(k);
    }
    squared = even + odd;
    boolean narrow = !x.isSparse() || n == 0 || x.index(n - 1) < limit;
    return narrow && squared < LARGEST * LARGEST ? x : cleaned(x);
  }

  /** |x|² of the row {@link #of} gave last. */
  double squaredNorm() {
    return squared;
  }

  private Features cleaned(Features x) {
    int[] indices = new int[x.count()];
    double[] values = new double[x.count()];
    int n = 0;
    squared = 0;
    for (int k = 0; k < x.count(); k++) {
      double v = x.value(k);
      if (Math.abs(v) < LARGEST && (!x.isSparse() || x.index(k) < limit)) {
        indices[n] = x.index(k);
        values[n++] = v;
        squared += v * v;
      }
    }
    return Features.sparse(indices, values, n, n == 0 ? 0 : indices[n - 1] + 1);
  }

  /** Columns a model must have weights for to learn from the row. */
  static int columns(Features usable) {
    int n = usable.count();
    return n == 0 ? 0 : usable.index(n - 1) + 1;
  }
}
