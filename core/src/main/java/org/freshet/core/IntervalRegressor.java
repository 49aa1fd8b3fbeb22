package org.freshet.core;

/** A regressor that also says between which bounds it expects the target. */
public interface IntervalRegressor extends Regressor {
  /** The share of targets that the intervals are meant to hold, above 0 and below 1. */
  double nominalCoverage();

  /**
   * Writes the interval at a row; pure.
   *
   * @param bounds length 2: low, then high; minus and plus infinity while nothing can be said
   */
  void interval(Features x, double[] bounds);

  /**
   * Predict answer and interval, then learn: the same as the three calls, in one walk if it can.
   */
  default double testThenLearn(Features x, double target, double weight, double[] bounds) {
    interval(x, bounds);
    return testThenLearn(x, target, weight);
  }

  /**
   * Predict answers and intervals, then learn, rows {@code from} to {@code to-1}; row r's bounds go
   * to bounds[2(r-from)] and the one behind it.
   */
  default void testThenLearn(Batch rows, int from, int to, double[] predictions, double[] bounds) {
    double[] one = new double[2];
    for (int r = from; r < to; r++) {
      predictions[r - from] = testThenLearn(rows.row(r), rows.label(r), rows.weight(r), one);
      bounds[2 * (r - from)] = one[0];
      bounds[2 * (r - from) + 1] = one[1];
    }
  }
}
