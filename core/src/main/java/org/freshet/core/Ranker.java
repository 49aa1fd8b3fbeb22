package org.freshet.core;

/** Orders the items of a list for a query. */
public interface Ranker extends Learner {
  /** Writes a score per item, higher ranks first; pure. */
  void score(Features query, Features[] items, int count, double[] scores);

  /** Learns from the relevance of each item, NaN where unknown. */
  void learn(Features query, Features[] items, int count, double[] relevance, double weight);
}
