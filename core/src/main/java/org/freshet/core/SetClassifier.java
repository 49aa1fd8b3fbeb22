package org.freshet.core;

/** A classifier that also answers with a set of labels. */
public interface SetClassifier extends Classifier {
  /** The share of events whose label the sets are meant to hold, above 0 and below 1. */
  double nominalCoverage();

  /**
   * Writes which labels are in the set at a row; pure.
   *
   * @param in at least {@link #labels()} long
   * @return how many are in it
   */
  int set(Features x, boolean[] in);
}
