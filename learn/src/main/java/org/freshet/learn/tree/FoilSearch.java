package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * Finds for each class of a leaf the condition, one side of a test, that tells it best from all
 * others: by FOIL's information gain (Quinlan, Machine Learning 5, 1990) as a share of the most
 * there could be, p' (log2 p'/n' − log2 p/n) / (p log2 n/p), where p of a weight of n is of the
 * class before, and p' of n' on the side taken. Candidates are those of {@link SplitSearch}; equal
 * merits: the first candidate wins.
 */
final class FoilSearch {
  private final TreeParameters p;
  private final Node<Leaf> test = new Node<>(null);

  // By slot of the leaf searched last.
  private double[] best = new double[0];
  private double[] second;
  private int[] column;
  private int[] kind;
  private double[] threshold;
  private boolean[] left;
  private double[] evidence; // log likelihood ratio of the best test against none

  // Of the feature looked at.
  private double[] gain;
  private double[] where;
  private double[] covered; // weight on the side taken
  private double[] hits; // of it, the class's
  private boolean[] below;
  private double[] side;
  private double[] all;
  private double weight;

  /**
   * @param p candidate points, least branch, δ and τ
   */
  FoilSearch(TreeParameters p) {
    this.p = p;
  }

  private void room(int slots) {
    if (best.length >= slots) {
      return;
    }
    best = new double[slots];
    second = new double[slots];
    column = new int[slots];
    kind = new int[slots];
    threshold = new double[slots];
    left = new boolean[slots];
    evidence = new double[slots];
    gain = new double[slots];
    where = new double[slots];
    covered = new double[slots];
    hits = new double[slots];
    below = new boolean[slots];
    side = new double[slots];
    all = new double[slots];
  }

  void search(Leaf leaf) {
    room(leaf.slots);
    Arrays.fill(best, 0);
    Arrays.fill(second, 0);
    if (!leaf.observes()) {
      return;
    }
    for (int k = 0; k < leaf.features.numeric.length; k++) {
      numeric(leaf, k);
    }
    for (int j = 0; j < leaf.features.nominal.length; j++) {
      nominal(leaf, j);
    }
  }

  private void numeric(Leaf leaf, int k) {
    int n = leaf.features.numeric.length;
    double lo = Double.POSITIVE_INFINITY;
    double hi = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < leaf.slots; s++) {
      all[s] = Math.max(0, leaf.weightOf(s, k));
      if (all[s] > 0) {
        lo = Math.min(lo, leaf.gaussians.min[s * n + k]);
        hi = Math.max(hi, leaf.gaussians.max[s * n + k]);
      }
    }
    double step = (hi - lo) / (p.splitPoints() + 1.0);
    if (!(hi > lo) || Double.isInfinite(step)) {
      return;
    }
    begin(leaf.slots);
    for (int i = 1; i <= p.splitPoints(); i++) {
      double v = step * i + lo;
      for (int s = 0; s < leaf.slots && v < hi; s++) {
        side[s] = SplitSearch.side(leaf, s, k, v, true);
      }
      if (v > lo && v < hi) {
        candidate(leaf.slots, v);
      }
    }
    offer(leaf.slots, leaf.features.numeric[k], Node.NUMERIC);
  }

  private void nominal(Leaf leaf, int j) {
    leaf.nominal.totals(j, leaf.seen, all);
    begin(leaf.slots);
    for (int v = 0; v < leaf.nominal.values[j]; v++) {
      leaf.nominal.weights(j, v, side);
      candidate(leaf.slots, v);
    }
    offer(leaf.slots, leaf.features.nominal[j], Node.EQUALS);
  }

  private void begin(int slots) {
    Arrays.fill(gain, 0);
    weight = 0;
    for (int s = 0; s < slots; s++) {
      weight += all[s];
    }
  }

  private void candidate(int slots, double value) {
    double l = 0;
    for (int s = 0; s < slots; s++) {
      l += side[s];
    }
    double r = weight - l;
    if (!(l > p.minBranch() * weight && r > p.minBranch() * weight)) {
      return;
    }
    for (int s = 0; s < slots; s++) {
      take(s, value, l, side[s], true);
      take(s, value, r, all[s] - side[s], false);
    }
  }

  private void take(int s, double value, double n, double hit, boolean isLeft) {
    double g = gain(weight, all[s], n, hit);
    if (g > gain[s]) {
      gain[s] = g;
      where[s] = value;
      covered[s] = n;
      hits[s] = hit;
      below[s] = isLeft;
    }
  }

  /** The gain of taking a part with {@code hit} of {@code part} out of {@code own} of {@code n}. */
  static double gain(double n, double own, double part, double hit) {
    if (!(own > 0 && own < n && hit > 0)) {
      return 0;
    }
    double before = Math.log(n / own);
    return hit * (before - Math.log(part / hit)) / (own * before);
  }

  private void offer(int slots, int feature, int test) {
    for (int s = 0; s < slots; s++) {
      if (gain[s] <= best[s]) {
        second[s] = Math.max(second[s], gain[s]);
        continue;
      }
      second[s] = best[s];
      best[s] = gain[s];
      column[s] = feature;
      kind[s] = test;
      threshold[s] = where[s];
      left[s] = below[s];
      evidence[s] =
          nats(weight, all[s])
              - nats(covered[s], hits[s])
              - nats(weight - covered[s], all[s] - hits[s]);
    }
  }

  /** n times the entropy of a part of it. */
  private static double nats(double n, double part) {
    double rest = n - part;
    return part > 0 && rest > 0 ? part * Math.log(n / part) + rest * Math.log(n / rest) : 0;
  }

  double best(int slot) {
    return best[slot];
  }

  /**
   * Whether the best condition of a class beats those on other features by the Hoeffding bound or
   * is tied under τ, and tells more than noise would with a chance of δ.
   */
  boolean isSure(int slot, double n) {
    double log = Math.log(1 / p.splitConfidence());
    double bound = Math.sqrt(log / (2 * n));
    boolean wins = best[slot] - second[slot] > bound || bound < p.tieThreshold();
    return best[slot] > 0 && wins && evidence[slot] > log;
  }

  /** The test of a class; valid until the next call. */
  Node<Leaf> test(int slot) {
    test.feature = column[slot];
    test.kind = kind[slot];
    test.threshold = threshold[slot];
    return test;
  }

  /** Whether the side taken is the left one. */
  boolean isLeft(int slot) {
    return left[slot];
  }

  /** What it holds once leaves have had all classes. */
  static long bytes(int classes) {
    return 500 + 92L * classes;
  }
}
