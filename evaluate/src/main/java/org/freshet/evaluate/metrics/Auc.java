package org.freshet.evaluate.metrics;

import java.util.Arrays;

/**
 * Area under the ROC curve of stored scores, exact, ties counted half, weights taken: the
 * probability that an event of the class has a higher score than an event of another.
 */
final class Auc {
  private Auc() {}

  /**
   * One class against the rest.
   *
   * @param scores row-major, the score of class {@code k} of row i at {@code i · stride + k}
   * @param weights null when all are 1
   * @return NaN when the class, or the rest, does not occur
   */
  static double oneVsRest(
      double[] scores, int stride, int k, int[] labels, double[] weights, int n) {
    double[] distinct = new double[n];
    for (int i = 0; i < n; i++) {
      distinct[i] = scores[i * stride + k];
    }
    Arrays.sort(distinct);
    int m = 0;
    for (int i = 0; i < n; i++) {
      if (m == 0 || distinct[i] != distinct[m - 1]) {
        distinct[m++] = distinct[i];
      }
    }
    double[] positive = new double[m];
    double[] negative = new double[m];
    for (int i = 0; i < n; i++) {
      int rank = Arrays.binarySearch(distinct, 0, m, scores[i * stride + k]);
      double w = weights == null ? 1 : weights[i];
      if (labels[i] == k) {
        positive[rank] += w;
      } else {
        negative[rank] += w;
      }
    }
    return ofRanks(positive, negative, m);
  }

  /** Area from the weights at each score, in rising order of the score. */
  static double ofRanks(double[] positive, double[] negative, int m) {
    double below = 0;
    double area = 0;
    double positives = 0;
    for (int r = 0; r < m; r++) {
      area += positive[r] * (below + negative[r] / 2);
      below += negative[r];
      positives += positive[r];
    }
    return positives > 0 && below > 0 ? area / (positives * below) : Double.NaN;
  }

  /** Of two classes the area of class 1, of more the mean over the classes that have one. */
  static double macro(
      double[] scores, int stride, int classes, int[] labels, double[] weights, int n) {
    if (classes == 2) {
      return oneVsRest(scores, stride, 1, labels, weights, n);
    }
    double sum = 0;
    int defined = 0;
    for (int k = 0; k < classes; k++) {
      double a = oneVsRest(scores, stride, k, labels, weights, n);
      if (!Double.isNaN(a)) {
        sum += a;
        defined++;
      }
    }
    return sum / defined;
  }
}
