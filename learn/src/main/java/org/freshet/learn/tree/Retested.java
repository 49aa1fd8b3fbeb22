package org.freshet.learn.tree;

import org.freshet.core.Classifier;
import org.freshet.core.Features;

/**
 * A classifier that tells in the walk of {@link #testThenLearn(Features, int, double, double[])}
 * whether it is right about an example once it has learnt it: what boosting asks.
 */
public interface Retested extends Classifier {
  /**
   * Predicts into {@code scores}, then learns.
   *
   * @return whether it now gives the label the highest score
   */
  boolean testLearnTest(Features x, int label, double weight, double[] scores);
}
