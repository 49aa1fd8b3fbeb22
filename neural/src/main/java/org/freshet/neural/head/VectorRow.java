package org.freshet.neural.head;

import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;

/** Reads rows of numbers as vectors that every sum of squares can hold. */
final class VectorRow {
  private static final double LARGEST = 1e6;

  private VectorRow() {}

  /** A missing value counts as 0; others are held in ±1e6. */
  static void read(Features x, double[] to, int width) {
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      to[i] = Double.isNaN(v) ? 0 : Math.max(-LARGEST, Math.min(LARGEST, v));
    }
  }

  /** A weight that sums can hold. */
  static double weight(double weight) {
    return Math.min(weight, LARGEST);
  }

  /** Refuses a head whose matrices would take more than they may. */
  static void checkBytes(String head, Schema schema, long need, long limit) {
    if (need > limit) {
      throw new SchemaException(
          head
              + " keeps "
              + (need >> 20)
              + " MB for rows of "
              + schema.width()
              + " columns, but 'max_bytes' leaves "
              + (limit >> 20)
              + " MB; raise it, or make rows narrower with pca or random_relu");
    }
  }
}
