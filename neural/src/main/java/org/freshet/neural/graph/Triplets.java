package org.freshet.neural.graph;

/**
 * Triplet loss with the hardest of a batch: of each row i, max(0, d_ip − d_in + margin) with the
 * squared distance d_ip of the farthest row of its group and d_in of the nearest of another.
 */
public final class Triplets {
  private Triplets() {}

  /**
   * Adds the gradient of {@code weight} times the mean over the rows, of those whose group is not
   * below 0, where there are two groups.
   *
   * @param from the first row
   * @param group of each row from there on; one below 0 takes no part
   * @param pull whether d_ip counts; else others are pushed away, and that is all
   * @return the loss
   */
  public static double add(
      Node z, int from, int[] group, int n, double margin, double weight, boolean pull) {
    int rows = 0;
    boolean two = false;
    int first = -1;
    for (int i = 0; i < n; i++) {
      if (group[i] >= 0) {
        rows++;
        two |= first >= 0 && group[i] != first;
        first = group[i];
      }
    }
    double loss = 0;
    for (int i = 0; i < n && two; i++) {
      if (group[i] >= 0) {
        loss += row(z, from, group, i, n, margin, weight / rows, pull);
      }
    }
    return loss;
  }

  private static double row(
      Node z, int from, int[] group, int i, int n, double margin, double weight, boolean pull) {
    int far = i;
    int near = -1;
    double farthest = 0;
    double nearest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      if (group[j] >= 0) {
        double d = distance(z, from + i, from + j);
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
    between(z, from + i, from + far, 2 * weight);
    between(z, from + i, from + near, -2 * weight);
    return weight * loss;
  }

  private static double distance(Node z, int a, int b) {
    double sum = 0;
    for (int c = 0; c < z.width(); c++) {
      double d = z.value()[a * z.stride() + c] - z.value()[b * z.stride() + c];
      sum += d * d;
    }
    return sum;
  }

  /** Adds {@code by} times the difference of two rows to the gradient of one, and takes it off. */
  private static void between(Node z, int a, int b, double by) {
    for (int c = 0; c < z.width(); c++) {
      int at = a * z.stride() + c;
      int other = b * z.stride() + c;
      float g = (float) (by * (z.value()[at] - z.value()[other]));
      z.gradient()[at] += g;
      z.gradient()[other] -= g;
    }
  }
}
