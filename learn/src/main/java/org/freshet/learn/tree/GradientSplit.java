package org.freshet.learn.tree;

import static org.freshet.learn.tree.GradientLeaf.CELL;
import static org.freshet.learn.tree.GradientLeaf.G;
import static org.freshet.learn.tree.GradientLeaf.GG;
import static org.freshet.learn.tree.GradientLeaf.GH;
import static org.freshet.learn.tree.GradientLeaf.H;
import static org.freshet.learn.tree.GradientLeaf.HH;
import static org.freshet.learn.tree.GradientLeaf.W;

import java.util.Arrays;

/**
 * Finds what lowers the loss of a leaf most: the step of its value, and the best test with a step
 * on each side. A step u changes the loss of an example by g·u + h·u²/2; the best is u = −Σg / (Σh
 * + λ). A numeric feature is tried at the edges of its intervals, a category against the rest;
 * examples without the value go to the heavier side. Equal losses: the first feature and candidate.
 */
final class GradientSplit {
  /** Share of the weight under which a side is nothing but rounding. */
  private static final double NOTHING = 1e-9;

  private final double lambda;
  private final double largestStep;

  /** The step without a test, and by how much it changes the summed loss. */
  double step;

  double stepLoss;

  /** The best test with its steps, and by how much it changes the summed loss. */
  int column;

  int kind;
  double threshold;
  double leftStep;
  double rightStep;
  double loss;
  final double[] left = new double[CELL];
  final double[] right = new double[CELL];

  private final double[] present = new double[CELL];
  private final double[] one = new double[CELL];
  private final double[] a = new double[CELL];
  private final double[] b = new double[CELL];

  GradientSplit(double lambda, double largestStep) {
    this.lambda = lambda;
    this.largestStep = largestStep;
  }

  /** Fills the fields; {@link #column} is -1 when no test lowers the loss more than the step. */
  void search(GradientLeaf leaf) {
    column = -1;
    step = best(leaf.sums);
    stepLoss = change(leaf.sums, step);
    loss = stepLoss;
    if (!leaf.observes()) {
      return;
    }
    for (int k = 0; k < leaf.numeric.features; k++) {
      if (leaf.numeric.varies(k)) {
        numeric(leaf, k);
      }
    }
    for (int j = 0; j < leaf.nominal.length; j++) {
      nominal(leaf, j);
    }
  }

  private double best(double[] s) {
    double u = -s[G] / (s[H] + lambda);
    return Double.isNaN(u) ? 0 : Math.max(-largestStep, Math.min(largestStep, u));
  }

  private static double change(double[] s, double u) {
    return u * (s[G] + 0.5 * u * s[H]);
  }

  private void numeric(GradientLeaf leaf, int k) {
    Histograms h = leaf.numeric;
    int from = k * h.bins * CELL;
    total(h.cells, from, h.bins);
    Arrays.fill(one, 0);
    int at = -1;
    for (int bin = 0; bin < h.bins - 1; bin++) {
      int c = from + bin * CELL;
      if (h.cells[c] == 0) {
        continue;
      }
      for (int i = 0; i < CELL; i++) {
        one[i] += h.cells[c + i];
      }
      if (offer(leaf.sums, leaf.features.numeric[k])) {
        at = bin;
      }
    }
    if (at >= 0) {
      kind = Node.NUMERIC;
      int next = at + 1;
      while (next < h.bins - 1 && h.cells[from + next * CELL] == 0) {
        next++;
      }
      threshold = 0.5 * (h.edge(k, at + 1) + h.edge(k, next));
    }
  }

  private void nominal(GradientLeaf leaf, int j) {
    NominalSums s = leaf.nominal[j];
    total(s.cells, 0, s.values);
    for (int v = 0; v < s.values; v++) {
      System.arraycopy(s.cells, v * CELL, one, 0, CELL);
      if (offer(leaf.sums, leaf.features.nominal[j])) {
        kind = Node.EQUALS;
        threshold = v;
      }
    }
  }

  private void total(double[] cells, int from, int n) {
    Arrays.fill(present, 0);
    for (int c = from, end = from + n * CELL; c < end; c += CELL) {
      for (int i = 0; i < CELL; i++) {
        present[i] += cells[c + i];
      }
    }
  }

  /**
   * Takes a test, {@link #one} being the sums of those that go left, when it beats the best so far.
   */
  private boolean offer(double[] all, int feature) {
    double floor = NOTHING * all[W];
    if (!(one[W] > floor && present[W] - one[W] > floor)) {
      return false;
    }
    boolean leftHeavier = 2 * one[W] >= present[W];
    for (int i = 0; i < CELL; i++) {
      b[i] = leftHeavier ? present[i] - one[i] : all[i] - one[i];
      a[i] = leftHeavier ? all[i] - b[i] : one[i];
    }
    double u = best(a);
    double v = best(b);
    double sum = change(a, u) + change(b, v);
    if (!(sum < loss)) {
      return false;
    }
    loss = sum;
    column = feature;
    leftStep = u;
    rightStep = v;
    System.arraycopy(a, 0, left, 0, CELL);
    System.arraycopy(b, 0, right, 0, CELL);
    return true;
  }

  /** The p-value of a t-test of the changes of loss by the step: small when it surely helps. */
  double stepDoubt(GradientLeaf leaf) {
    return pValue(leaf.sums[W], stepLoss, squares(leaf.sums, step, 0));
  }

  /** The same for the test found, by what each example gains over the step alone. */
  double splitDoubt() {
    double squares = squares(left, leftStep, step) + squares(right, rightStep, step);
    return pValue(left[W] + right[W], loss - stepLoss, squares);
  }

  /** The sum of the squared differences of an example's loss after step u and after step v. */
  private static double squares(double[] s, double u, double v) {
    double ofG = u - v;
    double ofH = 0.5 * (u * u - v * v);
    return ofG * ofG * s[GG] + 2 * ofG * ofH * s[GH] + ofH * ofH * s[HH];
  }

  /** Two-sided p-value of a mean that is truly 0, by n, the sum and the sum of squares. */
  static double pValue(double n, double sum, double squares) {
    if (!(n > 1) || sum == 0 || !Double.isFinite(squares)) {
      return 1;
    }
    double variance = Math.max(0, (squares - sum * (sum / n)) / (n - 1));
    double t2 = sum * (sum / n) / variance;
    if (Double.isInfinite(t2)) {
      return 0; // all agree
    }
    // Student's t as a normal deviate: D. L. Wallace, 1959; within 0.2 % of the exact z.
    double df = n - 1;
    double z = Math.sqrt(df * Math.log1p(t2 / df)) * (8 * df + 1) / (8 * df + 3);
    return 2 * Normal.cdf(-z);
  }
}
