package org.freshet.learn.drift;

import java.util.Arrays;
import org.freshet.core.DriftDetector;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Watches the mean of a stream of numbers from a bounded range, best 0 … 1, over a window that
 * grows while nothing changes and shrinks when the mean does. It signals a change in either
 * direction; {@link #increased()} tells which.
 *
 * <p>The window W of n values is kept as an exponential histogram: buckets of 1, 2, 4, … values, at
 * most M of each size, each with its total; the two oldest of a size are joined when there are M +
 * 1. Every {@code clock} values, every cut of W at a bucket's edge into an older part W0 of n0
 * values and a newer W1 of n1 is tested. While any has |mean(W0) - mean(W1)| &gt; ε_cut the oldest
 * bucket is dropped, where with 1/m = 1/n0 + 1/n1, δ' = δ / ln n and σ² the variance of W
 *
 * <pre>ε_cut = sqrt(2/m · σ² · ln(2/δ')) + 2/(3m) · ln(2/δ')</pre>
 *
 * <p>Paper: A. Bifet and R. Gavaldà, Learning from Time-Changing Data with Adaptive Windowing, SIAM
 * International Conference on Data Mining, 2007: algorithm ADWIN2 (section 4), ε_cut of section 3.1
 * in the form with the variance, equation (3.1).
 *
 * <p>Where we differ: tests only every {@code clock} values, not after {@code grace_period} values,
 * and with n0 and n1 lessened by {@code min_sub_window} - 1 in 1/m, as the authors' own program is
 * seen to do. Totals of 0/1 values are exact and their variance follows from them, T/n (1 - T/n),
 * so buckets keep a second number only after the first other value. For those the variance of W is
 * summed anew at every test, which lets no rounding build up.
 *
 * <p>Takes any finite number; one that is not finite is passed over. ε_cut holds for values in 0 …
 * 1: scale others. Cost: memory 8 (M + 1) log2(n / M) bytes (twice that for real values); O(1) a
 * value, and (M log2(n / M)) / {@code clock} tests of a cut.
 *
 * <pre>{@code
 * Adwin adwin = new Adwin(0.002);
 * for (int error : errors) {
 *   if (adwin.update(error) == DriftDetector.DRIFT && adwin.increased()) {
 *     // the learner has become worse
 *   }
 * }
 * }</pre>
 */
@Component(
    name = "adwin",
    kinds = Kind.DRIFT_DETECTOR,
    family = "drift",
    traits = {Trait.BOUNDED_MEMORY})
public final class Adwin implements DriftDetector {
  private static final int FIRST_ROWS = 4;

  /** A window of 2^62 values; never reached. */
  private static final int MOST_ROWS = 62;

  /** Parameters; the defaults are those of MOA's ADWIN. */
  public record Parameters(
      @Param(
              value = "Confidence: bound on the chance of a false alarm at a test.",
              def = "0.002",
              range = "(0, 1)",
              origin = "MOA; Bifet and Gavaldà 2007 use 0.01 to 0.3")
          double delta,
      @Param(
              value = "Values between two tests of the window.",
              def = "32",
              range = "[1, 1000000]",
              unit = "values",
              origin = "MOA; 1 is the paper's algorithm")
          int clock,
      @Param(
              value = "Buckets of each size, M.",
              def = "5",
              range = "[2, 1000]",
              origin = "Bifet and Gavaldà 2007, section 5")
          int maxBuckets,
      @Param(
              value = "Values the window must exceed before it is tested.",
              def = "10",
              range = "[0, 1000000000]",
              unit = "values",
              origin = "MOA")
          int gracePeriod,
      @Param(
              value = "Fewest values on either side of a cut.",
              def = "5",
              range = "[1, 1000000]",
              unit = "values",
              origin = "MOA")
          int minSubWindow) {

    /** MOA's defaults with another confidence. */
    public static Parameters of(double delta) {
      return new Parameters(delta, 32, 5, 10, 5);
    }
  }

  private final double delta;
  private final int clock;
  private final int maxBuckets;
  private final int slots;
  private final int gracePeriod;
  private final int minSubWindow;

  /** Row r holds buckets of 2^r values, the oldest first, from r · slots on. */
  private double[] totals;

  /** Sum of squared deviations from the bucket's own mean; null while all values were 0 or 1. */
  private double[] spreads;

  private int[] sizes;
  private int rows = 1;
  private long width;
  private double total;
  private int sinceTest;
  private boolean increased;

  /** ln(2/δ') at the width {@link #logAt}, a lower bound for larger widths. Not state. */
  private double log;

  private long logAt;

  public Adwin(Parameters p, Build build) {
    this(p);
  }

  /** MOA's defaults with another confidence. */
  public Adwin(double delta) {
    this(Parameters.of(delta));
  }

  public Adwin(Parameters p) {
    delta = p.delta;
    clock = p.clock;
    maxBuckets = p.maxBuckets;
    slots = maxBuckets + 1;
    gracePeriod = p.gracePeriod;
    minSubWindow = p.minSubWindow;
    totals = new double[FIRST_ROWS * slots];
    sizes = new int[FIRST_ROWS];
  }

  @Override
  public int update(double value) {
    if (spreads == null) {
      if (value != 0 && value != 1) {
        if (!Double.isFinite(value)) {
          return STABLE;
        }
        leaveBinary();
        insertReal(value);
      } else {
        insertBinary(value);
      }
    } else {
      if (!Double.isFinite(value)) {
        return STABLE;
      }
      insertReal(value);
    }
    width++;
    total += value;
    if (++sinceTest < clock) {
      return STABLE;
    }
    sinceTest = 0;
    return width > gracePeriod && shrink(value) ? DRIFT : STABLE;
  }

  private void insertBinary(double value) {
    double carry = value;
    for (int row = 0; ; row++) {
      if (row == rows) {
        addRow();
      }
      double[] t = totals;
      int base = row * slots;
      int k = sizes[row];
      if (k < maxBuckets) {
        t[base + k] = carry;
        sizes[row] = k + 1;
        return;
      }
      double joined = t[base] + t[base + 1];
      for (int i = base, end = base + k - 2; i < end; i++) {
        t[i] = t[i + 2];
      }
      t[base + k - 2] = carry;
      sizes[row] = k - 1;
      carry = joined;
    }
  }

  private void insertReal(double value) {
    double carry = value;
    double carrySpread = 0;
    for (int row = 0; ; row++) {
      if (row == rows) {
        addRow();
      }
      double[] t = totals;
      double[] s = spreads;
      int base = row * slots;
      int k = sizes[row];
      if (k < maxBuckets) {
        t[base + k] = carry;
        s[base + k] = carrySpread;
        sizes[row] = k + 1;
        return;
      }
      double joined = t[base] + t[base + 1];
      double d = t[base] - t[base + 1];
      double joinedSpread = s[base] + s[base + 1] + d * d / (2.0 * (1L << row));
      System.arraycopy(t, base + 2, t, base, k - 2);
      System.arraycopy(s, base + 2, s, base, k - 2);
      t[base + k - 2] = carry;
      s[base + k - 2] = carrySpread;
      sizes[row] = k - 1;
      carry = joined;
      carrySpread = joinedSpread;
    }
  }

  private void addRow() {
    if (rows == sizes.length) {
      int more = Math.min(2 * rows, MOST_ROWS);
      sizes = Arrays.copyOf(sizes, more);
      totals = Arrays.copyOf(totals, more * slots);
      if (spreads != null) {
        spreads = Arrays.copyOf(spreads, more * slots);
      }
    }
    // What a dropped row left is no part of the state.
    Arrays.fill(totals, rows * slots, (rows + 1) * slots, 0);
    if (spreads != null) {
      Arrays.fill(spreads, rows * slots, (rows + 1) * slots, 0);
    }
    rows++;
  }

  /**
   * From here on values other than 0 and 1 come: gives each bucket the spread its total implies.
   */
  private void leaveBinary() {
    spreads = new double[totals.length];
    for (int row = 0; row < rows; row++) {
      double n = 1L << row;
      for (int i = row * slots, end = i + sizes[row]; i < end; i++) {
        spreads[i] = totals[i] - totals[i] * totals[i] / n;
      }
    }
  }

  /** Drops the oldest bucket while a cut shows a change; whether there was one. */
  private boolean shrink(double newest) {
    double before = (total - newest) / (width - 1);
    if (spreads != null) {
      total = sumOfTotals();
    }
    if (!hasCut()) {
      return false;
    }
    do {
      dropOldest();
    } while (hasCut());
    increased = total / width > before;
    return true;
  }

  /**
   * Whether some cut of the window exceeds ε_cut. The square of its first term, with 1/m at its
   * least and everything multiplied out, is a bound without root or division that nearly every cut
   * stays under.
   */
  private boolean hasCut() {
    double variance = variance();
    double n = width;
    double all = total;
    double bound = 2 * variance * lowLog() * n * (1 - 1e-9);
    double n0 = 0;
    double u0 = 0;
    double[] t = totals;
    for (int row = rows - 1; row >= 0; row--) {
      double bucket = 1L << row;
      for (int i = row * slots, end = i + sizes[row]; i < end; i++) {
        n0 += bucket;
        u0 += t[i];
        double d = u0 * n - all * n0;
        if (d * d > n0 * (n - n0) * bound && exceeds(n0, u0, variance)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean exceeds(double n0, double u0, double variance) {
    double n1 = width - n0;
    if (n0 < minSubWindow || n1 < minSubWindow) {
      return false;
    }
    int less = minSubWindow - 1;
    double log = logTerm();
    double m = 1 / (n0 - less) + 1 / (n1 - less);
    double epsilon = Math.sqrt(2 * m * variance * log) + 2.0 / 3.0 * log * m;
    return Math.abs(u0 / n0 - (total - u0) / n1) > epsilon;
  }

  /** ln(2/δ') with δ' = δ / ln n. */
  private double logTerm() {
    return StrictMath.log(2 * StrictMath.log(width) / delta);
  }

  /**
   * A lower bound of {@link #logTerm()}, computed anew only when the width has moved by a tenth.
   */
  private double lowLog() {
    if (width < logAt || width > logAt + logAt / 10) {
      log = Math.max(0, logTerm());
      logAt = width;
    }
    return log;
  }

  private void dropOldest() {
    int row = rows - 1;
    int base = row * slots;
    int k = sizes[row] - 1;
    width -= 1L << row;
    total -= totals[base];
    sizes[row] = k;
    System.arraycopy(totals, base + 1, totals, base, k);
    if (spreads != null) {
      System.arraycopy(spreads, base + 1, spreads, base, k);
      total = sumOfTotals();
    }
    while (rows > 1 && sizes[rows - 1] == 0) {
      rows--;
    }
  }

  private double sumOfTotals() {
    double sum = 0;
    for (int row = rows - 1; row >= 0; row--) {
      for (int i = row * slots, end = i + sizes[row]; i < end; i++) {
        sum += totals[i];
      }
    }
    return sum;
  }

  /** Variance of the values in the window, with divisor n. */
  public double variance() {
    if (width == 0) {
      return 0;
    }
    double mean = total / width;
    if (spreads == null) {
      return mean * (1 - mean);
    }
    double sum = 0;
    for (int row = rows - 1; row >= 0; row--) {
      double n = 1L << row;
      for (int i = row * slots, end = i + sizes[row]; i < end; i++) {
        double d = totals[i] / n - mean;
        sum += spreads[i] + n * d * d;
      }
    }
    return sum / width;
  }

  /** Mean of the window, 0 while it is empty. */
  @Override
  public double estimate() {
    return width == 0 ? 0 : total / width;
  }

  /** Number of values in the window. */
  public long width() {
    return width;
  }

  /** Sum of the values in the window. */
  public double total() {
    return total;
  }

  /** Whether the last change found was to a higher mean; false before the first. */
  @Override
  public boolean increased() {
    return increased;
  }

  @Override
  public void save(StateWriter out) {
    out.put("width", width);
    out.put("total", total);
    out.put("since-test", sinceTest);
    out.put("increased", increased);
    out.put("sizes", sizes, rows);
    out.put("room", sizes.length);
    out.put("totals", totals, rows * slots);
    if (spreads != null) {
      out.put("spreads", spreads, rows * slots);
    }
  }

  @Override
  public void load(StateReader in) {
    int[] s = in.ints("sizes");
    if (s.length < 1 || s.length > MOST_ROWS) {
      throw in.corrupt("sizes", "has " + s.length + " rows, allowed 1 to " + MOST_ROWS);
    }
    long n = 0;
    for (int row = 0; row < s.length; row++) {
      if (s[row] < 0 || s[row] > maxBuckets) {
        throw in.corrupt(
            "sizes", "has " + s[row] + " buckets of one size, allowed 0 to " + maxBuckets);
      }
      n += (long) s[row] << row;
    }
    width = in.longValue("width");
    if (width != n) {
      throw in.corrupt("width", "is " + width + ", but the buckets hold " + n);
    }
    rows = s.length;
    // Rows ready but empty count as memory; older state does not say how many.
    int least = Math.max(rows, FIRST_ROWS);
    int room = in.has("room") ? in.intValue("room", least, MOST_ROWS) : least;
    sizes = Arrays.copyOf(s, room);
    totals = Arrays.copyOf(in.doubles("totals", rows * slots), room * slots);
    spreads =
        in.has("spreads") ? Arrays.copyOf(in.doubles("spreads", rows * slots), room * slots) : null;
    total = in.doubleValue("total");
    sinceTest = in.intValue("since-test", 0, clock - 1);
    increased = in.bool("increased");
    logAt = 0;
  }

  @Override
  public long memoryBytes() {
    long numbers = totals.length + (spreads == null ? 0 : spreads.length);
    return 112 + 48 + 8 * numbers + 4L * sizes.length;
  }
}
