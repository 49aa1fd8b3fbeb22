package org.freshet.learn.tree;

/**
 * Finds the best test of a leaf of a multi-target tree by the reduction of intra-cluster variance:
 * the mean over the targets of the variance reduction, each relative to the target's variance in
 * the leaf, so that no target counts more for its unit. Candidates are those of {@link
 * RegressionSplit}.
 */
final class TargetsSplit {
  private static final int CELL = Histograms.CELL;

  private final int targets;
  private final double minBranch;

  double best;
  double second;
  int column;
  int kind;
  double threshold;

  /** Weight, sum and sum of squares of each target on each side of the best test. */
  final double[] left;

  final double[] right;

  private final double[] all;
  private final double[] running;
  private final double[] side;

  TargetsSplit(int targets, double minBranch) {
    this.targets = targets;
    this.minBranch = minBranch;
    this.left = new double[targets * CELL];
    this.right = new double[targets * CELL];
    this.all = new double[targets * CELL];
    this.running = new double[targets * CELL];
    this.side = new double[targets * CELL];
  }

  /** Fills the fields; {@link #column} is -1 when nothing can split. */
  void search(TargetsLeaf leaf) {
    best = 0;
    second = 0;
    column = -1;
    for (int k = 0; k < leaf.features.numeric.length; k++) {
      if (leaf.numeric[0].varies(k)) {
        numeric(leaf.numeric, k, leaf.features.numeric[k]);
      }
    }
    for (int j = 0; j < leaf.nominal.length; j++) {
      nominal(leaf.nominal[j], leaf.features.nominal[j]);
    }
  }

  private static void add(double[] to, int t, double[] cells, int from) {
    for (int i = 0; i < CELL; i++) {
      to[t * CELL + i] += cells[from + i];
    }
  }

  private void numeric(Histograms[] h, int k, int feature) {
    int bins = h[0].bins;
    int from = k * bins * CELL;
    java.util.Arrays.fill(all, 0);
    java.util.Arrays.fill(running, 0);
    for (int t = 0; t < targets; t++) {
      for (int b = 0; b < bins; b++) {
        add(all, t, h[t].cells, from + b * CELL);
      }
    }
    double merit = 0;
    int at = -1;
    for (int b = 0; b < bins - 1; b++) {
      int c = from + b * CELL;
      if (h[0].cells[c] == 0) {
        continue;
      }
      for (int t = 0; t < targets; t++) {
        add(running, t, h[t].cells, c);
      }
      double m = merit(running);
      if (m > merit) {
        merit = m;
        at = b;
        System.arraycopy(running, 0, side, 0, side.length);
      }
    }
    if (at >= 0 && offer(merit, feature)) {
      kind = Node.NUMERIC;
      int next = at + 1;
      while (h[0].cells[from + next * CELL] == 0) {
        next++;
      }
      threshold = 0.5 * (h[0].edge(k, at + 1) + h[0].edge(k, next));
    }
  }

  private void nominal(NominalSums[] s, int feature) {
    java.util.Arrays.fill(all, 0);
    for (int t = 0; t < targets; t++) {
      for (int v = 0; v < s[t].values; v++) {
        add(all, t, s[t].cells, v * CELL);
      }
    }
    double merit = 0;
    int at = -1;
    for (int v = 0; v < s[0].values; v++) {
      java.util.Arrays.fill(running, 0);
      for (int t = 0; t < targets; t++) {
        add(running, t, s[t].cells, v * CELL);
      }
      double m = merit(running);
      if (m > merit) {
        merit = m;
        at = v;
        System.arraycopy(running, 0, side, 0, side.length);
      }
    }
    if (at >= 0 && offer(merit, feature)) {
      kind = Node.EQUALS;
      threshold = at;
    }
  }

  /** Merit of a test that sends {@code part} of {@link #all} to one side; 0 if a side is small. */
  private double merit(double[] part) {
    double n = all[0];
    double a = part[0];
    double r = n - a;
    if (!(a > minBranch * n && r > minBranch * n)) {
      return 0;
    }
    double sum = 0;
    for (int t = 0; t < targets; t++) {
      double whole = all[t * CELL + 1];
      double spread = all[t * CELL + 2] - whole * whole / n;
      double b = part[t * CELL + 1];
      double gain = b * b / a + (whole - b) * (whole - b) / r - whole * whole / n;
      sum += spread > 1e-12 * all[t * CELL + 2] ? gain / spread : 0;
    }
    return sum / targets;
  }

  private boolean offer(double merit, int feature) {
    if (merit <= best) {
      second = Math.max(second, merit);
      return false;
    }
    second = best;
    best = merit;
    column = feature;
    for (int i = 0; i < left.length; i++) {
      left[i] = side[i];
      right[i] = all[i] - side[i];
    }
    return true;
  }
}
