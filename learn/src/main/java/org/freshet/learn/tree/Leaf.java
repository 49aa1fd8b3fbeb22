package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Features;

/**
 * What a leaf has seen, and naive Bayes over it.
 *
 * <p>Classes are kept in slots, only those that reached the leaf or were inherited at the split, in
 * rising order of their codes. Numeric features: mean, sum of squared deviations (Welford) and
 * range per class, in arrays of slots × features. Beside them lies what naive Bayes needs, computed
 * from them when it is next asked for: 1/(2·variance) per cell and one constant per class, so that
 * a prediction is a quadratic form without exponential or root. A leaf that has seen one class
 * needs none of it.
 */
final class Leaf extends TreeLeaf {
  /** Stands for 1/(2·variance) where the variance is 0: any difference rules the class out. */
  private static final double RULES_OUT = 1e300;

  /** Sums of squares under this are 0: their inverse would overflow. */
  private static final double TINY = 1e-290;

  /** Nats under the best class at which a class gets the probability 0. */
  static final double HOPELESS = 40;

  private static final double LOG_2PI = 1.8378770664093454836;
  private static final double LN2 = 0.6931471805599453094;

  /** Numeric features from which on an update is done in loops that vectorise. */
  private static final int WIDE = 12;

  private static final long MANTISSA = 0x000fffffffffffffL;
  private static final long ONE = 0x3ff0000000000000L;

  final FeatureSet features;
  final int numeric;
  int slots;
  int[] codes;
  double[] dist; // weight per slot, inherited included
  double[] seen; // weight per slot observed in this leaf
  private double[] constant;
  private boolean[] fresh; // per slot: constant and inverse fit the statistics
  int observed; // slots with weight seen
  private int last; // slot learnt last: scored first, which changes no result
  double[] mean;
  double[] squares;
  private double[] inverse;
  double[] min;
  double[] max;
  double[] counts; // weight per slot and feature; null until a missing value came
  NominalCounts[] nominal;
  ValueBins[] values; // per numeric feature; null where Gaussians find the thresholds
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
   * Copies the values of this leaf's numeric features to xs; true if one is missing or not finite.
   */
  boolean gather(Features x, double[] xs) {
    int[] f = features.numeric;
    double probe = 0;
    for (int k = 0; k < f.length; k++) {
      double v = x.get(f[k]);
      xs[k] = v;
      probe += v * 0;
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
  int bayes(Features x, double[] xs, boolean missing, double[] log) {
    int best = -1;
    double top = Double.NEGATIVE_INFINITY;
    int first = last < slots && seen[last] > 0 ? last : 0;
    if (nominal != null && observed > 1) {
      nominalLogs(x, log);
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
    return missing ? sumWithMissing(s, xs, start) : minusDistance(s * numeric, xs, start, floor);
  }

  /**
   * start − Σ (x − mean)² / (2·variance), or minus infinity as soon as that is sure to end under
   * the floor, where a class gets the probability 0 in any case.
   */
  private double minusDistance(int at, double[] xs, double start, double floor) {
    double[] m = mean;
    double[] inv = inverse;
    double a = 0;
    double b = 0;
    int n = numeric;
    int k = 0;
    for (; k + 3 < n; k += 4) {
      double d = xs[k] - m[at + k];
      double e = xs[k + 1] - m[at + k + 1];
      double f = xs[k + 2] - m[at + k + 2];
      double g = xs[k + 3] - m[at + k + 3];
      a += d * d * inv[at + k] + f * f * inv[at + k + 2];
      b += e * e * inv[at + k + 1] + g * g * inv[at + k + 3];
      if (start - (a + b) < floor) {
        return Double.NEGATIVE_INFINITY;
      }
    }
    for (; k < n; k++) {
      double d = xs[k] - m[at + k];
      a += d * d * inv[at + k];
    }
    return start - (a + b);
  }

  /**
   * Writes what the categories of an event add to each slot; feature by feature, whose cells of all
   * slots lie together.
   */
  private void nominalLogs(Features x, double[] sums) {
    Arrays.fill(sums, 0, slots, 0);
    for (int j = 0; j < nominal.length; j++) {
      double v = x.get(features.nominal[j]);
      if (v >= 0) {
        nominal[j].addLogs((int) v, sums);
      } else {
        nominal[j].addLogDenominators(sums); // takes their share of the constant back
      }
    }
  }

  /** The score of a slot leaving out missing values, whose share of the constant is taken back. */
  private double sumWithMissing(int s, double[] xs, double start) {
    double v = start;
    for (int k = 0; k < numeric; k++) {
      int i = s * numeric + k;
      if (Double.isNaN(xs[k])) {
        double n = counts == null ? seen[s] : counts[i];
        if (n > 1 && squares[i] > TINY) {
          v += 0.5 * (LOG_2PI + Math.log(squares[i] / (n - 1)));
        }
      } else {
        double d = xs[k] - mean[i];
        v -= d * d * inverse[i];
      }
    }
    return v;
  }

  /**
   * Takes an example; the slot of its class was made by {@link #open}.
   *
   * @return bytes by which the leaf grew through new categories
   */
  int learn(Features x, double[] xs, boolean missing, int slot, double weight) {
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
    if (missing || counts != null) {
      learnWithMissing(xs, slot, weight, before);
    } else if (before <= 0) {
      first(xs, slot * numeric);
    } else if (numeric < WIDE) {
      update(xs, slot * numeric, weight, before + weight);
    } else {
      updateWide(xs, slot * numeric, weight, before + weight);
    }
    int grown = 0;
    if (values != null) {
      for (int k = 0; k < numeric; k++) {
        grown += Double.isNaN(xs[k]) ? 0 : values[k].add(slot, xs[k], weight);
      }
    }
    if (nominal != null) {
      for (int j = 0; j < nominal.length; j++) {
        double v = x.get(features.nominal[j]);
        grown += v >= 0 ? nominal[j].add(slot, (int) v, weight) : 0;
      }
    }
    return grown;
  }

  private void first(double[] xs, int at) {
    System.arraycopy(xs, 0, mean, at, numeric);
    System.arraycopy(xs, 0, min, at, numeric);
    System.arraycopy(xs, 0, max, at, numeric);
  }

  /** Welford's update of all numeric features of a slot. */
  private void update(double[] xs, int at, double weight, double n) {
    double[] mean = this.mean;
    double[] squares = this.squares;
    double[] min = this.min;
    double[] max = this.max;
    for (int k = 0; k < numeric; k++) {
      int i = at + k;
      double v = xs[k];
      double m = mean[i];
      double wd = weight * (v - m);
      m += wd / n;
      mean[i] = m;
      squares[i] += wd * (v - m);
      if (v < min[i]) {
        min[i] = v;
      } else if (v > max[i]) {
        max[i] = v;
      }
    }
  }

  /** The same in loops without branches, which HotSpot vectorises. */
  private void updateWide(double[] xs, int at, double weight, double n) {
    double[] mean = this.mean;
    double[] squares = this.squares;
    double[] min = this.min;
    double[] max = this.max;
    double share = weight / n;
    for (int k = 0; k < numeric; k++) {
      double v = xs[k];
      double d = v - mean[at + k];
      double m = mean[at + k] + share * d;
      mean[at + k] = m;
      squares[at + k] += weight * d * (v - m);
      if (v < min[at + k]) {
        min[at + k] = v;
      } else if (v > max[at + k]) {
        max[at + k] = v;
      }
    }
  }

  /**
   * Computes what naive Bayes keeps of a slot from its statistics: 1/(2·variance) per feature, and
   * constant = ln prior weight − ½ Σ ln(2π variance) − Σ ln(N + categories).
   */
  private void refresh(int slot) {
    fresh[slot] = true;
    double logs =
        counts == null
            ? logWeightOverVariances(slot)
            : Math.log(dist[slot]) - 0.5 * variancesWithMissing(slot * numeric);
    if (nominal != null) {
      double same = -1;
      double log = 0;
      for (NominalCounts c : nominal) {
        double d = c.denominator(slot); // mostly equal from feature to feature
        if (d != same) {
          same = d;
          log = d > 0 ? Math.log(d) : 0;
        }
        logs -= log;
      }
    }
    constant[slot] = logs;
  }

  /**
   * Fills the inverses of a slot; ln prior weight − ½ Σ ln(2π variance) over features that vary.
   * With n observed and q the sum of squares, variance is q/(n−1). Products of q and powers of n−1
   * are taken apart into mantissas and exponents, so that one logarithm serves them all.
   */
  private double logWeightOverVariances(int slot) {
    int at = slot * numeric;
    double n = seen[slot];
    double half = 0.5 * (n - 1);
    double product = 1;
    long exponent = 0;
    int positive = 0;
    for (int i = at; i < at + numeric; i++) {
      double q = squares[i];
      if (q > TINY && half > 0) {
        inverse[i] = half / q;
        long bits = Double.doubleToRawLongBits(q);
        exponent += (bits >>> 52) - 1023;
        product *= mantissa(bits);
        if ((++positive & 255) == 0) {
          exponent += Math.getExponent(product);
          product = mantissa(Double.doubleToRawLongBits(product));
        }
      } else {
        inverse[i] = RULES_OUT;
      }
    }
    long bits = Double.doubleToRawLongBits(n - 1);
    double prior = dist[slot] * dist[slot];
    if (positive == 0 || positive > 500) {
      double rest = positive == 0 ? 0 : positive * (Math.log(n - 1) - LOG_2PI);
      return 0.5 * (Math.log(prior) - Math.log(product) - exponent * LN2 + rest);
    }
    double power = 1;
    double base = mantissa(bits);
    for (int p = positive; p > 0; p >>= 1) {
      power *= (p & 1) == 0 ? 1 : base;
      base *= base;
    }
    long twos = positive * ((bits >>> 52) - 1023) - exponent;
    return 0.5 * (Math.log(prior * (power / product)) + twos * LN2 - positive * LOG_2PI);
  }

  /** The mantissa of a positive double, in [1, 2). */
  private static double mantissa(long bits) {
    return Double.longBitsToDouble((bits & MANTISSA) | ONE);
  }

  private double variancesWithMissing(int at) {
    double sum = 0;
    for (int i = at; i < at + numeric; i++) {
      double n = counts[i];
      if (n > 1 && squares[i] > TINY) {
        inverse[i] = 0.5 * (n - 1) / squares[i];
        sum += LOG_2PI + Math.log(squares[i] / (n - 1));
      } else {
        inverse[i] = n > 0 ? RULES_OUT : 0;
      }
    }
    return sum;
  }

  private void learnWithMissing(double[] xs, int slot, double weight, double before) {
    if (counts == null) {
      counts = new double[seen.length * numeric];
      for (int s = 0; s < slots; s++) {
        Arrays.fill(counts, s * numeric, (s + 1) * numeric, s == slot ? before : seen[s]);
      }
    }
    for (int k = 0; k < numeric; k++) {
      double v = xs[k];
      if (Double.isNaN(v)) {
        continue;
      }
      int i = slot * numeric + k;
      double n = counts[i] += weight;
      if (n == weight) {
        mean[i] = v;
        min[i] = v;
        max[i] = v;
        continue;
      }
      double wd = weight * (v - mean[i]);
      mean[i] += wd / n;
      squares[i] += wd * (v - mean[i]);
      min[i] = Math.min(min[i], v);
      max[i] = Math.max(max[i], v);
    }
  }

  void allocate() {
    int n = slots * numeric;
    seen = new double[slots];
    constant = new double[slots];
    fresh = new boolean[slots];
    observed = 0;
    mean = new double[n];
    squares = new double[n];
    inverse = new double[n];
    min = new double[n];
    max = new double[n];
    if (features.bins > 0) {
      values = new ValueBins[numeric];
      for (int k = 0; k < numeric; k++) {
        values[k] = new ValueBins(slots, features.bins);
      }
    }
    if (features.nominal.length > 0) {
      nominal = new NominalCounts[features.nominal.length];
      for (int j = 0; j < nominal.length; j++) {
        nominal[j] = new NominalCounts(slots);
      }
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
    mean = null;
    squares = null;
    inverse = null;
    min = null;
    max = null;
    counts = null;
    nominal = null;
    values = null;
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
    dist = insert(dist, slots, at);
    if (seen != null) {
      seen = insert(seen, slots, at);
      constant = new double[slots + 1];
      fresh = new boolean[slots + 1];
      mean = insert(mean, slots, at, numeric);
      squares = insert(squares, slots, at, numeric);
      inverse = new double[(slots + 1) * numeric];
      min = insert(min, slots, at, numeric);
      max = insert(max, slots, at, numeric);
      counts = counts == null ? null : insert(counts, slots, at, numeric);
      if (nominal != null) {
        for (NominalCounts c : nominal) {
          c.insertSlot(at);
        }
      }
      if (values != null) {
        for (ValueBins v : values) {
          v.insertSlot(at);
        }
      }
    }
    slots++;
    return at;
  }

  static double[] insert(double[] a, int n, int at) {
    return insert(a, n, at, 1);
  }

  /** A copy of n groups with a group of zeros put in before group {@code at}. */
  private static double[] insert(double[] a, int n, int at, int group) {
    double[] b = new double[(n + 1) * group];
    System.arraycopy(a, 0, b, 0, at * group);
    System.arraycopy(a, at * group, b, (at + 1) * group, (n - at) * group);
    return b;
  }

  /** Weight of a class observed for a numeric feature: missing values leave it out. */
  double weightOf(int slot, int k) {
    return counts == null ? seen[slot] : counts[slot * numeric + k];
  }

  /** Bytes without what is observed. */
  @Override
  int bareBytes() {
    return 120 + 16 + 4 * slots + 16 + 8 * slots;
  }

  @Override
  int bytes() {
    int b = bareBytes();
    if (seen != null) {
      b += 2 * (16 + 8 * slots) + 16 + slots + 5 * (16 + 8 * slots * numeric);
      b += counts == null ? 0 : 16 + 8 * slots * numeric;
      if (nominal != null) {
        b += 16 + 4 * nominal.length;
        for (NominalCounts c : nominal) {
          b += c.bytes();
        }
      }
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
        + 5 * (16 + 8 * slots * features.numeric.length)
        + features.nominal.length * (120 + 48 * slots)
        + (features.bins == 0
            ? 0
            : features.numeric.length * ValueBins.bytes(slots, features.bins));
  }
}
