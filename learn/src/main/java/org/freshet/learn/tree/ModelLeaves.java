package org.freshet.learn.tree;

import org.freshet.core.component.Param;

/** Parameters of trees of numbers whose leaves have a linear model. */
public record ModelLeaves(
    @Param(value = "merit of a split", def = "variance_reduction", origin = "MOA default")
        RegressionCriterion splitCriterion,
    @Param(value = "how a leaf answers", def = "adaptive", origin = "ours; the paper: model")
        RegressionPrediction leafPrediction,
    @Param(
            value = "η₀ of the linear models",
            def = "0.02",
            range = "(0, 1]",
            origin = "MOA default")
        double learningRate,
    @Param(
            value = "decay: η = η₀ / (1 + decay · weight learnt)",
            def = "0.001",
            range = "[0, 1]",
            origin = "MOA default")
        double learningRateDecay) {}
