package org.freshet.learn.linear;

import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Parameters of linear models: how weights move, and what holds them down.
 *
 * @param optimizer how weights move
 * @param l1 strength of l1·Σ|w|
 * @param l2 strength of ½·l2·Σw²
 */
public record Descent(
    @Param(
            value = "how weights move: sgd, adagrad, adam or ftrl_proximal",
            def = "sgd",
            origin = "follows change, and the default of River")
        Spec optimizer,
    @Param(
            value = "strength of the penalty on absolute weights, which makes weights 0",
            def = "0.0",
            range = "[0, inf)",
            origin = "no penalty unless asked for")
        double l1,
    @Param(
            value = "strength of the penalty on squared weights, half of it times their sum",
            def = "0.0",
            range = "[0, inf)",
            origin = "no penalty unless asked for")
        double l2) {}
