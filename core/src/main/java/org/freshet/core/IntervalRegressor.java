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
}
