package org.freshet.neural.optimizer;

import org.freshet.core.component.Param;

/**
 * When adamp and sgdp take the part along the weights out of a step.
 *
 * @param delta δ
 * @param decayRatio what is left of the decay
 */
public record Projected(
    @Param(
            value =
                "largest cosine of gradient and weights, times √dimension, to count as right"
                    + " angles",
            def = "0.1",
            range = "[0, inf)",
            origin = "the authors' code")
        double delta,
    @Param(
            value = "what is left of the weight decay where length does not matter",
            def = "0.1",
            range = "[0, 1]",
            origin = "the authors' code")
        double decayRatio) {}
