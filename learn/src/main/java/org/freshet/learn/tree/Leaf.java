package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Features;

/**
 * What a leaf of classes has seen, and naive Bayes over it.
 *
 * <p>Classes are kept in slots, only those that reached the leaf or were inherited at the split, in
 * rising order of their codes. What is observed lies with {@link Gaussians}, {@link NominalTable}
 * and {@link ValueBins}; here is what binds them to classes. A leaf that has seen one class needs
 * none of it to answer.
 */
final class Leaf extends TreeLeaf {
  /** Nats under the best class at which a class gets the probability 0. */
  static final double HOPELESS = 40;

  final FeatureSet features;
  final int numeric;
  int slots;
  int[] codes;
  double[] dist; // weight per slot, inherited included
  double[] seen; // weight per slot observed in this leaf
  private double[] constant;
  private boolean[] fresh; // per slot: constant and inverses fit the statistics
  int observed; // slots with weight seen
  private int last; // slot learnt last: scored first, which changes no result
  Gaussians gaussians; // the numeric features
  NominalTable nominal; // the categorical features; null where there are none
  ValueBins[] values; // per numeric feature; null where Gaussians find the thresholds
  Perceptron perceptron; // null where it has learnt nothing, or answers without
  double lastAttempt;
  double nextAttempt;
  double majorityRight;
  double bayesRight;

  /** A leaf that inherits a distribution over n classes (rising codes, weights above 0). */
  Leaf(FeatureSet features, int[] codes, double[] weights, int n) {
    this.features = features;
    this.numeric = features.numeric.length;
    this.slots = n;
    this.codes = Arrays.copyOf(codes, n);
    this.dist = Arrays.copyOf(weights, n);
    this.lastAttempt = total();
    this.nextAttempt = lastAttempt;
  }

  /** Weight of all classes, summed anew in order of the codes: a running sum would drift away. */
  double total() {
    double sum = 0;
    for (int s = 0; s < slots; s++) {
      sum += dist[s];
    }
    return sum;
  }

  /** Adds a share of the class weights of another leaf to the distribution. */
  void inherit(Leaf other, double share) {
    for (int s = 0; s < other.slots; s++) {
      inherit(other.codes[s], share * other.dist[s]);
    }
  }

  /** Adds weight to the distribution that is not observed here. */
  void inherit(int code, double weight) {
    if (weight > 0) {
      int slot = open(code);
      dist[slot] += weight;
      lastAttempt = total();
    }
  }

  /** Weight that would be answered wrongly by the majority class. */
  @Override
  double promise() {
    double top = 0;
    double sum = 0;
    for (int s = 0; s < slots; s++) {
      top = Math.max(top, dist[s]);
      sum += dist[s];
    }
    return sum - top;
  }

  /** Slot of the heaviest class, the first on a tie; -1 in an empty leaf. */
  int majority() {
    int best = -1;
    double top = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < slots; s++) {
      if (dist[s] > top) {
        top = dist[s];
        best = s;
      }
    }
    return best;
  }

  /** Whether naive Bayes has anything to go by. */
  @Override
  boolean observes() {
    return seen != null;
  }

  int slotOf(int code) {
    for (int s = 0; s < slots; s++) {
      if (codes[s] == code) {
        return s;
      }
    }
    return -1;
  }

  /**
   * Copies the values of this leaf's numeric features to xs and behind them the codes of its
   * categorical ones, below 0 where one is missing; true if a number is missing or not finite.
   */
  boolean gather(Features x, double[] xs) {
    int[] f = features.numeric;
    double probe = 0;
    for (int k = 0; k < f.length; k++) {
      double v = x.get(f[k]);
      xs[k] = v;
      probe += v * 0;
    }
    int[] g = features.nominal;
    for (int j = 0; j < g.length; j++) {
      double v = x.get(g[j]);
      xs[f.length + j] = v >= 0 ? v : -1;
    }
    if (probe == 0) {
      return false;
    }
    for (int k = 0; k < f.length; k++) {
      if (Double.isInfinite(xs[k])) {
        xs[k] = Double.NaN;
      }
    }
    return true;
  }

  /**
   * Naive Bayes: writes the log of each slot's score, up to a constant common to all, to {@code
   * log}.
   *
   * @param xs filled by {@link #gather}, whose answer is {@code missing}
   * @return the best slot, the first on a tie; -1 when no class has been seen here
   */
  int bayes(double[] xs, boolean missing, double[] log) {
    int best = -1;
    double top = Double.NEGATIVE_INFINITY;
    int first = last < slots && seen[last] > 0 ? last : 0;
    if (nominal != null && observed > 1) {
      nominal.score(xs, numeric, seen, log);
    }
    for (int i = -1; i < slots; i++) {
      int s = i < 0 ? first : i;
      if (seen[s] <= 0) {
        log[s] = Double.NEGATIVE_INFINITY;
      } else if (i != first) {
        double v = observed == 1 ? 0 : logScore(xs, missing, s, log[s], top - HOPELESS);
        log[s] = v;
        if (best < 0 || v > top || v == top && s < best) {
          top = v;
          best = s;
        }
      }
    }
    return best;
  }

  private double logScore(double[] xs, boolean missing, int s, double nominalLog, double floor) {
    if (!fresh[s]) {
      refresh(s);
    }
    double start = constant[s] + (nominal == null ? 0 : nominalLog);
    return gaussians.score(xs, missing, s, seen[s], start, floor);
  }

  /**
   * The best slot once the row that {@link #bayes} found {@code best} for has been learnt: only the
   * score of its class has changed. -1 when that is not so, or what is in {@code log} does not
   * decide it.
   */
  int bayesAfter(double[] xs, boolean missing, double[] log, int best, int label) {
    int slot = last < slots && codes[last] == label ? last : slotOf(label);
    if (slot < 0 || log[slot] == Double.NEGATIVE_INFINITY) {
      return -1;
    }
    if (observed == 1) {
      return best;
    }
    double n = nominal == null ? 0 : nominal.scoreLearnt(slot, seen[slot]);
    double top = log[best];
    double v = logScore(xs, missing, slot, n, Double.NEGATIVE_INFINITY);
    log[slot] = v;
    if (slot != best) {
      return v > top || v == top && slot < best ? slot : best;
    }
    if (v < top - HOPELESS) {
      return -1; // those that were given up under the old top may be better
    }
    for (int s = 0; s < slots; s++) {
      best = log[s] > log[best] || log[s] == log[best] && s < best ? s : best;
    }
    return best;
  }

  /**
   * Takes an example; the slot of its class was made by {@link #open}.
   *
   * @return bytes by which the leaf grew through new categories
   */
  int learn(double[] xs, boolean missing, int slot, double weight) {
    dist[slot] += weight;
    if (!active) {
      return 0;
    }
    if (seen == null) {
      allocate();
    }
    double before = seen[slot];
    observed += before <= 0 ? 1 : 0;
    seen[slot] = before + weight;
    fresh[slot] = false;
    last = slot;
    gaussians.learn(xs, missing, slots, slot, weight, seen, before);
    int grown = 0;
    if (values != null) {
      for (int k = 0; k < numeric; k++) {
        grown += Double.isNaN(xs[k]) ? 0 : values[k].add(slot, xs[k], weight);
      }
    }
    return nominal == null ? grown : grown + nominal.learn(xs, numeric, slot, weight, seen, before);
  }

  /**
   * Computes the constant of a slot: ln prior weight − ½ Σ ln(2π variance) − Σ ln(N + categories).
   */
  private void refresh(int slot) {
    fresh[slot] = true;
    double logs = gaussians.refresh(slot, seen[slot], dist[slot]);
    constant[slot] = nominal == null ? logs : nominal.lessDenominators(slot, seen[slot], logs);
  }

  void allocate() {
    seen = new double[slots];
    constant = new double[slots];
    fresh = new boolean[slots];
    observed = 0;
    gaussians = new Gaussians(numeric, slots);
    if (features.bins > 0) {
      values = new ValueBins[numeric];
      for (int k = 0; k < numeric; k++) {
        values[k] = new ValueBins(slots, features.bins);
      }
    }
    if (features.nominal.length > 0) {
      nominal = new NominalTable(features.nominal.length, slots);
    }
  }

  /**
   * Forgets what was observed, keeping the distribution; a leaf that is not active keeps no more.
   */
  @Override
  void forgetObservations(boolean stayActive) {
    active = stayActive;
    seen = null;
    constant = null;
    fresh = null;
    gaussians = null;
    nominal = null;
    values = null;
    perceptron = null;
  }

  /** The slot of a class, opened in its place when new. */
  int open(int code) {
    int at = 0;
    while (at < slots && codes[at] < code) {
      at++;
    }
    if (at < slots && codes[at] == code) {
      return at;
    }
    codes = Arrays.copyOf(codes, slots + 1);
    System.arraycopy(codes, at, codes, at + 1, slots - at);
    codes[at] = code;
    dist = Gaussians.insert(dist, slots, at);
    if (seen != null) {
      seen = Gaussians.insert(seen, slots, at);
      constant = new double[slots + 1];
      fresh = new boolean[slots + 1];
      gaussians.insertSlot(slots, at);
      if (nominal != null) {
        nominal.insertSlot(at);
      }
      if (values != null) {
        for (ValueBins v : values) {
          v.insertSlot(at);
        }
      }
    }
    if (perceptron != null) {
      perceptron.insertSlot(at);
    }
    slots++;
    return at;
  }

  /** Weight of a class observed for a numeric feature: missing values leave it out. */
  double weightOf(int slot, int k) {
    return gaussians.counts == null ? seen[slot] : gaussians.counts[slot * numeric + k];
  }

  /** Bytes without what is observed. */
  @Override
  int bareBytes() {
    return 104 + 16 + 4 * slots + 16 + 8 * slots + features.bytes();
  }

  @Override
  int bytes() {
    int b = bareBytes() + (perceptron == null ? 0 : perceptron.bytes());
    if (seen != null) {
      b += 2 * (16 + 8 * slots) + 16 + slots + gaussians.bytes();
      b += nominal == null ? 0 : nominal.bytes();
      if (values != null) {
        b += 16 + 4 * values.length;
        for (ValueBins v : values) {
          b += v.bytes();
        }
      }
    }
    return b;
  }

  @Override
  int observationBytes() {
    return 220
        + 28 * slots
        + Gaussians.bytes(slots * features.numeric.length)
        + (features.nominal.length == 0 ? 0 : NominalTable.bytes(features.nominal.length, slots))
        + (features.bins == 0 ? 0 : features.numeric.length * ValueBins.bytes(slots, features.bins))
        + (features.inputs < 0 ? 0 : Perceptron.bytes(features.inputs, slots));
  }
}
