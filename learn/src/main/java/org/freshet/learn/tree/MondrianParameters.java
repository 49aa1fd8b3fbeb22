package org.freshet.learn.tree;

import org.freshet.core.component.Param;

/**
 * Parameters of Mondrian trees: how they grow and answer.
 *
 * @param step η, how fast the weights of prunings follow their loss
 * @param dirichlet pseudo-count of each class in a node
 * @param splitPure whether a leaf of one class splits for more of that class
 * @param fading share of what a node has seen that it forgets with each event of the stream
 * @param maxNodes most nodes
 */
public record MondrianParameters(
    @Param(
            value = "η, how fast the weights of prunings follow their loss",
            def = "1",
            range = "(0, 100]",
            origin = "Mourtada et al. 2021: 1 for the log loss")
        double step,
    @Param(
            value = "pseudo-count of each class in a node",
            def = "0.5",
            range = "(0, 100]",
            origin = "Mourtada et al. 2021")
        double dirichlet,
    @Param(
            value = "whether a leaf of one class splits for more of that class",
            def = "false",
            origin = "Mourtada et al. 2021, section 5")
        boolean splitPure,
    @Param(
            value = "share of what a node has seen that it forgets with each event of the stream",
            def = "0",
            range = "[0, 1)",
            origin = "the paper does not forget")
        double fading,
    @Param(
            value = "most nodes of a tree",
            def = "10000000",
            range = "[1, 10000000]",
            origin = "max_bytes is the usual limit")
        int maxNodes) {}
