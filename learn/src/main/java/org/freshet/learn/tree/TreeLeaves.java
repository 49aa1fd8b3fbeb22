package org.freshet.learn.tree;

import org.freshet.core.component.Param;

/** Parameters of trees of classes: what leaves observe, try and answer. */
public record TreeLeaves(
    @Param(value = "merit of a split", def = "info_gain", origin = "MOA default")
        SplitCriterion splitCriterion,
    @Param(value = "how a leaf answers", def = "adaptive", origin = "MOA default")
        LeafPrediction leafPrediction,
    @Param(
            value = "candidate points tried per numeric feature",
            def = "10",
            range = "[1, 1000]",
            origin = "MOA default")
        int splitPoints,
    @Param(
            value = "what a leaf keeps of a numeric feature to find a threshold by",
            def = "gaussian",
            origin = "MOA default")
        NumericObserver numericObserver,
    @Param(
            value = "split categories one against the rest only",
            def = "false",
            origin = "MOA default")
        boolean binarySplits) {

  /** Numbers are summed up by a normal distribution for each class. */
  public TreeLeaves(
      SplitCriterion splitCriterion,
      LeafPrediction leafPrediction,
      int splitPoints,
      boolean binarySplits) {
    this(splitCriterion, leafPrediction, splitPoints, NumericObserver.GAUSSIAN, binarySplits);
  }
}
