package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * The numeric features of one leaf, a Gaussian per class and feature: mean, sum of squared
 * deviations (Welford) and range, in arrays of class slots × features. Beside them lies what naive
 * Bayes needs, computed from them when it is next asked for: 1/(2·variance) per cell, so that a
 * score is a quadratic form without exponential or root.
 */
final class Gaussians {
  /** Stands for 1/(2·variance) where the variance is 0: any difference rules the class out. */
  private static final double RULES_OUT = 1e300;

  /** Sums of squares under this are 0: their inverse would overflow. */
  private static final double TINY = 1e-290;

  private static final double LOG_2PI = 1.8378770664093454836;
  private static final double LN2 = 0.6931471805599453094;

  /** Numeric features from which on an update is done in loops that vectorise. */
  private static final int WIDE = 12;

  private static final long MANTISSA = 0x000fffffffffffffL;
  private static final long ONE = 0x3ff0000000000000L;

  private final int numeric;
  double[] mean;
  double[] squares;
  private double[] inverse;
  double[] min;
  double[] max;
  double[] counts; // weight per cell; null until a missing value came

  Gaussians(int numeric, int slots) {
    int n = slots * numeric;
    this.numeric = numeric;
    mean = new double[n];
    squares = new double[n];
    inverse = new double[n];
    min = new double[n];
    max = new double[n];
  }

  /**
   * The log density of a row in a class, added to {@code start}; or minus infinity as soon as that
   * is sure to end under the floor.
   */
  double score(double[] xs, boolean missing, int slot, double n, double start, double floor) {
    return missing
        ? sumWithMissing(slot, xs, n, start)
        : minusDistance(slot * numeric, xs, start, floor);
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

  /** The score of a slot leaving out missing values, whose share of the constant is taken back. */
  private double sumWithMissing(int s, double[] xs, double weight, double start) {
    double v = start;
    for (int k = 0; k < numeric; k++) {
      int i = s * numeric + k;
      if (Double.isNaN(xs[k])) {
        double n = counts == null ? weight : counts[i];
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
   * Takes an example.
   *
   * @param seen weight observed per slot, the example included
   * @param before weight of its slot without it
   */
  void learn(
      double[] xs,
      boolean missing,
      int slots,
      int slot,
      double weight,
      double[] seen,
      double before) {
    if (missing || counts != null) {
      learnWithMissing(xs, slots, slot, weight, seen, before);
    } else if (before <= 0) {
      first(xs, slot * numeric);
    } else if (numeric < WIDE) {
      update(xs, slot * numeric, weight, before + weight);
    } else {
      updateWide(xs, slot * numeric, weight, before + weight);
    }
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

  private void learnWithMissing(
      double[] xs, int slots, int slot, double weight, double[] seen, double before) {
    if (counts == null) {
      counts = new double[slots * numeric];
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

  /**
   * Computes what naive Bayes keeps of a slot from its statistics: the inverses, and the answer, ln
   * prior − ½ Σ ln(2π variance) over features that vary.
   *
   * @param n weight observed
   */
  double refresh(int slot, double n, double prior) {
    return counts == null
        ? logWeightOverVariances(slot, n, prior)
        : Math.log(prior) - 0.5 * variancesWithMissing(slot * numeric);
  }

  /**
   * Fills the inverses of a slot; ln prior weight − ½ Σ ln(2π variance) over features that vary.
   * With n observed and q the sum of squares, variance is q/(n−1). Products of q and powers of n−1
   * are taken apart into mantissas and exponents, so that one logarithm serves them all.
   */
  private double logWeightOverVariances(int slot, double n, double weight) {
    int at = slot * numeric;
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
    double prior = weight * weight;
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

  /** Adds an empty slot at position {@code at} to so many; the inverses are to be refreshed. */
  void insertSlot(int slots, int at) {
    mean = insert(mean, slots, at, numeric);
    squares = insert(squares, slots, at, numeric);
    inverse = new double[(slots + 1) * numeric];
    min = insert(min, slots, at, numeric);
    max = insert(max, slots, at, numeric);
    counts = counts == null ? null : insert(counts, slots, at, numeric);
  }

  static double[] insert(double[] a, int n, int at) {
    return insert(a, n, at, 1);
  }

  /** A copy of n groups with a group of zeros put in before group {@code at}. */
  static double[] insert(double[] a, int n, int at, int group) {
    double[] b = new double[(n + 1) * group];
    System.arraycopy(a, 0, b, 0, at * group);
    System.arraycopy(a, at * group, b, (at + 1) * group, (n - at) * group);
    return b;
  }

  int bytes() {
    return bytes(mean.length) + (counts == null ? 0 : 16 + 8 * mean.length);
  }

  /** Bytes for a number of cells before a missing value came. */
  static int bytes(int cells) {
    return 48 + 5 * (16 + 8 * cells);
  }

  void save(Tape out) {
    for (double[] a : new double[][] {mean, squares, min, max}) {
      out.put(a, 0, a.length);
    }
    if (counts != null) {
      out.put(counts, 0, counts.length);
    }
  }

  static Gaussians load(Tape in, int numeric, int slots, boolean hasCounts) {
    Gaussians g = new Gaussians(numeric, slots);
    int n = slots * numeric;
    for (double[] a : new double[][] {g.mean, g.squares, g.min, g.max}) {
      in.next(a, 0, n);
    }
    if (hasCounts) {
      g.counts = new double[n];
      in.next(g.counts, 0, n);
    }
    return g;
  }
}
