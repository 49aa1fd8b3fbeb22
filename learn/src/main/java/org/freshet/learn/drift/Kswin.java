package org.freshet.learn.drift;

import java.util.Arrays;
import org.freshet.core.ConfigException;
import org.freshet.core.DriftDetector;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * KSWIN: watches the whole distribution of a number, so that it also sees a change of the spread or
 * the shape at an equal mean. It suits measurements and features with many different values; on 0/1
 * errors it can only see a change of the mean, and the other detectors see that better.
 *
 * <p>A window Ψ holds the last {@code window} values. Of these R are the newest r = {@code
 * stat_size} and W is a sample of as many, drawn without replacement from the older rest. A drift
 * is when the Kolmogorov-Smirnov distance D = max |F_R - F_W| of their empirical distributions is
 * too large for α. After a drift only R is kept. With equal sizes r the distance is k/r for a whole
 * k, so that the least k that is a drift is known from the start:
 *
 * <ul>
 *   <li>{@code exact}: P(D ≥ k/r) = 2 Σ_{j≥1} (-1)^{j-1} C(2r, r - jk) / C(2r, r) ≤ α
 *   <li>{@code asymptotic}: D &gt; sqrt(-ln α / r)
 * </ul>
 *
 * <p>Papers: C. Raab, M. Heusinger and F.-M. Schleif, Reactive Soft Prototype Computing for Concept
 * Drift Streams, Neurocomputing 416, 2020, whose test is {@code asymptotic}; the exact distribution
 * is that of B. V. Gnedenko and V. S. Korolyuk, On the maximum discrepancy between two empirical
 * distributions, Doklady Akademii Nauk SSSR 80, 1951.
 *
 * <p>Where we differ: by default the exact distribution, for which α is the chance of a false alarm
 * at a test. There is one test a value, so a small α is needed: with the defaults a stationary
 * stream of real values has a false alarm about every 800 values.
 *
 * <p>Takes any finite number; what is not finite is passed over. Cost: O({@code window}) time a
 * value, 24 bytes for each value of the window.
 *
 * <pre>{@code
 * DriftDetector kswin = new Kswin(Kswin.Parameters.defaults(), 7);
 * if (kswin.update(reading) == DriftDetector.DRIFT) {
 *   // the readings are no longer distributed as before
 * }
 * }</pre>
 */
@Component(
    name = "kswin",
    kinds = Kind.DRIFT_DETECTOR,
    family = "drift",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class Kswin implements DriftDetector {

  /** How the distance is judged. */
  public enum Test {
    EXACT,
    ASYMPTOTIC
  }

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "Chance of a false alarm at a test, α.",
              def = "0.005",
              range = "(0, 1)",
              origin = "River")
          double alpha,
      @Param(
              value = "Values in the window.",
              def = "100",
              range = "[4, 100000]",
              unit = "values",
              origin = "River")
          int window,
      @Param(
              value = "Values compared on either side, r; at most half the window.",
              def = "30",
              range = "[2, 10000]",
              unit = "values",
              origin = "Raab et al. 2020")
          int statSize,
      @Param(
              value = "How the distance is judged: exact or asymptotic.",
              def = "exact",
              origin = "the asymptotic bound of the paper is not that of α at r = 30")
          Test test) {

    public Parameters {
      if (statSize > window / 2) {
        throw new ConfigException(
            "",
            "parameter 'stat_size' of kswin is %d, allowed at most half of window, which is %d"
                .formatted(statSize, window));
      }
      if (leastDrift(test, alpha, statSize) > statSize) {
        throw new ConfigException(
            "",
            "parameter 'alpha' of kswin is %s, which no distance of %d values can reach; raise alpha or stat_size"
                .formatted(alpha, statSize));
      }
    }

    /** The usual values. */
    public static Parameters defaults() {
      return new Parameters(0.005, 100, 30, Test.EXACT);
    }
  }

  private final int r;
  private final int window;
  private final int leastDrift;
  private final Rng rng;

  /** The window in order of time, a ring: the oldest at {@link #head}. */
  private final double[] ring;

  /** All but the newest r values, in order of size. */
  private final double[] older;

  /** The newest r values, in order of size. */
  private final double[] newer;

  private int head;
  private int size;
  private boolean increased;

  public Kswin(Parameters p, Build build) {
    this(p, build.seed());
  }

  public Kswin(Parameters p, long seed) {
    r = p.statSize;
    window = p.window;
    leastDrift = leastDrift(p.test, p.alpha, r);
    rng = new Rng(seed);
    ring = new double[window];
    older = new double[window - r + 1];
    newer = new double[r + 1];
  }

  /** The least k for which a distance of k/r is a drift; above r if there is none. */
  private static int leastDrift(Test test, double alpha, int r) {
    if (test == Test.ASYMPTOTIC) {
      return (int) Math.floor(r * Math.sqrt(-StrictMath.log(alpha) / r)) + 1;
    }
    int k = 1;
    while (k <= r && exactChance(k, r) > alpha) {
      k++;
    }
    return k;
  }

  /** P(D ≥ k/r) for two samples of r values without ties, Gnedenko and Korolyuk's formula. */
  static double exactChance(int k, int r) {
    double sum = 0;
    double ratio = 1; // C(2r, r - m) / C(2r, r)
    for (int m = 1; m <= r; m++) {
      ratio *= (r - m + 1.0) / (r + m);
      if (m % k == 0) {
        sum += m / k % 2 == 1 ? ratio : -ratio;
      }
    }
    return 2 * sum;
  }

  @Override
  public int update(double value) {
    if (!Double.isFinite(value)) {
      return STABLE;
    }
    push(value);
    if (size < window || distance() < leastDrift) {
      return STABLE;
    }
    increased = Kernels.sum(newer, 0, r) / r > Kernels.sum(older, 0, size - r) / (size - r);
    keepNewer();
    return DRIFT;
  }

  private void push(double value) {
    if (size == window) {
      remove(older, size - r, ring[head]);
      head = head + 1 == window ? 0 : head + 1;
      size--;
    }
    if (size >= r) {
      double aged = ring[at(size - r)];
      remove(newer, r, aged);
      insert(older, size - r, aged);
      insert(newer, r - 1, value);
    } else {
      insert(newer, size, value);
    }
    ring[at(size)] = value;
    size++;
  }

  private int at(int i) {
    int k = head + i;
    return k < window ? k : k - window;
  }

  private static void insert(double[] sorted, int n, double value) {
    int at = Arrays.binarySearch(sorted, 0, n, value);
    if (at < 0) {
      at = -at - 1;
    }
    System.arraycopy(sorted, at, sorted, at + 1, n - at);
    sorted[at] = value;
  }

  private static void remove(double[] sorted, int n, double value) {
    int at = Arrays.binarySearch(sorted, 0, n, value);
    System.arraycopy(sorted, at + 1, sorted, at, n - at - 1);
  }

  /**
   * r times the distance between the newest values and a sample of the older ones. The sample is
   * drawn in order of size (selection sampling, Knuth's algorithm S), so that one walk finds the
   * largest difference of the two counts: at each sampled value and just below it.
   */
  private int distance() {
    int largest = 0;
    int counted = 0; // of the newest values
    int drawn = 0;
    double last = Double.NEGATIVE_INFINITY;
    int left = size - r;
    for (int i = 0; drawn < r; i++, left--) {
      if (rng.nextDouble() * left >= r - drawn) {
        continue;
      }
      double v = older[i];
      if (v > last) {
        counted = countTo(last, counted);
        largest = Math.max(largest, Math.abs(counted - drawn));
        while (counted < r && newer[counted] < v) {
          counted++;
        }
        largest = Math.max(largest, Math.abs(counted - drawn));
        last = v;
      }
      drawn++;
    }
    return Math.max(largest, r - countTo(last, counted));
  }

  /** Number of newest values up to v, of which {@code from} are known to be. */
  private int countTo(double v, int from) {
    int k = from;
    while (k < r && newer[k] <= v) {
      k++;
    }
    return k;
  }

  /** After a drift the newest values are all that is left. */
  private void keepNewer() {
    head = at(size - r);
    size = r;
  }

  /** Mean of the window. */
  @Override
  public double estimate() {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += ring[at(i)];
    }
    return size == 0 ? 0 : sum / size;
  }

  @Override
  public boolean increased() {
    return increased;
  }

  @Override
  public void save(StateWriter out) {
    double[] inOrder = new double[size];
    for (int i = 0; i < size; i++) {
      inOrder[i] = ring[at(i)];
    }
    out.put("window", inOrder);
    out.put("increased", increased);
    rng.save(out, "rng");
  }

  @Override
  public void load(StateReader in) {
    double[] inOrder = in.doubles("window");
    if (inOrder.length > window) {
      throw in.corrupt("window", "has " + inOrder.length + " values, allowed " + window);
    }
    head = 0;
    size = 0;
    for (double v : inOrder) {
      if (!Double.isFinite(v)) {
        throw in.corrupt("window", "holds " + v);
      }
      push(v);
    }
    increased = in.bool("increased");
    rng.load(in, "rng");
  }

  @Override
  public long memoryBytes() {
    return 72 + 64 + 48 + 8L * (ring.length + older.length + newer.length);
  }
}
