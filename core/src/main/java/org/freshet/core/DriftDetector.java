package org.freshet.core;

/**
 * Watches a sequence of numbers (errors, 0 or 1, unless its page says otherwise) and signals
 * change. After a drift it starts anew as its paper says, by itself.
 */
public interface DriftDetector extends Learner {
  /** Answer of {@link #update}. */
  int STABLE = 0;

  /** Answer of {@link #update}: a change may be coming. */
  int WARNING = 1;

  /** Answer of {@link #update}: the distribution has changed. */
  int DRIFT = 2;

  /**
   * Takes the next value.
   *
   * @return {@link #STABLE}, {@link #WARNING} or {@link #DRIFT}
   */
  int update(double value);

  /** Current estimate of the mean of the values since the last change. */
  double estimate();

  /** Whether the last drift was to a higher mean; a detector that signals only rises says true. */
  default boolean increased() {
    return true;
  }
}
