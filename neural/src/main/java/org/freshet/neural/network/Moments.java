package org.freshet.neural.network;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Mean and deviation of columns, one number at a time (B. P. Welford, Technometrics 4(3), 1962).
 */
final class Moments {
  private final double[] count;
  private final double[] mean;
  private final double[] squares;

  Moments(int columns) {
    count = new double[columns];
    mean = new double[columns];
    squares = new double[columns];
  }

  void add(int column, double v) {
    double n = ++count[column];
    double d = v - mean[column];
    mean[column] += d / n;
    squares[column] += d * (v - mean[column]);
  }

  double mean(int column) {
    return mean[column];
  }

  /** 1 where nothing varied yet. */
  double deviation(int column) {
    return squares[column] > 0 ? Math.sqrt(squares[column] / count[column]) : 1;
  }

  void save(StateWriter out) {
    out.put("count", count);
    out.put("mean", mean);
    out.put("squares", squares);
  }

  void load(StateReader in) {
    System.arraycopy(in.doubles("count", count.length), 0, count, 0, count.length);
    System.arraycopy(in.doubles("mean", mean.length), 0, mean, 0, mean.length);
    System.arraycopy(in.doubles("squares", squares.length), 0, squares, 0, squares.length);
  }

  long memoryBytes() {
    return 32 + 3 * 16 + 24L * mean.length;
  }
}
