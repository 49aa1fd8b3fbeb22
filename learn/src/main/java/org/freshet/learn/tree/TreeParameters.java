package org.freshet.learn.tree;

/**
 * What the growing of a tree depends on, whichever method asks.
 *
 * @param gracePeriod weight a leaf takes in between two attempts to split
 * @param splitConfidence δ of the Hoeffding bound
 * @param tieThreshold τ: a bound under this splits a tie
 * @param criterion merit of a split
 * @param prediction how a leaf answers
 * @param splitPoints candidates per numeric feature; 0 for one that is drawn at random
 * @param minBranch share of the weight at least two branches must exceed
 * @param binarySplits categories one against the rest only
 * @param prePrune not splitting competes with merit 0
 * @param maxBytes memory limit of the tree
 * @param maxDepth depth at which leaves stay leaves
 * @param subspace features drawn per leaf; 0 takes all
 * @param patient attempts wait until the bound could reach the gap last seen (at most 1.2 times)
 * @param growth when a leaf becomes a test
 * @param observer what a leaf keeps of numeric features to find thresholds by
 */
public record TreeParameters(
    double gracePeriod,
    double splitConfidence,
    double tieThreshold,
    SplitCriterion criterion,
    LeafPrediction prediction,
    int splitPoints,
    double minBranch,
    boolean binarySplits,
    boolean prePrune,
    long maxBytes,
    int maxDepth,
    int subspace,
    boolean patient,
    Growth growth,
    NumericObserver observer) {

  /** When a leaf becomes a test. */
  enum Growth {
    /** When the Hoeffding bound says that the best test beats the second best. */
    HOEFFDING,
    /** When it says that the best test beats none; inner nodes go on observing. */
    ANYTIME,
    /** As by Hoeffding; inner nodes go on observing, to follow other tests besides. */
    OPTIONS,
    /** When its owner says so. */
    ON_DEMAND
  }

  public TreeParameters(
      double gracePeriod,
      double splitConfidence,
      double tieThreshold,
      SplitCriterion criterion,
      LeafPrediction prediction,
      int splitPoints,
      double minBranch,
      boolean binarySplits,
      boolean prePrune,
      long maxBytes,
      int maxDepth,
      int subspace,
      boolean patient) {
    this(
        gracePeriod,
        splitConfidence,
        tieThreshold,
        criterion,
        prediction,
        splitPoints,
        minBranch,
        binarySplits,
        prePrune,
        maxBytes,
        maxDepth,
        subspace,
        patient,
        Growth.HOEFFDING,
        NumericObserver.GAUSSIAN);
  }

  /** The same, growing by another rule. */
  TreeParameters growing(Growth rule) {
    return new TreeParameters(
        gracePeriod,
        splitConfidence,
        tieThreshold,
        criterion,
        prediction,
        splitPoints,
        minBranch,
        binarySplits,
        prePrune,
        maxBytes,
        maxDepth,
        subspace,
        patient,
        rule,
        observer);
  }

  /** The same, finding thresholds by what another observer keeps. */
  public TreeParameters observedBy(NumericObserver other) {
    return new TreeParameters(
        gracePeriod,
        splitConfidence,
        tieThreshold,
        criterion,
        prediction,
        splitPoints,
        minBranch,
        binarySplits,
        prePrune,
        maxBytes,
        maxDepth,
        subspace,
        patient,
        growth,
        other);
  }

  /** Whether inner nodes go on observing. */
  boolean keepsInner() {
    return growth == Growth.ANYTIME || growth == Growth.OPTIONS;
  }

  SplitSearch newSearch() {
    return new SplitSearch(criterion, splitPoints, minBranch, binarySplits);
  }
}
