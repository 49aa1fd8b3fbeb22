package org.freshet.learn.calibrate;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * For each class the share of truths among the events whose probability fell into each of equal
 * bins, made monotonous by pooling adjacent violators, and drawn as straight lines between the mean
 * probabilities of the bins. Each bin holds one event of its own middle to begin with, so that
 * without data the map is the identity; events fade.
 */
final class BinnedIsotonic implements Calibrator {
  private final double keep;
  private final int bins;
  private final int width;
  private double[] sums = new double[0]; // per class and bin: events, truths, Σ p; faded
  private double[] knots = new double[0]; // per class and bin: mean p, then fitted share
  private final double[] level; // pooling: fitted share, weight and number of bins of each block
  private final double[] weight;
  private final int[] length;
  private int classes;

  BinnedIsotonic(int window, int bins) {
    this.keep = 1 - 1.0 / window;
    this.bins = bins;
    this.width = 3 * bins;
    this.level = new double[bins];
    this.weight = new double[bins];
    this.length = new int[bins];
  }

  @Override
  public void map(double[] p, int n) {
    for (int c = 0; c < n && c < classes; c++) {
      p[c] = at(2 * bins * c, p[c]);
    }
  }

  private double at(int from, double p) {
    int b = bin(p);
    // the knot of the bin lies inside it: p is between it and that of a neighbour
    int left = p < knots[from + 2 * b] ? b - 1 : b;
    if (left < 0) {
      return knots[from + 1];
    }
    if (left == bins - 1) {
      return knots[from + 2 * left + 1];
    }
    int i = from + 2 * left;
    double share = (p - knots[i]) / (knots[i + 2] - knots[i]);
    return knots[i + 1] + share * (knots[i + 3] - knots[i + 1]);
  }

  private int bin(double p) {
    return Math.max(0, Math.min(bins - 1, (int) (p * bins)));
  }

  @Override
  public void learn(double[] p, int n, int label) {
    open(n);
    for (int c = 0; c < n; c++) {
      for (int i = width * c; i < width * (c + 1); i++) {
        sums[i] *= keep;
      }
      int at = width * c + 3 * bin(p[c]);
      sums[at]++;
      sums[at + 1] += c == label ? 1 : 0;
      sums[at + 2] += Math.max(0, Math.min(1, p[c]));
      fit(c);
    }
  }

  private void open(int n) {
    if (n <= classes) {
      return;
    }
    if (width * n > sums.length) {
      int room = Math.max(n, 2 * classes);
      sums = Arrays.copyOf(sums, width * room);
      knots = Arrays.copyOf(knots, 2 * bins * room);
    }
    Arrays.fill(sums, width * classes, width * n, 0);
    int had = classes;
    classes = n;
    for (int c = had; c < n; c++) {
      fit(c);
    }
  }

  /** Pools adjacent violators of the shares of the bins. */
  private void fit(int c) {
    int blocks = 0;
    for (int b = 0; b < bins; b++) {
      int at = width * c + 3 * b;
      double middle = (b + 0.5) / bins;
      double n = sums[at] + 1;
      knots[2 * bins * c + 2 * b] = within(b, (sums[at + 2] + middle) / n);
      level[blocks] = (sums[at + 1] + middle) / n;
      weight[blocks] = n;
      length[blocks++] = 1;
      while (blocks > 1 && level[blocks - 2] >= level[blocks - 1]) {
        blocks--;
        double w = weight[blocks - 1] + weight[blocks];
        level[blocks - 1] =
            (weight[blocks - 1] * level[blocks - 1] + weight[blocks] * level[blocks]) / w;
        weight[blocks - 1] = w;
        length[blocks - 1] += length[blocks];
      }
    }
    int at = 2 * bins * c + 1;
    for (int k = 0; k < blocks; k++) {
      for (int i = 0; i < length[k]; i++, at += 2) {
        knots[at] = level[k];
      }
    }
  }

  /** Keeps a mean inside its bin, whatever rounding did. */
  private double within(int b, double mean) {
    return Math.max((b + 1e-3) / bins, Math.min((b + 1 - 1e-3) / bins, mean));
  }

  @Override
  public void save(StateWriter out) {
    out.put("sums", sums, width * classes);
  }

  @Override
  public void load(StateReader in, int labels) {
    double[] saved = in.doubles("sums");
    if (saved.length % width != 0 || saved.length / width > labels) {
      throw in.corrupt("sums", "has " + saved.length + " values for " + labels + " classes");
    }
    for (int i = 0; i < saved.length; i += 3) {
      boolean good = saved[i] >= 0 && saved[i] < 1e300 && saved[i + 1] >= 0 && saved[i + 2] >= 0;
      if (!good || saved[i + 1] > saved[i] * 1.001 || saved[i + 2] > saved[i] * 1.001) {
        throw in.corrupt("sums", "is impossible for class " + i / width);
      }
    }
    sums = saved;
    classes = saved.length / width;
    knots = new double[2 * bins * classes];
    for (int c = 0; c < classes; c++) {
      fit(c);
    }
  }

  @Override
  public long memoryBytes() {
    return 140 + 8L * (sums.length + knots.length) + 20L * bins;
  }
}
