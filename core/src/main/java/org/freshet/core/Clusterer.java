package org.freshet.core;

/** Assigns events to clusters found so far; learns without labels. */
public interface Clusterer extends Learner {
  /** Cluster of the event, or -1 when there is none yet; pure. */
  int cluster(Features x);

  /** Number of cluster codes in use. */
  int clusters();

  void learn(Features x, double weight);
}
