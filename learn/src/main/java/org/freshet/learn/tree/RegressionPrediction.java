package org.freshet.learn.tree;

/** How a leaf of a regression tree answers. */
public enum RegressionPrediction {
  /** The mean of its targets. */
  MEAN,
  /** A linear function of the numeric columns. */
  MODEL,
  /** Whichever of the two had the smaller squared error lately in that leaf. */
  ADAPTIVE
}
