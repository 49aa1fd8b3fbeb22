package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * Weight, sum and sum of squares of the targets per category of one feature in one leaf, or other
 * sums that begin with the weight.
 */
final class NominalSums {
  private final int cell;
  double[] cells;
  int values;

  NominalSums() {
    this(Histograms.CELL);
  }

  NominalSums(int cell) {
    this.cell = cell;
    this.cells = new double[2 * cell];
  }

  /** Room for so many categories; it depends on nothing else, see {@link NominalTable}. */
  private int capacity(int values) {
    return Math.max(2, Integer.highestOneBit(Math.max(1, values - 1)) << 1) * cell;
  }

  /** Adds an example of a category; the answer is by how many bytes that made this larger. */
  int add(int value, double weight, double target) {
    int grown = open(value);
    int c = value * cell;
    cells[c] += weight;
    cells[c + 1] += weight * target;
    cells[c + 2] += weight * target * target;
    return grown;
  }

  /** Adds sums of another kind, the weight first. */
  int add(int value, double[] terms) {
    int grown = open(value);
    int c = value * cell;
    for (int i = 0; i < cell; i++) {
      cells[c + i] += terms[i];
    }
    return grown;
  }

  private int open(int value) {
    int before = cells.length;
    if (value >= values) {
      values = value + 1;
      if (values * cell > before) {
        cells = Arrays.copyOf(cells, capacity(values));
      }
    }
    return 8 * (cells.length - before);
  }

  /** The same categories with some of their sums only, the weight first. */
  NominalSums only(int[] sums) {
    NominalSums s = new NominalSums(sums.length);
    s.values = values;
    s.cells = new double[s.capacity(values)];
    for (int v = 0; v < values; v++) {
      for (int i = 0; i < sums.length; i++) {
        s.cells[v * sums.length + i] = cells[v * cell + sums[i]];
      }
    }
    return s;
  }

  void clear() {
    Arrays.fill(cells, 0);
  }

  int bytes() {
    return 24 + 16 + 8 * cells.length;
  }

  void save(Tape out) {
    out.put(values);
    out.put(cells, 0, values * cell);
  }

  static NominalSums load(Tape in) {
    return load(in, Histograms.CELL);
  }

  static NominalSums load(Tape in, int cell) {
    NominalSums s = new NominalSums(cell);
    s.values = in.nextInt(0, 1 << 24);
    in.need((long) s.values * cell);
    s.cells = new double[s.capacity(s.values)];
    in.next(s.cells, 0, s.values * cell);
    return s;
  }
}
