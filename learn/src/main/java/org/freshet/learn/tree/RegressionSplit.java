package org.freshet.learn.tree;

/**
 * Finds the best test of a leaf of a regression tree and the merit of the best test on another
 * feature: a numeric feature at the edges of its intervals, a category against the rest. Equal
 * merits: the first feature wins, and within a feature the first candidate.
 */
final class RegressionSplit {
  private static final int CELL = Histograms.CELL;

  private final RegressionCriterion criterion;
  private final double minBranch;

  double best;
  double second;
  int column;
  int kind;
  double threshold;

  /** Weight, sum and sum of squares of the targets on each side of the best test. */
  final double[] left = new double[CELL];

  final double[] right = new double[CELL];

  private final double[] all = new double[CELL];
  private final double[] side = new double[CELL];

  RegressionSplit(RegressionCriterion criterion, double minBranch) {
    this.criterion = criterion;
    this.minBranch = minBranch;
  }

  /** Fills the fields; {@link #column} is -1 when nothing can split. */
  void search(RegressionLeaf leaf) {
    best = 0;
    second = 0;
    column = -1;
    for (int k = 0; k < leaf.numeric.features; k++) {
      if (leaf.numeric.varies(k)) {
        numeric(leaf.numeric, k, leaf.features.numeric[k]);
      }
    }
    for (int j = 0; j < leaf.nominal.length; j++) {
      nominal(leaf.nominal[j], leaf.features.nominal[j]);
    }
  }

  /** Searches one feature only, by its place among the numeric ones, then the categories. */
  void searchOne(RegressionLeaf leaf, int i) {
    best = 0;
    second = 0;
    column = -1;
    int n = leaf.numeric.features;
    if (i >= n) {
      nominal(leaf.nominal[i - n], leaf.features.nominal[i - n]);
    } else if (leaf.numeric.varies(i)) {
      numeric(leaf.numeric, i, leaf.features.numeric[i]);
    }
  }

  private void total(double[] cells, int from, int n) {
    double a = 0;
    double b = 0;
    double q = 0;
    for (int c = from, end = from + n * CELL; c < end; c += CELL) {
      a += cells[c];
      b += cells[c + 1];
      q += cells[c + 2];
    }
    all[0] = a;
    all[1] = b;
    all[2] = q;
  }

  private void numeric(Histograms h, int k, int feature) {
    int from = k * h.bins * CELL;
    total(h.cells, from, h.bins);
    double n = all[0];
    double floor = minBranch * n;
    double merit = 0;
    int at = -1;
    double a = 0;
    double b = 0;
    double q = 0;
    for (int bin = 0; bin < h.bins - 1; bin++) {
      int c = from + bin * CELL;
      double w = h.cells[c];
      if (w == 0) {
        continue;
      }
      a += w;
      b += h.cells[c + 1];
      q += h.cells[c + 2];
      if (a > floor && n - a > floor) {
        double m = criterion.merit(n, all[1], all[2], a, b, q);
        if (m > merit) {
          merit = m;
          at = bin;
          side[0] = a;
          side[1] = b;
          side[2] = q;
        }
      }
    }
    if (at >= 0 && offer(merit, feature)) {
      kind = Node.NUMERIC;
      int next = at + 1;
      while (h.cells[from + next * CELL] == 0) {
        next++;
      }
      threshold = 0.5 * (h.edge(k, at + 1) + h.edge(k, next));
    }
  }

  private void nominal(NominalSums s, int feature) {
    total(s.cells, 0, s.values);
    double floor = minBranch * all[0];
    double merit = 0;
    int at = -1;
    for (int v = 0; v < s.values; v++) {
      int c = v * CELL;
      double w = s.cells[c];
      if (w > floor && all[0] - w > floor) {
        double m = criterion.merit(all[0], all[1], all[2], w, s.cells[c + 1], s.cells[c + 2]);
        if (m > merit) {
          merit = m;
          at = v;
        }
      }
    }
    if (at >= 0) {
      System.arraycopy(s.cells, at * CELL, side, 0, CELL);
      if (offer(merit, feature)) {
        kind = Node.EQUALS;
        threshold = at;
      }
    }
  }

  private boolean offer(double merit, int feature) {
    if (merit <= best) {
      second = Math.max(second, merit);
      return false;
    }
    second = best;
    best = merit;
    column = feature;
    for (int i = 0; i < CELL; i++) {
      left[i] = side[i];
      right[i] = all[i] - side[i];
    }
    return true;
  }
}
