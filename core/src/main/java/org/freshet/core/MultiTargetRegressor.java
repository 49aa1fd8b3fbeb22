package org.freshet.core;

/** Predicts several numbers at once. Predicting is pure; before anything is learnt all are 0. */
public interface MultiTargetRegressor extends Learner {
  /** Number of targets, those of {@link Schema#outputs()}. */
  int targets();

  /**
   * Writes a prediction of each target.
   *
   * @param answers at least {@link #targets()} long
   */
  void predict(Features x, double[] answers);

  /**
   * Learns.
   *
   * @param truths finite, or NaN where unknown
   * @param weight importance, finite; 0 or less learns nothing
   */
  void learn(Features x, double[] truths, double weight);

  /** Predict, then learn: the same as the two calls. */
  default void testThenLearn(Features x, double[] truths, double weight, double[] answers) {
    predict(x, answers);
    learn(x, truths, weight);
  }
}
