package org.freshet.runtime.watch;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Population stability index of one column: after each window of events, Σ (p - q) ln(p / q) over
 * the shares of its values in the bins of a reference window before it. A column of at most {@value
 * #DISTINCT} different values has a bin for each and one for others; another has ten bins of equal
 * content. What is missing has a bin of its own.
 *
 * <p>An alarm is raised above the limit, 0.2 by custom, or above what two samples of one
 * distribution reach once in ten million windows, whichever is more: for those the index is (1/n +
 * 1/m) times a chi-squared variable with one degree less than there are bins (B. Yurdakul,
 * "Statistical properties of population stability index", 2018). The window that raised it is the
 * next reference, so that a change is one alarm, and a column that changes all the time too: there
 * is no second one until a window is below half of the limit.
 */
final class PsiWatch {
  static final int DISTINCT = 20;
  private static final int BINS = 10;

  /** Values of a window kept to make bins of. */
  private static final int SAMPLE = 2048;

  private final String watch;
  private final String of;
  private final int window;
  private final int every; // of so many values one is kept
  private final double limit;

  private final double[] sample;
  private int kept;
  private int seen; // in this window

  // Bins; cuts is empty before there is a reference.
  private double[] cuts = new double[0];
  private boolean exact; // cuts are the values themselves
  private double[] reference = new double[0]; // counts, the last bin is that of missing values
  private double references;
  private int[] counts = new int[0];
  private boolean raised;
  private double last = Double.NaN;

  PsiWatch(String watch, String of, int window, double limit) {
    this.watch = watch;
    this.of = of;
    this.window = window;
    this.limit = limit;
    this.every = (window + SAMPLE - 1) / SAMPLE;
    this.sample = new double[(window + every - 1) / every];
  }

  void add(double value, Findings out) {
    if (every == 1 || seen % every == 0) {
      sample[kept++] = value;
    }
    if (reference.length > 0) {
      counts[bin(value)]++;
    }
    if (++seen == window) {
      end(out);
      seen = 0;
      kept = 0;
      Arrays.fill(counts, 0);
    }
  }

  private int bin(double value) {
    if (Double.isNaN(value)) {
      return reference.length - 1;
    }
    int below = 0;
    for (double cut : cuts) { // they are few, and this has no branch to guess wrong
      below += cut < value ? 1 : 0;
    }
    return exact && (below == cuts.length || cuts[below] != value) ? cuts.length : below;
  }

  private void end(Findings out) {
    if (reference.length == 0) {
      refer();
      return;
    }
    double beyond = beyond();
    last = psi();
    out.measured(watch, of, last, beyond);
    if (last > beyond) {
      if (!raised) {
        out.alarm(watch, of, last, beyond);
      }
      raised = true;
      refer();
    } else if (last < beyond / 2) {
      raised = false;
    }
  }

  private double beyond() {
    double noise = (1.0 / window + 1 / references) * Tails.chiSquared(reference.length - 1);
    return Math.max(limit, noise);
  }

  private double psi() {
    double sum = 0;
    int bins = reference.length;
    for (int b = 0; b < bins; b++) {
      double p = (counts[b] + 0.5) / (window + 0.5 * bins);
      double q = (reference[b] + 0.5) / (references + 0.5 * bins);
      sum += (p - q) * StrictMath.log(p / q);
    }
    return sum;
  }

  /** The window at hand is what later ones are compared with. */
  private void refer() {
    double[] sorted = Arrays.copyOf(sample, kept);
    Arrays.sort(sorted); // missing last
    int known = kept;
    while (known > 0 && Double.isNaN(sorted[known - 1])) {
      known--;
    }
    cuts = distinct(sorted, known);
    exact = cuts.length <= DISTINCT;
    if (!exact) {
      double[] quantiles = new double[BINS - 1];
      for (int i = 1; i < BINS; i++) {
        quantiles[i - 1] = sorted[(int) ((long) i * known / BINS)];
      }
      cuts = distinct(quantiles, quantiles.length);
    }
    bins(cuts.length + 2);
    references = kept;
    for (int i = 0; i < kept; i++) {
      reference[bin(sample[i])]++;
    }
  }

  private void bins(int n) {
    reference = new double[n];
    counts = new int[n];
  }

  /** The different ones among sorted values; one more than are bins for, at most. */
  private static double[] distinct(double[] sorted, int n) {
    double[] d = new double[Math.min(n, DISTINCT + 1)];
    int size = 0;
    for (int i = 0; i < n && size < d.length; i++) {
      if (size == 0 || sorted[i] != d[size - 1]) {
        d[size++] = sorted[i] + 0.0; // no negative zero
      }
    }
    return Arrays.copyOf(d, size);
  }

  /** Forgets the reference: what comes is expected to be otherwise. */
  void restart() {
    bins(0);
    cuts = new double[0];
    kept = 0;
    seen = 0;
    raised = false;
  }

  long memoryBytes() {
    return 160 + 8L * (sample.length + cuts.length + reference.length) + 4L * counts.length;
  }

  void save(StateWriter out) {
    out.put("sample", sample, kept);
    out.put("seen", seen);
    out.put("cuts", cuts);
    out.put("exact", exact);
    out.put("reference", reference);
    out.put("references", references);
    out.put("counts", counts);
    out.put("raised", raised);
  }

  void load(StateReader in) {
    seen = in.intValue("seen", 0, window - 1);
    double[] saved = in.doubles("sample", (seen + every - 1) / every);
    kept = saved.length;
    System.arraycopy(saved, 0, sample, 0, kept);
    cuts = in.doubles("cuts");
    if (cuts.length > DISTINCT) {
      throw in.corrupt("cuts", "has " + cuts.length + " values, allowed " + DISTINCT);
    }
    exact = in.bool("exact");
    reference = in.doubles("reference");
    if (reference.length != cuts.length + 2 && (reference.length > 0 || cuts.length > 0)) {
      throw in.corrupt("reference", "does not fit the cuts");
    }
    references = in.doubleValue("references");
    counts = in.ints("counts", reference.length);
    raised = in.bool("raised");
  }
}
