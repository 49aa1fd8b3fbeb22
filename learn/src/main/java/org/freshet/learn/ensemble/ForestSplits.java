package org.freshet.learn.ensemble;

import org.freshet.core.component.Param;
import org.freshet.learn.tree.RegressionCriterion;

/** Parameters of forests of regression trees: when and how leaves split. */
public record ForestSplits(
    @Param(
            value = "examples a leaf takes in, by the mean of their weights, between two attempts",
            def = "50",
            range = "[1, inf)",
            unit = "events",
            origin = "MOA default")
        double gracePeriod,
    @Param(
            value = "δ of the Hoeffding bound",
            def = "0.01",
            range = "(0, 1)",
            origin = "MOA default")
        double splitConfidence,
    @Param(
            value = "τ: a Hoeffding bound under this splits though two tests are tied",
            def = "0.05",
            range = "[0, 1]",
            origin = "MOA default")
        double tieThreshold,
    @Param(value = "merit of a split", def = "variance_reduction", origin = "MOA default")
        RegressionCriterion splitCriterion) {}
