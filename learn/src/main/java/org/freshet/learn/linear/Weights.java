package org.freshet.learn.linear;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A weight per column with what its optimizer keeps beside it. One virtual call a row, none a
 * value.
 *
 * <p>All numbers of a column lie side by side in one flat array, the weight first: with hashed
 * columns nearly every access misses the cache, and so it misses once per column and not once per
 * number.
 */
public abstract class Weights {
  /** Column i begins at i · {@link #stride}. */
  protected double[] cells;

  protected final int stride;
  final double l1;
  final double l2;

  /**
   * @param stride numbers per column
   */
  Weights(int columns, int stride, double l1, double l2) {
    this.cells = new double[Math.multiplyExact(columns, stride)];
    this.stride = stride;
    this.l1 = l1;
    this.l2 = l2;
  }

  public int columns() {
    return cells.length / stride;
  }

  public double get(int column) {
    return cells[column * stride];
  }

  /** Σ w·x; columns without a weight count 0. */
  public double dot(Features x) {
    if (stride == 1) {
      return x.dot(cells);
    }
    double[] w = cells;
    int known = columns();
    double sum = 0;
    for (int k = 0, n = x.count(); k < n; k++) {
      int i = x.index(k);
      if (i < known) {
        sum += w[i * stride] * x.value(k);
      }
    }
    return sum;
  }

  /**
   * One step against the gradient of one event: for column i it is {@code gradient}·x_i. All
   * columns of the row must have a weight.
   *
   * @param gradient of the loss by the margin w·x, times the weight of the event
   */
  public abstract void step(Features x, double gradient);

  /**
   * By how much the next step along x moves w·x for each unit of the gradient; 0 where the
   * optimizer bounds its steps itself.
   *
   * @param squaredNorm |x|²
   */
  double reach(double squaredNorm) {
    return 0;
  }

  void grow(int columns) {
    cells = Arrays.copyOf(cells, Math.multiplyExact(columns, stride));
  }

  /**
   * Goes along, by a share of the way, with weights that moved from one place to another; what an
   * optimizer keeps beside them goes along too. Columns that one of them lacks are 0 there.
   */
  void add(Weights newer, Weights older, double share) {
    if (newer.columns() > columns()) {
      grow(newer.columns());
    }
    for (int i = 0; i < newer.cells.length; i++) {
      double from = i < older.cells.length ? older.cells[i] : 0;
      cells[i] += share * (newer.cells[i] - from);
    }
  }

  /** The point nearest to u once |·| has been charged {@code by}: soft thresholding. */
  static double shrink(double u, double by) {
    return Math.abs(u) <= by ? 0 : u - Math.copySign(by, u);
  }

  void save(StateWriter out) {
    out.put("w", cells);
  }

  void load(StateReader in, int mostColumns) {
    double[] saved = in.doubles("w");
    if (saved.length % stride != 0 || saved.length / stride > mostColumns) {
      throw in.corrupt(
          "w",
          "has "
              + saved.length
              + " values, expected "
              + stride
              + " for each of at most "
              + mostColumns
              + " columns");
    }
    cells = saved;
  }

  long memoryBytes() {
    return 56 + 16 + 8L * cells.length;
  }
}
