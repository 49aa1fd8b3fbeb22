package org.freshet.neural.network;

/** What an error e costs, with e in deviations of the target. */
public enum ErrorCost {
  /** ½ e²: learns the mean. */
  SQUARED,
  /** ½ e² up to 1, then |e| − ½: the mean without outliers (Huber 1964). */
  HUBER,
  /** |e|: learns the median. */
  ABSOLUTE
}
