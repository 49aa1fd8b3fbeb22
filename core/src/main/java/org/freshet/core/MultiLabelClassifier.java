package org.freshet.core;

/** Predicts which of several labels hold, any number of them at once. */
public interface MultiLabelClassifier extends Learner {
  /** Number of labels. */
  int labels();

  /** Writes the probability that each label holds; they need not sum to 1; pure. */
  void scores(Features x, double[] scores);

  /** Learns; truths[l] is 1, 0, or NaN where unknown. */
  void learn(Features x, double[] truths, double weight);
}
