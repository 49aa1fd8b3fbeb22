package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * Finds the best test of a leaf of several targets by the reduction of intra-cluster variance: the
 * mean over the targets of the variance reduction, each relative to the target's variance in the
 * leaf, so that no target counts more for its unit. Candidates are those of {@link
 * RegressionSplit}.
 */
final class TargetsSplit {
  private final double minBranch;
  private final RegressionCriterion criterion;
  private int targets;
  private int cell;

  double best;
  double second;
  int column;
  int kind;
  double threshold;

  /** What {@link TargetsLeaf#cell} names, on each side of the best test. */
  final double[] left;

  final double[] right;

  private final double[] all;
  private final double[] running;
  private final double[] side;

  /**
   * @param targets of a leaf at most
   * @param criterion what is reduced, each target's relative to all of it
   */
  TargetsSplit(int targets, double minBranch, RegressionCriterion criterion) {
    int most = TargetsLeaf.cell(targets);
    this.minBranch = minBranch;
    this.criterion = criterion;
    this.left = new double[most];
    this.right = new double[most];
    this.all = new double[most];
    this.running = new double[most];
    this.side = new double[most];
  }

  /** Fills the fields; {@link #column} is -1 when nothing can split. */
  void search(TargetsLeaf leaf) {
    best = 0;
    second = 0;
    column = -1;
    targets = leaf.targets;
    cell = TargetsLeaf.cell(targets);
    for (int k = 0; k < leaf.features.numeric.length; k++) {
      if (leaf.numeric.varies(k)) {
        numeric(leaf.numeric, k, leaf.features.numeric[k]);
      }
    }
    for (int j = 0; j < leaf.nominal.length; j++) {
      nominal(leaf.nominal[j], leaf.features.nominal[j]);
    }
  }

  private void add(double[] to, double[] cells, int from) {
    for (int i = 0; i < cell; i++) {
      to[i] += cells[from + i];
    }
  }

  private void numeric(Histograms h, int k, int feature) {
    int from = k * h.bins * cell;
    Arrays.fill(all, 0);
    Arrays.fill(running, 0);
    for (int b = 0; b < h.bins; b++) {
      add(all, h.cells, from + b * cell);
    }
    double merit = 0;
    int at = -1;
    for (int b = 0; b < h.bins - 1; b++) {
      int c = from + b * cell;
      if (h.cells[c] == 0) {
        continue;
      }
      add(running, h.cells, c);
      double m = merit(running);
      if (m > merit) {
        merit = m;
        at = b;
        System.arraycopy(running, 0, side, 0, cell);
      }
    }
    if (at >= 0 && offer(merit, feature)) {
      kind = Node.NUMERIC;
      int next = at + 1;
      while (h.cells[from + next * cell] == 0) {
        next++;
      }
      threshold = 0.5 * (h.edge(k, at + 1) + h.edge(k, next));
    }
  }

  private void nominal(NominalSums s, int feature) {
    Arrays.fill(all, 0);
    for (int v = 0; v < s.values; v++) {
      add(all, s.cells, v * cell);
    }
    double merit = 0;
    int at = -1;
    for (int v = 0; v < s.values; v++) {
      System.arraycopy(s.cells, v * cell, running, 0, cell);
      double m = merit(running);
      if (m > merit) {
        merit = m;
        at = v;
        System.arraycopy(running, 0, side, 0, cell);
      }
    }
    if (at >= 0 && offer(merit, feature)) {
      kind = Node.EQUALS;
      threshold = at;
    }
  }

  /** Merit of a test that sends {@code part} of {@link #all} to one side; 0 if a side is small. */
  private double merit(double[] part) {
    double rows = all[0];
    if (!(part[0] > minBranch * rows && rows - part[0] > minBranch * rows)) {
      return 0;
    }
    double sum = 0;
    for (int c = 1; c < cell; c += Histograms.CELL) {
      double n = all[c];
      double a = part[c];
      double r = n - a;
      double whole = all[c + 1];
      double spread = all[c + 2] - whole * whole / n;
      double b = part[c + 1];
      if (!(a > 0 && r > 0 && spread > 1e-12 * all[c + 2])) {
        continue;
      }
      if (criterion == RegressionCriterion.SD_REDUCTION) {
        sum += criterion.merit(n, whole, all[c + 2], a, b, part[c + 2]) / Math.sqrt(spread / n);
      } else {
        sum += (b * b / a + (whole - b) * (whole - b) / r - whole * whole / n) / spread;
      }
    }
    return sum / targets;
  }

  /** Share of the variance of a target that the best test takes away. */
  double explained(int t) {
    double n = left[1 + t * Histograms.CELL] + right[1 + t * Histograms.CELL];
    double l = left[1 + t * Histograms.CELL] / n;
    return n > 0 ? 1 - l * kept(t, true) - (1 - l) * kept(t, false) : 0;
  }

  /** Variance of a target on one side of the best test, as a share of that on both. */
  double kept(int t, boolean onLeft) {
    int c = 1 + t * Histograms.CELL;
    double[] own = onLeft ? left : right;
    double whole =
        RegressionCriterion.deviation(
            left[c] + right[c], left[c + 1] + right[c + 1], left[c + 2] + right[c + 2]);
    if (!(whole > 0) || !(own[c] > 0)) {
      return 1;
    }
    double part = RegressionCriterion.deviation(own[c], own[c + 1], own[c + 2]);
    return part * part / (whole * whole);
  }

  private boolean offer(double merit, int feature) {
    if (merit <= best) {
      second = Math.max(second, merit);
      return false;
    }
    second = best;
    best = merit;
    column = feature;
    for (int i = 0; i < cell; i++) {
      left[i] = side[i];
      right[i] = all[i] - side[i];
    }
    return true;
  }
}
