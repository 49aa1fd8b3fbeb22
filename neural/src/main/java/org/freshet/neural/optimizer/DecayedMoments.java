package org.freshet.neural.optimizer;

import org.freshet.core.component.Param;

/**
 * Parameters of the family of Adam where weights need not decay.
 *
 * @param moments what the family has in common
 * @param weightDecay λ
 */
public record DecayedMoments(
    Moments moments,
    @Param(
            value = "share of each weight taken away at a step, times the rate",
            def = "0.0",
            range = "[0, inf)",
            origin = "none unless asked for")
        double weightDecay) {}
