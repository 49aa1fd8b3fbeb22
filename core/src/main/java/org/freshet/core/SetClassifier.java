package org.freshet.core;

/** A classifier that also answers with a set of labels. */
public interface SetClassifier extends Classifier {
  /** The share of events whose label the sets are meant to hold, above 0 and below 1. */
  double nominalCoverage();

  /**
   * Writes which labels are in the set at a row; pure.
   *
   * @param in at least {@link #labels()} long; entries from {@code labels()} on are set to false
   * @return how many are in it
   */
  int set(Features x, boolean[] in);

  /** Predict scores and set, then learn: the same as the three calls, in one walk where it can. */
  default void testThenLearn(Features x, int label, double weight, double[] scores, boolean[] in) {
    set(x, in);
    testThenLearn(x, label, weight, scores);
  }

  /**
   * Predict scores and sets, then learn, for rows {@code from} to {@code to-1}: bit for bit what
   * row by row gives.
   *
   * @param in row-major like {@code scores}, with the same {@code stride}
   */
  default void testThenLearn(
      Batch rows, int from, int to, double[] scores, boolean[] in, int stride) {
    double[] one = new double[stride];
    boolean[] its = new boolean[stride];
    for (int r = from; r < to; r++) {
      testThenLearn(rows.row(r), rows.labelCode(r), rows.weight(r), one, its);
      System.arraycopy(one, 0, scores, (r - from) * stride, stride);
      System.arraycopy(its, 0, in, (r - from) * stride, stride);
    }
  }
}
