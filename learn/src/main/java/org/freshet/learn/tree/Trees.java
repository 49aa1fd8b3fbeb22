package org.freshet.learn.tree;

import java.util.List;

/**
 * A learner whose answer is the weighted mean of the answers of trees, a single tree or a forest:
 * it can be drawn and explained.
 */
public interface Trees {
  /** The trees as they are now; valid until it learns again. */
  List<Part> parts();

  /**
   * One of the trees.
   *
   * @param weight of its answer, 0 or more; the weights need not sum to 1
   */
  record Part(FlatTree tree, double weight) {}
}
