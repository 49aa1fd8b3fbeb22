package org.freshet.learn.linear;

/** A rule that moves weights against gradients: the settings, without any state. */
public interface Optimizer {
  /**
   * New weights that move by this rule, all 0.
   *
   * @param columns how many to begin with
   * @param l1 strength of the penalty l1·Σ|w|
   * @param l2 strength of the penalty ½·l2·Σw²
   */
  Weights weights(int columns, double l1, double l2);
}
