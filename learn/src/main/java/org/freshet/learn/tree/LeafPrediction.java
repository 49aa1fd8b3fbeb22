package org.freshet.learn.tree;

/** How a leaf answers. */
public enum LeafPrediction {
  /** The distribution of the classes that reached it. */
  MAJORITY,
  /** Naive Bayes over what reached it. */
  NAIVE_BAYES,
  /**
   * Whichever of the two has been right more often in this leaf (Gama, Rocha and Medas, KDD 2003).
   */
  ADAPTIVE
}
