package org.freshet.learn.bayes;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.transform.Moments;

/**
 * A Gaussian per class and numeric feature, class-major in flat arrays: weight, mean, sum of
 * squared deviations, and the cached p = 1/(2σ²) that turns a log density into −p(x − μ)² and a
 * constant. Values handed in are below {@link #LARGEST} in magnitude, or NaN for missing.
 *
 * <p>All numbers are kept so that nothing overflows: |x| ≤ 1e75 makes σ² at most 4e150; a σ² under
 * 5e-101 counts as zero and has p = {@link #POINT}. A squared deviation times p stays below 1e251.
 */
final class GaussianTable {
  /** Values beyond it count as missing: their squares would leave the range of a double. */
  static final double LARGEST = 1e75;

  /**
   * p of a feature with no variance in a class: any other value than the mean costs it far more
   * than any density can bring, and the mean itself costs nothing.
   */
  static final double POINT = 1e100;

  /** −log of the smallest positive double. */
  private static final double SMALLEST = 744.44;

  private static final double LOW = 1e-100;
  private static final double HIGH = 1e100;

  private int stride;
  private double[] mean;
  private double[] squares; // Σ w (x − μ)²
  private double[] precision; // 1/(2σ²); 0 where nothing was seen
  private double[] seen; // weight per class and feature; null while no value was ever missing

  GaussianTable(int classes, int features) {
    stride = features;
    mean = new double[classes * features];
    squares = new double[classes * features];
    precision = new double[classes * features];
  }

  int features() {
    return stride;
  }

  /**
   * Makes room; features that are new have been 0 in every event so far, whose weights are given.
   */
  void grow(int classes, int features, double[] classWeight) {
    mean = spread(mean, classes, features);
    squares = spread(squares, classes, features);
    precision = spread(precision, classes, features);
    if (seen != null) {
      seen = spread(seen, classes, features);
    }
    for (int c = 0; c < classWeight.length; c++) {
      for (int f = stride; f < features && classWeight[c] > 0; f++) {
        precision[c * features + f] = POINT;
        if (seen != null) {
          seen[c * features + f] = classWeight[c];
        }
      }
    }
    stride = features;
  }

  private double[] spread(double[] a, int classes, int features) {
    if (features == stride) {
      return Arrays.copyOf(a, Math.multiplyExact(classes, features));
    }
    double[] b = new double[Math.multiplyExact(classes, features)];
    int rows = stride == 0 ? 0 : a.length / stride;
    for (int c = 0; c < rows; c++) {
      System.arraycopy(a, c * stride, b, c * features, stride);
    }
    return b;
  }

  /**
   * start − Σ p(x − μ)² of a row without missing values, or minus infinity as soon as it is sure to
   * end below {@code floor}: the sum only grows, in floating point too, so giving up is exact.
   */
  double score(int c, double[] x, int row, double start, double floor) {
    double[] m = mean;
    double[] p = precision;
    int n = stride;
    int at = c * n;
    double even = 0;
    double odd = 0;
    int f = 0;
    for (; f + 4 <= n; f += 4) {
      double a = x[row + f] - m[at + f];
      double b = x[row + f + 1] - m[at + f + 1];
      even += a * a * p[at + f];
      odd += b * b * p[at + f + 1];
      a = x[row + f + 2] - m[at + f + 2];
      b = x[row + f + 3] - m[at + f + 3];
      even += a * a * p[at + f + 2];
      odd += b * b * p[at + f + 3];
      if (start - (even + odd) < floor) {
        return Double.NEGATIVE_INFINITY;
      }
    }
    for (; f < n; f++) {
      double a = x[row + f] - m[at + f];
      even += a * a * p[at + f];
    }
    return start - (even + odd);
  }

  /** As {@link #score}, leaving missing values out: their constants are taken back one by one. */
  double scoreIncomplete(int c, double[] x, int row, double start) {
    int at = c * stride;
    double score = start;
    for (int f = 0; f < stride; f++) {
      double p = precision[at + f];
      if (Double.isNaN(x[row + f])) {
        score -= p > 0 && p < POINT ? 0.5 * Math.log(p / Math.PI) : 0;
      } else {
        double d = x[row + f] - mean[at + f];
        score -= d * d * p;
      }
    }
    return score;
  }

  /**
   * As {@link #scoreIncomplete}, where a value that contradicts a constant column counts as the
   * smallest density a double can hold rather than 0.
   */
  double scoreFinite(int c, double[] x, int row, double start) {
    int at = c * stride;
    double score = start;
    for (int f = 0; f < stride; f++) {
      double p = precision[at + f];
      double d = x[row + f] - mean[at + f];
      if (Double.isNaN(d)) {
        score -= p > 0 && p < POINT ? 0.5 * Math.log(p / Math.PI) : 0;
      } else {
        score -= p < POINT ? d * d * p : d == 0 ? 0 : SMALLEST;
      }
    }
    return score;
  }

  /**
   * log w − ½ Σ log 2πσ² over the features with a variance: one logarithm of a product, split only
   * where the product would leave the range of a double.
   */
  double constant(int c, double w) {
    double log = 0;
    double product = w * w;
    if (!(product > LOW && product < HIGH)) {
      log = 2 * Math.log(w);
      product = 1;
    }
    for (int i = c * stride, end = i + stride; i < end; i++) {
      double p = precision[i];
      if (p != POINT && p > 0) {
        product *= p * (1 / Math.PI);
        if (!(product > LOW && product < HIGH)) {
          log += Math.log(product);
          product = 1;
        }
      }
    }
    return 0.5 * (log + Math.log(product));
  }

  /**
   * Learns a row of weight w.
   *
   * @param total weight of the class with this row
   * @param complete whether no value of the row is missing
   */
  void learn(
      int c, double[] x, int row, double w, double total, boolean complete, double[] classWeight) {
    if (complete && seen == null) {
      learnComplete(c, x, row, w, total);
    } else {
      if (seen == null) {
        countEach(classWeight, c, w);
      }
      learnEach(c, x, row, w);
    }
  }

  private void learnComplete(int c, double[] x, int row, double w, double total) {
    double share = w / total;
    double rest = w * (1 - share);
    double[] m = mean;
    double[] s = squares;
    double[] p = precision;
    double half = 0.5 * (total - 1);
    int n = stride;
    int at = c * n;
    if (!(half > 0)) {
      for (int f = 0; f < n; f++) {
        double d = x[row + f] - m[at + f];
        m[at + f] += share * d;
        s[at + f] += rest * (d * d);
        p[at + f] = POINT;
      }
      return;
    }
    for (int f = 0; f < n; f++) {
      double d = x[row + f] - m[at + f];
      double sum = s[at + f] + rest * (d * d);
      m[at + f] += share * d;
      s[at + f] = sum;
      p[at + f] = Math.min(half / sum, POINT);
    }
  }

  /**
   * From the first missing value on each feature has a weight of its own; until then the class's.
   */
  private void countEach(double[] classWeight, int now, double w) {
    seen = new double[mean.length];
    for (int c = 0; c < classWeight.length; c++) {
      Arrays.fill(
          seen, c * stride, (c + 1) * stride, c == now ? classWeight[c] - w : classWeight[c]);
    }
  }

  private void learnEach(int c, double[] x, int row, double w) {
    int at = c * stride;
    for (int f = 0; f < stride; f++) {
      if (Double.isNaN(x[row + f])) {
        continue;
      }
      double total = seen[at + f] + w;
      double share = w / total;
      double d = x[row + f] - mean[at + f];
      seen[at + f] = total;
      mean[at + f] += share * d;
      squares[at + f] += w * (1 - share) * (d * d);
      precision[at + f] = precision(squares[at + f], total);
    }
  }

  /**
   * Adds what a table has learnt since it was another; this one has room for all classes and
   * features. The weights are those of the classes, here before the addition.
   */
  void add(
      GaussianTable a, double[] weightA, GaussianTable b, double[] weightB, double[] classWeight) {
    if (a.seen != null && seen == null) {
      countEach(classWeight, 0, 0);
    }
    Moments m = new Moments();
    for (int c = 0; c < weightA.length; c++) {
      for (int f = 0; f < stride; f++) {
        m.set(a.seen(c, f, weightA), a.at(a.mean, c, f), a.at(a.squares, c, f));
        m.less(b.seen(c, f, weightB), b.at(b.mean, c, f), b.at(b.squares, c, f));
        if (m.count > 0) {
          int i = c * stride + f;
          m.plus(seen(c, f, classWeight), mean[i], squares[i]);
          mean[i] = m.mean;
          squares[i] = m.squares;
          if (seen != null) {
            seen[i] = m.count;
          }
          precision[i] = precision(m.squares, m.count);
        }
      }
    }
  }

  /** Weight of a feature in a class; one not known yet was 0 in every event so far. */
  private double seen(int c, int f, double[] classWeight) {
    double all = c < classWeight.length ? classWeight[c] : 0;
    return seen == null || f >= stride || c * stride + f >= seen.length
        ? all
        : seen[c * stride + f];
  }

  private double at(double[] a, int c, int f) {
    int i = c * stride + f;
    return f < stride && i < a.length ? a[i] : 0;
  }

  private static double precision(double squares, double weight) {
    double half = 0.5 * (weight - 1);
    return weight <= 0 ? 0 : half > 0 ? Math.min(half / squares, POINT) : POINT;
  }

  void save(StateWriter out, int classes) {
    int n = classes * stride;
    out.put("features", stride);
    out.put("mean", mean, n);
    out.put("squares", squares, n);
    if (seen != null) {
      out.put("seen", seen, n);
    }
  }

  /** Restores the features of as many classes as there are weights. */
  void load(StateReader in, double[] classWeight, int capacity, int mostFeatures) {
    stride = in.intValue("features", 0, mostFeatures);
    int n = Math.multiplyExact(classWeight.length, stride);
    int room = Math.multiplyExact(capacity, stride);
    mean = Arrays.copyOf(in.doubles("mean", n), room);
    squares = Arrays.copyOf(in.doubles("squares", n), room);
    seen = in.has("seen") ? Arrays.copyOf(in.doubles("seen", n), room) : null;
    precision = new double[room];
    for (int i = 0; i < n; i++) {
      precision[i] = precision(squares[i], seen == null ? classWeight[i / stride] : seen[i]);
    }
  }

  long memoryBytes() {
    return 40 + (seen == null ? 3 : 4) * (16 + 8L * mean.length);
  }
}
