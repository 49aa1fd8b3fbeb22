package org.freshet.core;

/**
 * Predicts the class of an event. Classes are codes 0, 1, … of the schema's open label dictionary.
 *
 * <p>Scores are probabilities: each in 0 … 1, sum 1 over the labels known; uniform before anything
 * is learnt. Labels known are those the schema declared and those learnt; with none known there is
 * no answer: all scores are 0 and {@link #predict} is -1. Predicting is pure: it never changes
 * state.
 */
public interface Classifier extends Learner {
  /** Number of label codes known: declared by the schema, or one more than the highest learnt. */
  int labels();

  /**
   * Writes the probability of each label.
   *
   * @param scores at least {@link #labels()} long; entries from {@code labels()} on are set to 0
   */
  void scores(Features x, double[] scores);

  /**
   * Learns one labelled event.
   *
   * @param label class code, 0 or more; a new one opens a class
   * @param weight importance, finite; 0 or less learns nothing
   */
  void learn(Features x, int label, double weight);

  /**
   * Predict, then learn: the same as {@link #scores} followed by {@link #learn}, in one walk. With
   * {@code label} -1 it only predicts.
   */
  default void testThenLearn(Features x, int label, double weight, double[] scores) {
    scores(x, scores);
    if (label >= 0) {
      learn(x, label, weight);
    }
  }

  /**
   * Predict, then learn, for rows {@code from} to {@code to-1} in order: bit for bit what row by
   * row gives. Rows with an unknown label are only predicted.
   *
   * @param scores row-major, row {@code r} at {@code (r - from) · stride}
   * @param stride room for scores per row: at least the number of labels known after these rows
   */
  default void testThenLearn(Batch rows, int from, int to, double[] scores, int stride) {
    double[] one = new double[stride];
    for (int r = from; r < to; r++) {
      testThenLearn(rows.row(r), rows.labelCode(r), rows.weight(r), one);
      System.arraycopy(one, 0, scores, (r - from) * stride, stride);
    }
  }

  /** The label with the highest score, the lowest code on a tie, -1 when no label is known. */
  default int predict(Features x) {
    int n = labels();
    double[] scores = new double[n];
    scores(x, scores);
    return Kernels.argmax(scores, n);
  }
}
