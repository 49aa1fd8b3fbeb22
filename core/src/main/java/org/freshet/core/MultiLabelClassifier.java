package org.freshet.core;

/** Predicts which of several labels hold, any number of them at once. */
public interface MultiLabelClassifier extends Learner {
  /** Number of labels, those of {@link Schema#outputs()}. */
  int labels();

  /**
   * Writes the probability that each label holds; they need not sum to 1, and are one half before
   * anything is learnt; pure.
   *
   * @param scores at least {@link #labels()} long
   */
  void scores(Features x, double[] scores);

  /**
   * Learns.
   *
   * @param truths 1 where the label holds, 0 where not, NaN where unknown
   * @param weight importance, finite; 0 or less learns nothing
   */
  void learn(Features x, double[] truths, double weight);

  /** Predict, then learn: the same as the two calls. */
  default void testThenLearn(Features x, double[] truths, double weight, double[] scores) {
    scores(x, scores);
    learn(x, truths, weight);
  }
}
