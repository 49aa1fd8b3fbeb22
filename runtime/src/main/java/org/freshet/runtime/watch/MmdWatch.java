package org.freshet.runtime.watch;

import java.util.Arrays;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Maximum mean discrepancy of all numeric columns together, which sees a change of how they hang
 * together that no column shows by itself. After each window the squared distance of the mean
 * embeddings of this window and of a reference before it, under the Gaussian kernel, by {@value
 * #PAIRS} random Fourier features (A. Gretton et al., "A kernel two-sample test", JMLR 13, 2012; A.
 * Rahimi and B. Recht, "Random features for large-scale kernel machines", NIPS 2007). Columns are
 * brought to mean 0 and spread 1 of the first window; a missing value is the mean. The width of the
 * kernel is the square root of the number of columns, that of the usual distance of two events.
 *
 * <p>The limit is what two windows of one distribution exceed about once in ten million times: the
 * statistic is then a weighted sum of squares, whose mean and variance are taken from how the means
 * of {@value #BLOCKS} blocks differ within both windows (which allows for events that depend on
 * their neighbours), matched by a multiple of a chi-squared variable. The window that raised an
 * alarm is the next reference; there is no second alarm until a window is below half the limit.
 *
 * <p>Cost of an event: {@value #PAIRS} times a dot product, a sine and a cosine.
 */
final class MmdWatch {
  static final int PAIRS = 32;
  private static final int BLOCKS = 20;
  private static final int SIZE = 2 * PAIRS;

  private final int window;
  private final int block; // events of one
  private final int[] columns;
  private final double[] frequencies; // PAIRS × columns
  private final double[] mean;
  private final double[] squares;
  private final double[] z; // scratch: the event, scaled
  private final double[] now = new double[BLOCKS * SIZE]; // sums, then means, of blocks
  private final double[] reference = new double[BLOCKS * SIZE];
  private int seen;
  private int windows; // 0: scales, 1: the first reference, 2: from then on
  private boolean raised;

  MmdWatch(Schema schema, int window, long seed) {
    this.block = Math.max(1, window / BLOCKS);
    this.window = block * BLOCKS;
    int[] all = new int[schema.width()];
    int n = 0;
    for (int c = 0; c < all.length; c++) {
      if (schema.column(c).kind() == Column.Kind.NUMERIC) {
        all[n++] = c;
      }
    }
    columns = Arrays.copyOf(all, n);
    mean = new double[n];
    squares = new double[n];
    z = new double[n];
    frequencies = new double[PAIRS * n];
    Rng rng = new Rng(Rng.childSeed(seed, "watch.mmd", 0));
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = rng.nextGaussian() / StrictMath.sqrt(n);
    }
  }

  void add(Features x, Findings out) {
    if (windows == 0) {
      scale(x);
    } else {
      embed(x);
    }
    if (++seen < window) {
      return;
    }
    seen = 0;
    if (windows > 0) {
      for (int i = 0; i < now.length; i++) {
        now[i] /= block;
      }
    }
    if (windows == 2) {
      compare(out);
    }
    if (windows == 1) {
      refer();
    }
    windows = Math.min(2, windows + 1);
    Arrays.fill(now, 0);
  }

  private void scale(Features x) {
    for (int i = 0; i < columns.length; i++) {
      double v = x.get(columns[i]);
      if (Double.isFinite(v)) {
        double d = v - mean[i];
        mean[i] += d / (seen + 1);
        squares[i] += d * (v - mean[i]);
      }
    }
  }

  private void embed(Features x) {
    int n = columns.length;
    for (int i = 0; i < n; i++) {
      double v = x.get(columns[i]);
      double spread = Math.sqrt(squares[i] / window);
      double d = spread > 0 ? (v - mean[i]) / spread : Math.signum(v - mean[i]);
      z[i] = Double.isNaN(d) ? 0 : Math.max(-10, Math.min(10, d));
    }
    int at = seen / block * SIZE;
    for (int p = 0; p < PAIRS; p++) {
      double dot = 0;
      for (int i = 0; i < n; i++) {
        dot += frequencies[p * n + i] * z[i];
      }
      now[at + 2 * p] += StrictMath.cos(dot);
      now[at + 2 * p + 1] += StrictMath.sin(dot);
    }
  }

  private void compare(Findings out) {
    double[] a = middle(now);
    double[] b = middle(reference);
    double distance = 0;
    for (int j = 0; j < SIZE; j++) {
      distance += (a[j] - b[j]) * (a[j] - b[j]);
    }
    distance /= PAIRS;
    double limit = limit(a, b) / PAIRS;
    out.measured("mmd", "features", distance, limit);
    if (distance > limit) {
      if (!raised) {
        out.alarm("mmd", "features", distance, limit);
      }
      raised = true;
      refer();
    } else if (distance < limit / 2) {
      raised = false;
    }
  }

  private static double[] middle(double[] blocks) {
    double[] m = new double[SIZE];
    for (int k = 0; k < BLOCKS; k++) {
      for (int j = 0; j < SIZE; j++) {
        m[j] += blocks[k * SIZE + j] / BLOCKS;
      }
    }
    return m;
  }

  /** Of the squared distance of two means of blocks that are alike. */
  private double limit(double[] a, double[] b) {
    int n = 2 * (BLOCKS - 1); // degrees of freedom
    double[][] deviations = new double[2 * BLOCKS][SIZE];
    for (int k = 0; k < BLOCKS; k++) {
      for (int j = 0; j < SIZE; j++) {
        deviations[k][j] = now[k * SIZE + j] - a[j];
        deviations[BLOCKS + k][j] = reference[k * SIZE + j] - b[j];
      }
    }
    double trace = 0; // of the covariance of the mean of a block
    double square = 0; // of its square
    for (int i = 0; i < deviations.length; i++) {
      for (int k = 0; k < deviations.length; k++) {
        double g = 0;
        for (int j = 0; j < SIZE; j++) {
          g += deviations[i][j] * deviations[k][j];
        }
        square += g / n * (g / n);
        trace += i == k ? g / n : 0;
      }
    }
    // What is expected of the square holds the noise of the estimate itself.
    double least = trace * trace / SIZE;
    double own = (square - trace * trace / n) * n * n / ((n - 1.0) * (n + 2));
    square = Math.max(own, least);
    double scale = 2.0 / BLOCKS; // the variance of a difference of two means of blocks
    double degrees = trace * trace / square;
    return scale * trace / degrees * Tails.chiSquared(degrees);
  }

  private void refer() {
    System.arraycopy(now, 0, reference, 0, now.length);
  }

  long memoryBytes() {
    return 200 + 8L * (frequencies.length + 3L * mean.length + 2L * now.length);
  }

  void save(StateWriter out) {
    out.put("seen", seen);
    out.put("windows", windows);
    out.put("mean", mean);
    out.put("squares", squares);
    out.put("now", now);
    out.put("reference", reference);
    out.put("raised", raised);
  }

  void load(StateReader in) {
    seen = in.intValue("seen", 0, window - 1);
    windows = in.intValue("windows", 0, 2);
    System.arraycopy(in.doubles("mean", mean.length), 0, mean, 0, mean.length);
    System.arraycopy(in.doubles("squares", mean.length), 0, squares, 0, mean.length);
    System.arraycopy(in.doubles("now", now.length), 0, now, 0, now.length);
    System.arraycopy(in.doubles("reference", now.length), 0, reference, 0, now.length);
    raised = in.bool("raised");
  }
}
