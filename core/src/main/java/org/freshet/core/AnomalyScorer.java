package org.freshet.core;

/** Scores how unusual an event is; learns without labels. */
public interface AnomalyScorer extends Learner {
  /** Anomaly score in 0 … 1, higher is more unusual; pure. */
  double score(Features x);

  void learn(Features x, double weight);
}
