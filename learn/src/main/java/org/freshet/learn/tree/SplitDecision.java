package org.freshet.learn.tree;

import org.freshet.core.component.Param;

/** Parameters of trees: when the evidence for a split is enough. */
public record SplitDecision(
    @Param(
            value = "δ of the Hoeffding bound: the chance of a wrong choice at a split",
            def = "1e-7",
            range = "(0, 1)",
            origin = "MOA default")
        double splitConfidence,
    @Param(
            value = "τ: a Hoeffding bound under this splits though two tests are tied",
            def = "0.05",
            range = "[0, 1]",
            origin = "MOA default")
        double tieThreshold) {}
