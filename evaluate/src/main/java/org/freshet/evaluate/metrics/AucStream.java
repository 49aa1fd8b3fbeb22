package org.freshet.evaluate.metrics;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Area under the ROC curve over the whole stream in bounded memory. Two classes: the area of class
 * 1; more: the mean over the classes, each against the rest.
 *
 * <p>Exact while events × classes is at most the limit. Above it all scores go into fixed bins of
 * relative width 1/64 in p below one half and in 1-p above it, down to 2^-60, 7,555 a class; scores
 * of one bin count as tied, and {@link #errorBound} says how much that can change the area. More
 * than {@link #MAX_CLASSES} classes: no area.
 */
public final class AucStream {
  /** Scores kept before they are put in bins: 4 MB. */
  public static final int DEFAULT_LIMIT = 1 << 19;

  /** The most classes an area is kept for: 7.7 MB of bins. */
  public static final int MAX_CLASSES = 64;

  private static final int MANTISSA = 6;
  private static final int SHIFT = 52 - MANTISSA;
  private static final int LOWEST = -60;
  private static final long BASE = Double.doubleToRawLongBits(Math.scalb(1.0, LOWEST)) >>> SHIFT;
  private static final int HALF = ((-1 - LOWEST) << MANTISSA) + 1;
  static final int BINS = 2 * HALF + 1;

  private final int limit;
  private double[] scores = new double[64];
  private int[] labels = new int[32];
  private double[] weights;
  private int stride = 2;
  private int events;
  private int classes;
  private double binnedWeight;
  private double[][] positive;
  private double[][] negative;
  private boolean givenUp;

  public AucStream() {
    this(DEFAULT_LIMIT);
  }

  /**
   * @param limit the most scores kept exactly
   */
  public AucStream(int limit) {
    this.limit = limit;
  }

  /** Adds an event; classes without a score have score 0. */
  public void add(int label, double weight, double[] s, int at, int n) {
    if (!(weight > 0) || givenUp) {
      return;
    }
    int top = Math.max(n, label + 1);
    if (top > classes) {
      open(top);
      if (givenUp) {
        return;
      }
    }
    if (positive == null && (long) (events + 1) * stride > limit) {
      toBins();
    }
    if (positive != null) {
      bin(label, weight, s, at, n);
    } else {
      append(label, weight, s, at, n);
    }
  }

  private void open(int n) {
    if (n > MAX_CLASSES) {
      givenUp = true;
      scores = new double[0];
      labels = new int[0];
      weights = null;
      positive = null;
      negative = null;
      events = 0;
      return;
    }
    if (positive == null && n > stride) {
      int wider = Math.min(MAX_CLASSES, Math.max(n, 2 * stride));
      if ((long) events * wider > limit) {
        toBins();
      } else {
        widen(wider);
      }
    }
    if (positive != null) {
      openBins(n);
    }
    classes = Math.max(classes, n);
  }

  private void widen(int wider) {
    double[] more = new double[Math.max(labels.length, 1) * wider];
    for (int i = 0; i < events; i++) {
      System.arraycopy(scores, i * stride, more, i * wider, stride);
    }
    scores = more;
    stride = wider;
  }

  private void append(int label, double weight, double[] s, int at, int n) {
    if (events == labels.length) {
      int room = Math.max(16, 2 * events);
      labels = Arrays.copyOf(labels, room);
      scores = Arrays.copyOf(scores, room * stride);
      weights = weights == null ? null : Arrays.copyOf(weights, room);
    }
    if (weight != 1 && weights == null) {
      weights = new double[labels.length];
      Arrays.fill(weights, 0, events, 1);
    }
    labels[events] = label;
    if (weights != null) {
      weights[events] = weight;
    }
    int to = events * stride;
    for (int k = 0; k < stride; k++) {
      double p = k < n ? s[at + k] : 0;
      scores[to + k] = p > 0 ? p : 0;
    }
    events++;
  }

  private void toBins() {
    positive = new double[MAX_CLASSES][];
    negative = new double[MAX_CLASSES][];
    openBins(classes);
    for (int i = 0; i < events; i++) {
      bin(
          labels[i],
          weights == null ? 1 : weights[i],
          scores,
          i * stride,
          Math.min(stride, classes));
    }
    scores = new double[0];
    labels = new int[0];
    weights = null;
    events = 0;
  }

  /** Events before a class was known are events of the rest with score 0. */
  private void openBins(int n) {
    for (int k = 0; k < n; k++) {
      if (positive[k] == null) {
        positive[k] = new double[BINS];
        negative[k] = new double[BINS];
        negative[k][0] = binnedWeight;
      }
    }
  }

  private void bin(int label, double weight, double[] s, int at, int n) {
    for (int k = 0; k < classes; k++) {
      int b = bin(k < n ? s[at + k] : 0);
      (label == k ? positive : negative)[k][b] += weight;
    }
    binnedWeight += weight;
  }

  /** Bin of a probability; never falls as p rises. */
  static int bin(double p) {
    if (!(p > 0)) {
      return 0;
    }
    return p <= 0.5 ? half(p) : BINS - 1 - half(Math.max(0, 1 - p));
  }

  /** Bin 0 holds nothing but exact zeros, so that ties there are true ones. */
  private static int half(double p) {
    return p == 0 ? 0 : (int) Math.max(1, (Double.doubleToRawLongBits(p) >>> SHIFT) - BASE + 1);
  }

  /** The area; NaN until two classes have occurred. */
  public double value() {
    if (givenUp || classes < 2) {
      return Double.NaN;
    }
    return positive == null
        ? Auc.macro(scores, stride, classes, labels, weights, events)
        : binned(false);
  }

  /** The most by which {@link #value} can be off: 0 while exact. */
  public double errorBound() {
    return positive == null ? 0 : binned(true);
  }

  private double binned(boolean bound) {
    double sum = 0;
    int defined = 0;
    for (int k = classes == 2 ? 1 : 0; k < classes; k++) {
      double a = Auc.ofRanks(positive[k], negative[k], BINS);
      if (!Double.isNaN(a)) {
        sum += bound ? tied(positive[k], negative[k]) : a;
        defined++;
      }
    }
    return sum / defined;
  }

  private static double tied(double[] positive, double[] negative) {
    double ties = 0;
    double p = 0;
    double q = 0;
    for (int b = 0; b < BINS; b++) {
      ties += b == 0 || b == BINS - 1 ? 0 : positive[b] * negative[b] / 2;
      p += positive[b];
      q += negative[b];
    }
    return ties / (p * q);
  }

  /** Whether scores are still kept one by one. */
  public boolean isExact() {
    return positive == null && !givenUp;
  }

  public void save(StateWriter out) {
    out.put("limit", limit);
    out.put("classes", classes);
    out.put("given-up", givenUp);
    out.put("stride", stride);
    out.put("labels", labels, events);
    out.put("scores", scores, events * stride);
    out.put("weighted", weights != null);
    if (weights != null) {
      out.put("weights", weights, events);
    }
    out.put("binned", positive != null);
    if (positive != null) {
      out.put("binned-weight", binnedWeight);
      for (int k = 0; k < classes; k++) {
        out.put("positive-" + k, positive[k]);
        out.put("negative-" + k, negative[k]);
      }
    }
  }

  public void load(StateReader in) {
    in.longValue("limit", limit, limit);
    classes = in.intValue("classes", 0, MAX_CLASSES);
    givenUp = in.bool("given-up");
    stride = in.intValue("stride", 2, MAX_CLASSES);
    labels = in.ints("labels");
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw in.corrupt("labels", "has the class " + label + ", allowed 0 to " + (classes - 1));
      }
    }
    events = labels.length;
    scores = in.doubles("scores", Math.multiplyExact(events, stride));
    weights = in.bool("weighted") ? in.doubles("weights", events) : null;
    positive = null;
    negative = null;
    if (in.bool("binned")) {
      binnedWeight = in.doubleValue("binned-weight");
      positive = new double[MAX_CLASSES][];
      negative = new double[MAX_CLASSES][];
      for (int k = 0; k < classes; k++) {
        positive[k] = in.doubles("positive-" + k, BINS);
        negative[k] = in.doubles("negative-" + k, BINS);
      }
    }
  }

  public long memoryBytes() {
    long bytes =
        120 + 8L * scores.length + 4L * labels.length + (weights == null ? 0 : 8L * weights.length);
    return bytes + (positive == null ? 0 : 16L * BINS * classes + 16L * MAX_CLASSES);
  }
}
