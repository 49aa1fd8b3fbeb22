package org.freshet.learn.tree;

/**
 * What a leaf of any growing tree has, whatever it predicts: observations that lead to a split,
 * which it can go without when memory is short.
 */
abstract class TreeLeaf {
  /** Whether it observes, or would again; one that is not active only answers. */
  boolean active = true;

  /** Whether it holds observations. */
  abstract boolean observes();

  /** Drops the observations, keeping what it answers by; not {@code stayActive}: for good. */
  abstract void forgetObservations(boolean stayActive);

  /** How much a split here might still gain: under memory pressure the least goes first. */
  abstract double promise();

  abstract int bytes();

  /** Bytes without the observations. */
  abstract int bareBytes();

  /** Bytes its observations will take when it begins to observe: the estimate of the limit. */
  abstract int observationBytes();
}
