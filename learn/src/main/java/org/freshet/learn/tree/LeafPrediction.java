package org.freshet.learn.tree;

/** How a leaf answers. */
public enum LeafPrediction {
  /** The distribution of the classes that reached it. */
  MAJORITY(true, false, false),
  /** Naive Bayes over what reached it. */
  NAIVE_BAYES(false, true, false),
  /**
   * Whichever of the two has been right more often in this leaf (Gama, Rocha and Medas, KDD 2003).
   */
  ADAPTIVE(true, true, false),
  /** A perceptron per class over all columns, inherited at a split (Bifet et al., PAKDD 2010). */
  PERCEPTRON(false, false, true),
  /** Whichever of majority, naive Bayes and perceptrons has been right most often in this leaf. */
  ADAPTIVE_PERCEPTRON(true, true, true);

  /** Whether a leaf compares what it has. */
  final boolean chooses;

  final boolean bayes;
  final boolean perceptron;

  LeafPrediction(boolean majority, boolean bayes, boolean perceptron) {
    this.chooses = majority && bayes;
    this.bayes = bayes;
    this.perceptron = perceptron;
  }
}
