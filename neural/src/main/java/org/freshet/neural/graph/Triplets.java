package org.freshet.neural.graph;

import java.util.Arrays;

/**
 * Triplet loss with the hardest of a batch: of each row i, max(0, d_ip − d_in + margin) with the
 * squared distance d_ip of the farthest row of its group and d_in of the nearest of another, rows
 * being brought to length 1.
 */
public final class Triplets {
  private final double margin;
  private double[] normal = {};
  private double[] by = {};
  private double[] length = {};

  public Triplets(double margin) {
    this.margin = margin;
  }

  /**
   * Adds the gradient of {@code weight} times the mean over the rows, of those whose group is not
   * below 0, where there are two groups.
   *
   * @param from the first row
   * @param group of each row from there on; one below 0 takes no part
   * @param pull whether d_ip counts; else others are pushed away, and that is all
   * @return the loss
   */
  public double add(Node z, int from, int[] group, int n, double weight, boolean pull) {
    int rows = 0;
    for (int i = 0; i < n; i++) {
      rows += group[i] >= 0 ? 1 : 0;
    }
    normalize(z, from, n);
    double loss = 0;
    for (int i = 0; i < n; i++) {
      if (group[i] >= 0) {
        loss += row(group, i, n, z.width(), weight / rows, pull);
      }
    }
    for (int i = 0; i < n; i++) { // through the length
      int at = i * z.width();
      double along = 0;
      for (int c = 0; c < z.width(); c++) {
        along += by[at + c] * normal[at + c];
      }
      for (int c = 0; c < z.width(); c++) {
        double g = (by[at + c] - along * normal[at + c]) / length[i];
        z.gradient()[(from + i) * z.stride() + c] += (float) g;
      }
    }
    return loss;
  }

  private void normalize(Node z, int from, int n) {
    if (length.length < n || normal.length < n * z.width()) {
      length = new double[n];
      normal = new double[n * z.width()];
      by = new double[normal.length];
    }
    Arrays.fill(by, 0, n * z.width(), 0);
    for (int i = 0; i < n; i++) {
      int at = (from + i) * z.stride();
      double sum = 0;
      for (int c = 0; c < z.width(); c++) {
        sum += (double) z.value()[at + c] * z.value()[at + c];
      }
      length[i] = Math.max(1e-8, Math.sqrt(sum));
      for (int c = 0; c < z.width(); c++) {
        normal[i * z.width() + c] = z.value()[at + c] / length[i];
      }
    }
  }

  private double row(int[] group, int i, int n, int width, double weight, boolean pull) {
    int far = i;
    int near = -1;
    double farthest = 0;
    double nearest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      if (group[j] >= 0) {
        double d = distance(i * width, j * width, width);
        if (group[j] != group[i] && d < nearest) {
          nearest = d;
          near = j;
        } else if (pull && group[j] == group[i] && d > farthest) {
          farthest = d;
          far = j;
        }
      }
    }
    double loss = farthest - nearest + margin;
    if (near < 0 || !(loss > 0)) {
      return 0;
    }
    between(i * width, far * width, width, 2 * weight);
    between(i * width, near * width, width, -2 * weight);
    return weight * loss;
  }

  private double distance(int a, int b, int width) {
    double sum = 0;
    for (int c = 0; c < width; c++) {
      double d = normal[a + c] - normal[b + c];
      sum += d * d;
    }
    return sum;
  }

  /** Adds {@code times} the difference of two rows to the gradient of one, and takes it off. */
  private void between(int a, int b, int width, double times) {
    for (int c = 0; c < width; c++) {
      double g = times * (normal[a + c] - normal[b + c]);
      by[a + c] += g;
      by[b + c] -= g;
    }
  }

  public long memoryBytes() {
    return 40 + 3 * 16 + 8L * (length.length + 2L * normal.length);
  }
}
