package org.freshet.learn.explain;

/** What was worked out for a label of a tree: the sums of subtrees by their states. */
final class StateTable {
  private final double[] value;
  private final double base;
  private final double[][] rows; // by subtree, made when it is asked first

  StateTable(double[] value, double base, int subtrees) {
    this.value = value;
    this.base = base;
    this.rows = new double[subtrees][];
  }

  /** What a leaf answers. */
  double value(int leaf) {
    return value[leaf];
  }

  /** The mean of the values over the covers. */
  double base() {
    return base;
  }

  /** Doubles that a subtree takes; a row begins with whether it was worked out. */
  static long doubles(int stateBits, int width) {
    return (1L << stateBits) * (width + 1);
  }

  double[] rows(int subtree, int stateBits, int width) {
    double[] r = rows[subtree];
    if (r == null) {
      r = new double[(int) doubles(stateBits, width)];
      rows[subtree] = r;
    }
    return r;
  }
}
