package org.freshet.core;

/** Predicts a number. Predicting is pure; before anything is learnt the answer is 0. */
public interface Regressor extends Learner {
  double predict(Features x);

  /**
   * @param target finite
   * @param weight importance, finite; 0 or less learns nothing
   */
  void learn(Features x, double target, double weight);

  /**
   * Predict, then learn: the same as the two calls, in one walk; with target NaN it only predicts.
   */
  default double testThenLearn(Features x, double target, double weight) {
    double y = predict(x);
    if (!Double.isNaN(target)) {
      learn(x, target, weight);
    }
    return y;
  }

  /**
   * Predict, then learn, rows {@code from} to {@code to-1}; row r's answer goes to
   * predictions[r-from].
   */
  default void testThenLearn(Batch rows, int from, int to, double[] predictions) {
    for (int r = from; r < to; r++) {
      predictions[r - from] = testThenLearn(rows.row(r), rows.label(r), rows.weight(r));
    }
  }
}
