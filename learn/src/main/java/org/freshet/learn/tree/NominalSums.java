package org.freshet.learn.tree;

import java.util.Arrays;

/** Weight, sum and sum of squares of the targets per category of one feature in one leaf. */
final class NominalSums {
  double[] cells = new double[2 * Histograms.CELL];
  int values;

  /** Room for so many categories; it depends on nothing else, see {@link NominalCounts}. */
  private static int capacity(int values) {
    return Math.max(2, Integer.highestOneBit(Math.max(1, values - 1)) << 1) * Histograms.CELL;
  }

  /** Adds an example of a category; the answer is by how many bytes that made this larger. */
  int add(int value, double weight, double target) {
    int before = cells.length;
    if (value >= values) {
      values = value + 1;
      if (values * Histograms.CELL > before) {
        cells = Arrays.copyOf(cells, capacity(values));
      }
    }
    int c = value * Histograms.CELL;
    cells[c] += weight;
    cells[c + 1] += weight * target;
    cells[c + 2] += weight * target * target;
    return 8 * (cells.length - before);
  }

  int bytes() {
    return 24 + 16 + 8 * cells.length;
  }

  void save(Tape out) {
    out.put(values);
    out.put(cells, 0, values * Histograms.CELL);
  }

  static NominalSums load(Tape in) {
    NominalSums s = new NominalSums();
    s.values = in.nextInt(0, 1 << 24);
    in.need((long) s.values * Histograms.CELL);
    s.cells = new double[capacity(s.values)];
    in.next(s.cells, 0, s.values * Histograms.CELL);
    return s;
  }
}
