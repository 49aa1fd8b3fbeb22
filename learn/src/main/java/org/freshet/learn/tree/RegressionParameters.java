package org.freshet.learn.tree;

/**
 * What the growing of a regression tree depends on, whichever method asks.
 *
 * @param gracePeriod weight a leaf takes in between two attempts to split
 * @param splitConfidence δ of the Hoeffding bound
 * @param tieThreshold τ: a bound under this splits a tie
 * @param criterion merit of a split
 * @param prediction how a leaf answers
 * @param learningRate η₀ of the linear models
 * @param rateDecay η = η₀ / (1 + decay · weight learnt)
 * @param bins intervals a numeric feature is summed up in
 * @param minBranch share of the weight that either side of a split must exceed
 * @param maxBytes memory limit of the tree
 * @param maxDepth depth at which leaves stay leaves
 * @param subspace features drawn per leaf; 0 takes all
 * @param patient attempts wait until the bound could reach the ratio last seen (at most 1.2 times)
 * @param centres leaves keep the mean of the rows they hold
 * @param inherited most weight the mean counts for that a leaf inherits at a split
 */
public record RegressionParameters(
    double gracePeriod,
    double splitConfidence,
    double tieThreshold,
    RegressionCriterion criterion,
    RegressionPrediction prediction,
    double learningRate,
    double rateDecay,
    int bins,
    double minBranch,
    long maxBytes,
    int maxDepth,
    int subspace,
    boolean patient,
    boolean centres,
    double inherited) {

  /** Leaves inherit all of the mean. */
  public RegressionParameters(
      double gracePeriod,
      double splitConfidence,
      double tieThreshold,
      RegressionCriterion criterion,
      RegressionPrediction prediction,
      double learningRate,
      double rateDecay,
      int bins,
      double minBranch,
      long maxBytes,
      int maxDepth,
      int subspace,
      boolean patient,
      boolean centres) {
    this(
        gracePeriod,
        splitConfidence,
        tieThreshold,
        criterion,
        prediction,
        learningRate,
        rateDecay,
        bins,
        minBranch,
        maxBytes,
        maxDepth,
        subspace,
        patient,
        centres,
        Double.POSITIVE_INFINITY);
  }
}
