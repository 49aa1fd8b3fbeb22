package org.freshet.learn.tree;

/**
 * What the growing of a tree of classes depends on, whichever method asks.
 *
 * @param attempts how often a split is tried, and when the evidence is enough
 * @param leaves what they observe, try and answer; 0 split points for one that is drawn at random
 * @param maxBytes memory limit of the tree
 * @param minBranch share of the weight at least two branches must exceed
 * @param prePrune not splitting competes with merit 0
 * @param maxDepth depth at which leaves stay leaves
 * @param subspace features drawn per leaf; 0 takes all
 * @param patient attempts wait until the bound could reach the gap last seen (at most 1.2 times)
 * @param growth when a leaf becomes a test
 */
public record TreeParameters(
    SplitAttempts attempts,
    TreeLeaves leaves,
    long maxBytes,
    double minBranch,
    boolean prePrune,
    int maxDepth,
    int subspace,
    boolean patient,
    Growth growth) {
  static final double MIN_BRANCH = 0.01;

  /** When a leaf becomes a test. */
  public enum Growth {
    /** When the Hoeffding bound says that the best test beats the second best. */
    HOEFFDING,
    /** When it says that the best test beats none; inner nodes go on observing. */
    ANYTIME,
    /** As by Hoeffding; inner nodes go on observing, to follow other tests besides. */
    OPTIONS,
    /** When its owner says so. */
    ON_DEMAND
  }

  /** A tree of any depth over all features that grows by the Hoeffding bound. */
  public TreeParameters(SplitAttempts attempts, TreeLeaves leaves, long maxBytes) {
    this(attempts, leaves, maxBytes, false, Integer.MAX_VALUE, 0, false);
  }

  /** A tree that grows by the Hoeffding bound. */
  public TreeParameters(
      SplitAttempts attempts,
      TreeLeaves leaves,
      long maxBytes,
      boolean prePrune,
      int maxDepth,
      int subspace,
      boolean patient) {
    this(
        attempts,
        leaves,
        maxBytes,
        MIN_BRANCH,
        prePrune,
        maxDepth,
        subspace,
        patient,
        Growth.HOEFFDING);
  }

  /** The same, growing by another rule. */
  TreeParameters growing(Growth rule) {
    return new TreeParameters(
        attempts, leaves, maxBytes, minBranch, prePrune, maxDepth, subspace, patient, rule);
  }

  double gracePeriod() {
    return attempts.gracePeriod();
  }

  double splitConfidence() {
    return attempts.decision().splitConfidence();
  }

  double tieThreshold() {
    return attempts.decision().tieThreshold();
  }

  SplitCriterion criterion() {
    return leaves.splitCriterion();
  }

  LeafPrediction prediction() {
    return leaves.leafPrediction();
  }

  int splitPoints() {
    return leaves.splitPoints();
  }

  NumericObserver observer() {
    return leaves.numericObserver();
  }

  /** Whether inner nodes go on observing. */
  boolean keepsInner() {
    return growth == Growth.ANYTIME || growth == Growth.OPTIONS;
  }

  SplitSearch newSearch() {
    return new SplitSearch(criterion(), splitPoints(), minBranch, leaves.binarySplits());
  }
}
