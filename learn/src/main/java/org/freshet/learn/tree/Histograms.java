package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * What a leaf observes of its numeric features against the target: per feature a fixed number of
 * equally wide intervals, each with the weight, sum and sum of squares of the targets that fell in.
 *
 * <p>The range is not known beforehand. A feature that has shown one value has no width yet; the
 * second value opens it, and a value outside doubles the width, merging intervals two by two, so
 * that nothing is lost but resolution. A value so far outside that the rest would be crushed goes
 * to the nearest interval, until such values are more than 2 % of the weight.
 */
final class Histograms {
  /** Doubles of one interval: weight, sum, sum of squares. */
  static final int CELL = 3;

  /** Share of an interval by which the first one begins below the smallest value. */
  private static final double OFFSET = 0.382;

  /** Doublings at once that a single value may cause. */
  private static final int TRUSTED = 4;

  private static final double OUTLIERS = 0.02;

  /** No range begins farther out: values go to 1e100. */
  private static final double LARGEST = 1e110;

  final int features;
  final int bins;
  private final int cell; // doubles of one interval; the first is the weight
  final double[] cells; // (feature · bins + interval) · cell
  final double[] low; // NaN before any value
  final double[] scale; // intervals per unit; infinite while one value was seen
  final double[] outside; // weight put in the nearest interval

  Histograms(int features, int bins) {
    this(features, bins, CELL);
  }

  /**
   * Intervals with another number of sums each, filled by {@link #add(double[], int[], double[])}.
   */
  Histograms(int features, int bins, int cell) {
    this.features = features;
    this.bins = bins;
    this.cell = cell;
    this.cells = new double[features * bins * cell];
    this.low = new double[features];
    this.scale = new double[features];
    this.outside = new double[features];
    Arrays.fill(low, Double.NaN);
    Arrays.fill(scale, Double.POSITIVE_INFINITY);
  }

  static int bytes(int features, int bins) {
    return bytes(features, bins, CELL);
  }

  static int bytes(int features, int bins, int cell) {
    return 48 + 4 * 16 + 8 * features * (bins * cell + 3);
  }

  /** Takes the values of the columns given, NaN being missing. */
  void add(double[] xs, int[] columns, double weight, double target) {
    double wy = weight * target;
    double wyy = wy * target;
    for (int k = 0; k < features; k++) {
      double v = xs[columns[k]];
      double t = (v - low[k]) * scale[k];
      int bin = (int) t;
      if (!(t >= 0 && bin < bins)) {
        if (Double.isNaN(v)) {
          continue;
        }
        bin = place(k, v, weight);
      }
      int c = (k * bins + bin) * CELL;
      cells[c] += weight;
      cells[c + 1] += wy;
      cells[c + 2] += wyy;
    }
  }

  /**
   * Adds sums of another kind where the values of the columns given lie.
   *
   * @param terms what each cell grows by, the weight first
   */
  void add(double[] xs, int[] columns, double[] terms) {
    for (int k = 0; k < features; k++) {
      double v = xs[columns[k]];
      if (Double.isNaN(v)) {
        continue;
      }
      double t = (v - low[k]) * scale[k];
      int bin = (int) t;
      if (!(t >= 0 && bin < bins)) {
        bin = place(k, v, terms[0]);
      }
      int c = (k * bins + bin) * cell;
      for (int i = 0; i < cell; i++) {
        cells[c + i] += terms[i];
      }
    }
  }

  /** The interval of a value that lies outside, after making room for it. */
  private int place(int k, double v, double weight) {
    if (Double.isNaN(low[k])) {
      low[k] = v;
      return 0;
    }
    if (Double.isInfinite(scale[k])) {
      if (v == low[k]) {
        return 0;
      }
      open(k, low[k], v);
      return at(k, v);
    }
    int needed = 0;
    double below = low[k] - v;
    double above = v - (low[k] + bins / scale[k]);
    double span = bins / scale[k];
    for (double room = span; room < Math.max(below, above) + span; room *= 2) {
      needed++;
    }
    if (needed > TRUSTED) {
      outside[k] += weight;
      if (outside[k] <= OUTLIERS * weightOf(k)) {
        return below > 0 ? 0 : bins - 1;
      }
      outside[k] = 0;
    }
    for (int i = 0; i <= needed && v < low[k]; i++) {
      halve(k, true);
    }
    for (int i = 0; i <= needed && !((v - low[k]) * scale[k] < bins); i++) {
      halve(k, false);
    }
    return at(k, v);
  }

  private int at(int k, double v) {
    return Math.max(0, Math.min(bins - 1, (int) ((v - low[k]) * scale[k])));
  }

  private void open(int k, double seen, double v) {
    range(k, Math.min(seen, v), Math.max(seen, v));
    int from = k * bins * cell;
    int to = from + at(k, seen) * cell;
    for (int i = 0; i < cell && to != from; i++) {
      cells[to + i] = cells[from + i];
      cells[from + i] = 0;
    }
  }

  /** Lets the intervals of an empty feature span from lo to hi. */
  void range(int k, double lo, double hi) {
    double width = Math.max((hi - lo) / (bins - 1.5), Math.ulp(Math.max(Math.abs(lo), hi)));
    low[k] = lo - OFFSET * width;
    scale[k] = 1 / Math.max(width, Double.MIN_NORMAL);
  }

  /** Doubles the width of the intervals, downwards or upwards. */
  private void halve(int k, boolean down) {
    int half = bins / 2;
    int from = k * bins * cell;
    if (down) {
      low[k] -= bins / scale[k];
      for (int b = bins - 1; b >= 0; b--) {
        move(from + b * cell, from + (half + b / 2) * cell);
      }
    } else {
      for (int b = 1; b < bins; b++) {
        move(from + b * cell, from + b / 2 * cell);
      }
    }
    scale[k] /= 2;
  }

  private void move(int from, int to) {
    if (from == to) {
      return;
    }
    for (int i = 0; i < cell; i++) {
      double v = cells[from + i];
      cells[from + i] = 0;
      cells[to + i] += v;
    }
  }

  /** Weight of the values seen of a feature. */
  double weightOf(int k) {
    double sum = 0;
    for (int c = k * bins * cell, end = c + bins * cell; c < end; c += cell) {
      sum += cells[c];
    }
    return sum;
  }

  /** Whether a feature has shown more than one value. */
  boolean varies(int k) {
    return scale[k] < Double.POSITIVE_INFINITY;
  }

  /** The value at which an interval begins. */
  double edge(int k, int bin) {
    return low[k] + bin / scale[k];
  }

  /** Where the lowest interval that holds anything begins. */
  double lowest(int k) {
    int b = 0;
    while (b < bins - 1 && cells[(k * bins + b) * cell] == 0) {
      b++;
    }
    return edge(k, b);
  }

  /** Where the highest interval that holds anything ends. */
  double highest(int k) {
    int b = bins - 1;
    while (b > 0 && cells[(k * bins + b) * cell] == 0) {
      b--;
    }
    return edge(k, b + 1);
  }

  /** Mean of the values between two bounds, intervals standing for their middle. */
  double mean(int k, double lo, double hi) {
    double n = 0;
    double sum = 0;
    for (int b = 0; b < bins; b++) {
      double middle = 0.5 * (edge(k, b) + edge(k, b + 1));
      if (middle > lo && middle <= hi) {
        double w = cells[(k * bins + b) * cell];
        n += w;
        sum += w * middle;
      }
    }
    return n > 0 ? sum / n : 0.5 * (lo + hi);
  }

  /** The same intervals with some of their sums only, the weight first. */
  Histograms only(int[] sums) {
    Histograms h = new Histograms(features, bins, sums.length);
    System.arraycopy(low, 0, h.low, 0, features);
    System.arraycopy(scale, 0, h.scale, 0, features);
    System.arraycopy(outside, 0, h.outside, 0, features);
    for (int b = 0; b < features * bins; b++) {
      for (int i = 0; i < sums.length; i++) {
        h.cells[b * sums.length + i] = cells[b * cell + sums[i]];
      }
    }
    return h;
  }

  /** Empties the intervals and keeps where they lie. */
  void clear() {
    Arrays.fill(cells, 0);
    Arrays.fill(outside, 0);
  }

  /** As it was made, before any value. */
  Histograms emptied() {
    clear();
    Arrays.fill(low, Double.NaN);
    Arrays.fill(scale, Double.POSITIVE_INFINITY);
    return this;
  }

  void save(Tape out) {
    out.put(low, 0, features);
    out.put(scale, 0, features);
    out.put(outside, 0, features);
    out.put(cells, 0, cells.length);
  }

  static Histograms load(Tape in, int features, int bins) {
    return load(in, features, bins, CELL);
  }

  static Histograms load(Tape in, int features, int bins, int cell) {
    in.need((long) features * (bins * cell + 3));
    Histograms h = new Histograms(features, bins, cell);
    in.next(h.low, 0, features);
    in.next(h.scale, 0, features);
    in.next(h.outside, 0, features);
    for (int k = 0; k < features; k++) {
      if (!(h.scale[k] > 0) || Math.abs(h.low[k]) > LARGEST) {
        throw in.corrupt("numbers", "has a range that cannot be");
      }
    }
    in.next(h.cells, 0, h.cells.length);
    return h;
  }
}
