package org.freshet.learn.imbalance;

import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * How far the values of each column spread over all examples ever seen, and distances between rows
 * measured by it, so that no unit outweighs another. Categories count 1 where they differ, and so
 * does a missing value.
 */
final class ColumnSpread {
  private final boolean[] category;

  // Of each column: how many, mean, squared deviations (Welford).
  private final double[] n;
  private final double[] mean;
  private final double[] squares;

  ColumnSpread(Schema schema) {
    int width = schema.width();
    this.category = new boolean[width];
    for (int c = 0; c < width; c++) {
      category[c] = schema.column(c).isCategory();
    }
    this.n = new double[width];
    this.mean = new double[width];
    this.squares = new double[width];
  }

  boolean isCategory(int column) {
    return category[column];
  }

  /** Counts a row, and writes it to {@code out} with infinite values as missing. */
  void add(Features x, double[] out, int at) {
    for (int c = 0; c < n.length; c++) {
      double v = x.get(c);
      out[at + c] = Double.isInfinite(v) ? Double.NaN : v;
      if (Double.isFinite(v) && Math.abs(v) < 1e100) {
        n[c]++;
        double d = v - mean[c];
        mean[c] += d / n[c];
        squares[c] += d * (v - mean[c]);
      }
    }
  }

  /** Squared distance of two rows. */
  double distance(double[] a, int atA, double[] b, int atB) {
    double sum = 0;
    for (int c = 0; c < n.length; c++) {
      double u = a[atA + c];
      double v = b[atB + c];
      if (category[c] || Double.isNaN(u) || Double.isNaN(v)) {
        sum += u == v ? 0 : 1;
      } else if (squares[c] > 0) {
        double d = u - v;
        sum += d * d / (squares[c] / n[c]);
      }
    }
    return sum;
  }

  void save(StateWriter out) {
    out.put("n", n, n.length);
    out.put("mean", mean, n.length);
    out.put("squares", squares, n.length);
  }

  void load(StateReader in) {
    System.arraycopy(in.doubles("n", n.length), 0, n, 0, n.length);
    System.arraycopy(in.doubles("mean", n.length), 0, mean, 0, n.length);
    System.arraycopy(in.doubles("squares", n.length), 0, squares, 0, n.length);
  }

  long memoryBytes() {
    return 110 + 25L * n.length;
  }
}
