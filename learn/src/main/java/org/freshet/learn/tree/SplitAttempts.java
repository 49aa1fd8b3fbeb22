package org.freshet.learn.tree;

import org.freshet.core.component.Param;

/** Parameters of trees: how often a split is tried, and when the evidence for it is enough. */
public record SplitAttempts(
    @Param(
            value = "weight a leaf takes in between two attempts to split",
            def = "200",
            range = "[1, inf)",
            unit = "events",
            origin = "MOA default")
        double gracePeriod,
    SplitDecision decision) {

  public SplitAttempts(double gracePeriod, double splitConfidence, double tieThreshold) {
    this(gracePeriod, new SplitDecision(splitConfidence, tieThreshold));
  }
}
