package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Rng;

/**
 * Finds the best and the second best test for a leaf. Numeric features: equally spaced points
 * inside the range seen, class weights left of a point by the Gaussians of the leaf; or between the
 * values the leaf keeps, if it keeps any. Categorical features: one branch a category, or one
 * category against the rest.
 *
 * <p>Merits are taken over the weight observed in the leaf. Information gain is computed as mutual
 * information, H(share left) − Σ share of class · H(Φ(z of class)), with Φ and its entropy from one
 * table look-up; the same number as the textbook form, without a logarithm per cell. Equal merits:
 * the last feature wins, and within a feature the first candidate.
 */
final class SplitSearch {
  private final SplitCriterion criterion;
  private final int points;
  private final double minBranch;
  private final boolean binary;

  double best;
  double second;
  int column;
  int kind;
  double threshold;

  private final double[] left;
  private final double[] within;
  private final double[] rightSquares;
  private double[] one = new double[8];
  private double[] rest = new double[8];
  private double[] all = new double[8];
  private double merit;
  private double where;
  private Rng draws;

  /**
   * @param points candidate points of a numeric feature; with 0 see {@link #drawBy}
   * @param minBranch share of the weight that at least two branches must exceed
   * @param binary whether categories are only split one against the rest
   */
  SplitSearch(SplitCriterion criterion, int points, double minBranch, boolean binary) {
    this.criterion = criterion;
    this.points = points;
    this.minBranch = minBranch;
    this.binary = binary;
    this.left = new double[points];
    this.within = new double[points];
    this.rightSquares = new double[points];
  }

  /** With no points to try, each numeric feature is tried at one that is drawn from its range. */
  void drawBy(Rng rng) {
    draws = points == 0 ? rng : null;
  }

  /**
   * Fills {@link #best}, {@link #second}, {@link #column} (-1 when nothing can split) and its test.
   */
  void search(Leaf leaf) {
    search(leaf, null);
  }

  /** The same among the columns that are not barred; null bars none. */
  void search(Leaf leaf, boolean[] barred) {
    best = Double.NEGATIVE_INFINITY;
    second = Double.NEGATIVE_INFINITY;
    column = -1;
    if (!leaf.observes()) {
      return;
    }
    for (int k = 0; k < leaf.features.numeric.length; k++) {
      if (barred == null || !barred[leaf.features.numeric[k]]) {
        numeric(leaf, k);
        offer(leaf.features.numeric[k], Node.NUMERIC);
      }
    }
    if (leaf.nominal != null) {
      for (int j = 0; j < leaf.features.nominal.length; j++) {
        if (barred == null || !barred[leaf.features.nominal[j]]) {
          nominal(leaf, j);
        }
      }
    }
  }

  private void offer(int feature, int test) {
    if (merit == Double.NEGATIVE_INFINITY) {
      return;
    }
    if (merit > best || merit == best && feature > column) {
      second = best;
      best = merit;
      column = feature;
      kind = test;
      threshold = where;
    } else if (merit > second) {
      second = merit;
    }
  }

  /** Merit of a test that a node has, by what the leaf has observed; minus infinity if none. */
  double merit(Leaf leaf, Node<Leaf> test) {
    if (!leaf.observes()) {
      return Double.NEGATIVE_INFINITY;
    }
    room(leaf.slots);
    if (test.kind == Node.NUMERIC) {
      int k = Arrays.binarySearch(leaf.features.numeric, test.feature);
      for (int s = 0; s < leaf.slots; s++) {
        one[s] = side(leaf, s, k, test.threshold, true);
        rest[s] = side(leaf, s, k, test.threshold, false);
      }
      return twoWay(leaf.slots);
    }
    int j = Arrays.binarySearch(leaf.features.nominal, test.feature);
    double total = leaf.nominal.totals(j, leaf.seen, all);
    double before = impurity(all, leaf.slots, total);
    return test.kind == Node.MULTIWAY
        ? multiway(leaf, j, total, before)
        : oneAgainstRest(leaf, j, (int) test.threshold, total, before);
  }

  /** Merit of splitting into the weights in {@link #one} and {@link #rest}. */
  private double twoWay(int slots) {
    double l = sum(one, slots);
    double r = sum(rest, slots);
    double total = l + r;
    if (!(l > minBranch * total && r > minBranch * total)) {
      return Double.NEGATIVE_INFINITY;
    }
    if (criterion == SplitCriterion.HELLINGER) {
      return SplitCriterion.hellinger(new double[][] {one, rest}, 2, slots);
    }
    double after = l * criterion.impurity(one, slots, l) + r * criterion.impurity(rest, slots, r);
    for (int s = 0; s < slots; s++) {
      one[s] += rest[s];
    }
    return criterion.impurity(one, slots, total) - after / total;
  }

  private double impurity(double[] a, int n, double total) {
    return criterion == SplitCriterion.HELLINGER ? 0 : criterion.impurity(a, n, total);
  }

  private static double sum(double[] a, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[i];
    }
    return sum;
  }

  private void room(int slots) {
    if (one.length < slots) {
      one = new double[slots];
      rest = new double[slots];
      all = new double[slots];
    }
  }

  private void numeric(Leaf leaf, int k) {
    merit = Double.NEGATIVE_INFINITY;
    if (leaf.values != null && draws == null) {
      betweenValues(leaf, leaf.values[k]);
      return;
    }
    int n = leaf.features.numeric.length;
    double lo = Double.POSITIVE_INFINITY;
    double hi = Double.NEGATIVE_INFINITY;
    double weight = 0;
    for (int s = 0; s < leaf.slots; s++) {
      double w = leaf.weightOf(s, k);
      if (w > 0) {
        weight += w;
        lo = Math.min(lo, leaf.gaussians.min[s * n + k]);
        hi = Math.max(hi, leaf.gaussians.max[s * n + k]);
      }
    }
    double step = (hi - lo) / (points + 1.0);
    if (!(hi > lo) || Double.isInfinite(step)) {
      return;
    }
    if (draws != null) {
      room(leaf.slots);
      at(leaf, k, lo + draws.nextDouble() * step, lo, hi);
      return;
    }
    if (criterion == SplitCriterion.HELLINGER) {
      pointByPoint(leaf, k, lo, hi, step);
      return;
    }
    if (criterion == SplitCriterion.INFO_GAIN) {
      entropies(leaf, k, n, lo, step);
    } else {
      squares(leaf, k, n, lo, step);
    }
    choose(leaf, k, lo, hi, step, weight);
  }

  /** Tries the middle between each two neighbouring values. */
  private void betweenValues(Leaf leaf, ValueBins values) {
    room(leaf.slots);
    double[] total = new double[leaf.slots];
    for (int s = 0; s < leaf.slots; s++) {
      total[s] = values.side(s, Double.POSITIVE_INFINITY, true);
    }
    double[] below = new double[leaf.slots];
    for (int i = 0; i + 1 < values.size(); i++) {
      for (int s = 0; s < leaf.slots; s++) {
        below[s] += values.weight(i, s);
        one[s] = below[s];
        rest[s] = Math.max(0, total[s] - below[s]);
      }
      double gain = twoWay(leaf.slots);
      if (gain > merit) {
        merit = gain;
        where = values.after(i);
      }
    }
  }

  private void pointByPoint(Leaf leaf, int k, double lo, double hi, double step) {
    room(leaf.slots);
    for (int i = 0; i < points; i++) {
      at(leaf, k, step * (i + 1) + lo, lo, hi);
    }
  }

  private void at(Leaf leaf, int k, double v, double lo, double hi) {
    for (int s = 0; s < leaf.slots; s++) {
      one[s] = side(leaf, s, k, v, true);
      rest[s] = side(leaf, s, k, v, false);
    }
    double gain = v > lo && v < hi ? twoWay(leaf.slots) : Double.NEGATIVE_INFINITY;
    if (gain > merit) {
      merit = gain;
      where = v;
    }
  }

  private void choose(Leaf leaf, int k, double lo, double hi, double step, double weight) {
    double before = 0;
    if (criterion == SplitCriterion.GINI) {
      for (int s = 0; s < leaf.slots; s++) {
        double p = leaf.weightOf(s, k) / weight;
        before += p * p;
      }
    }
    double floor = minBranch * weight;
    for (int i = 0; i < points; i++) {
      double v = step * (i + 1) + lo;
      double l = left[i];
      double r = weight - l;
      if (!(v > lo && v < hi && l > floor && r > floor)) {
        continue;
      }
      double gain =
          criterion == SplitCriterion.INFO_GAIN
              ? Normal.shareEntropy(l / weight) - within[i] / weight
              : (within[i] / l + rightSquares[i] / r) / weight - before;
      if (gain > merit) {
        merit = gain;
        where = v;
      }
    }
  }

  /** left[i] = Σ w Φ(z), within[i] = Σ w H(Φ(z)) for the points lo + step, lo + 2 step … */
  private void entropies(Leaf leaf, int k, int n, double lo, double step) {
    Arrays.fill(left, 0);
    Arrays.fill(within, 0);
    double[] table = Normal.TABLE;
    for (int s = 0; s < leaf.slots; s++) {
      double w = leaf.weightOf(s, k);
      if (w <= 0) {
        continue;
      }
      int at = s * n + k;
      double min = leaf.gaussians.min[at];
      double max = leaf.gaussians.max[at];
      double scale = Math.sqrt(Math.max(0, w - 1) / leaf.gaussians.squares[at]) * Normal.STEPS;
      double origin = Normal.LIMIT * Normal.STEPS;
      double m = leaf.gaussians.mean[at];
      int i = 0;
      while (i < points && step * (i + 1) + lo < min) {
        i++;
      }
      for (; i < points; i++) {
        double v = step * (i + 1) + lo;
        if (v >= max) {
          break;
        }
        double t = (v - m) * scale + origin;
        int cell = t >= 0 ? (int) t : -1;
        if (cell >= 0 && cell < 2 * Normal.LIMIT * Normal.STEPS) {
          double u = t - cell;
          int c = cell << 3;
          left[i] += w * (table[c] + u * (table[c + 1] + u * (table[c + 2] + u * table[c + 3])));
          within[i] +=
              w * (table[c + 4] + u * (table[c + 5] + u * (table[c + 6] + u * table[c + 7])));
        } else if (v >= m) {
          left[i] += w;
        }
      }
      for (; i < points; i++) {
        left[i] += w;
      }
    }
  }

  /** left[i] = Σ wΦ, within[i] = Σ (wΦ)², rightSquares[i] = Σ (w(1−Φ))². */
  private void squares(Leaf leaf, int k, int n, double lo, double step) {
    Arrays.fill(left, 0);
    Arrays.fill(within, 0);
    Arrays.fill(rightSquares, 0);
    for (int s = 0; s < leaf.slots; s++) {
      double w = leaf.weightOf(s, k);
      if (w <= 0) {
        continue;
      }
      for (int i = 0; i < points; i++) {
        double l = side(leaf, s, k, step * (i + 1) + lo, true);
        left[i] += l;
        within[i] += l * l;
        rightSquares[i] += (w - l) * (w - l);
      }
    }
  }

  /**
   * Weight of a class estimated on one side of a value; outside the range seen it is none or all.
   * The weight at the value itself (by the density) is taken off one side and put to the other one
   * explicitly: the rounding of that decides, much later, at which example a child's weight passes
   * the grace period, and peers do it so.
   */
  static double side(Leaf leaf, int slot, int k, double value, boolean toLeft) {
    if (leaf.values != null) {
      return leaf.values[k].side(slot, value, toLeft);
    }
    int at = slot * leaf.features.numeric.length + k;
    double w = leaf.weightOf(slot, k);
    if (w <= 0 || value < leaf.gaussians.min[at]) {
      return toLeft ? 0 : w;
    }
    if (value >= leaf.gaussians.max[at]) {
      return toLeft ? w : 0;
    }
    double sd = w > 1 ? Math.sqrt(leaf.gaussians.squares[at] / (w - 1)) : 0;
    double d = value - leaf.gaussians.mean[at];
    if (sd <= 0) {
      return d < 0 == toLeft ? 0 : w;
    }
    double equal = w * (1 / (Normal.SQRT_2PI * sd) * Math.exp(-(d * d / (2 * sd * sd))));
    double less = Normal.cdf(d / sd) * w - equal;
    return toLeft ? less + equal : Math.max(0, w - equal - less);
  }

  private void nominal(Leaf leaf, int j) {
    room(leaf.slots);
    double total = leaf.nominal.totals(j, leaf.seen, all);
    double before = impurity(all, leaf.slots, total);
    merit = binary ? Double.NEGATIVE_INFINITY : multiway(leaf, j, total, before);
    int test = Node.MULTIWAY;
    for (int v = 0; v < leaf.nominal.values[j]; v++) {
      double gain = oneAgainstRest(leaf, j, v, total, before);
      if (gain > merit) {
        merit = gain;
        where = v;
        test = Node.EQUALS;
      }
    }
    offer(leaf.features.nominal[j], test);
  }

  private double multiway(Leaf leaf, int j, double total, double before) {
    if (criterion == SplitCriterion.HELLINGER) {
      return multiwayHellinger(leaf, j, total);
    }
    double after = 0;
    int large = 0;
    for (int v = 0; v < leaf.nominal.values[j]; v++) {
      double w = leaf.nominal.weights(j, v, one);
      large += w > minBranch * total ? 1 : 0;
      after += w * criterion.impurity(one, leaf.slots, w);
    }
    return large < 2 ? Double.NEGATIVE_INFINITY : before - after / total;
  }

  private double multiwayHellinger(Leaf leaf, int j, double total) {
    double[][] table = new double[leaf.nominal.values[j]][leaf.slots];
    int large = 0;
    for (int v = 0; v < table.length; v++) {
      large += leaf.nominal.weights(j, v, table[v]) > minBranch * total ? 1 : 0;
    }
    return large < 2
        ? Double.NEGATIVE_INFINITY
        : SplitCriterion.hellinger(table, table.length, leaf.slots);
  }

  /** Merit of a category against the rest; {@link #all} holds the weights of both. */
  private double oneAgainstRest(Leaf leaf, int j, int v, double total, double before) {
    int slots = leaf.slots;
    double w = leaf.nominal.weights(j, v, one);
    double r = total - w;
    if (!(w > minBranch * total && r > minBranch * total)) {
      return Double.NEGATIVE_INFINITY;
    }
    for (int s = 0; s < slots; s++) {
      rest[s] = all[s] - one[s];
    }
    if (criterion == SplitCriterion.HELLINGER) {
      return SplitCriterion.hellinger(new double[][] {one, rest}, 2, slots);
    }
    return before
        - (w * criterion.impurity(one, slots, w) + r * criterion.impurity(rest, slots, r)) / total;
  }

  /** Number of branches of the best test. */
  int branches(Leaf leaf) {
    return kind == Node.MULTIWAY
        ? leaf.nominal.values[Arrays.binarySearch(leaf.features.nominal, column)]
        : 2;
  }

  /** Writes the class weights, by slot, that go to a branch of a test. */
  static void distribution(Leaf leaf, Node<Leaf> test, int branch, double[] out) {
    if (test.kind == Node.NUMERIC) {
      int k = Arrays.binarySearch(leaf.features.numeric, test.feature);
      for (int s = 0; s < leaf.slots; s++) {
        out[s] = side(leaf, s, k, test.threshold, branch == 0);
      }
      return;
    }
    int j = Arrays.binarySearch(leaf.features.nominal, test.feature);
    leaf.nominal.weights(j, test.kind == Node.MULTIWAY ? branch : (int) test.threshold, out);
    if (test.kind == Node.EQUALS && branch == 1) {
      for (int s = 0; s < leaf.slots; s++) {
        out[s] = leaf.nominal.total(s, j, leaf.seen[s]) - out[s];
      }
    }
  }
}
