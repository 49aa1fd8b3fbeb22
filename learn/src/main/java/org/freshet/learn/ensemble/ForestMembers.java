package org.freshet.learn.ensemble;

import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/** Parameters of forests of regression trees: how members differ, and when one is replaced. */
public record ForestMembers(
    @Param(
            value = "share m/M of the features each leaf observes; at least one",
            def = "60%",
            range = "(0, 1]",
            origin = "MOA default")
        double subspace,
    @Param(
            value = "λ of the Poisson weights",
            def = "6",
            range = "(0, 30]",
            origin = "Gomes et al. 2018; MOA default")
        double lambda,
    @Param(
            value = "detector that starts a background tree, on errors from 0 to 1",
            def = "adwin(delta=0.01)",
            kind = Kind.DRIFT_DETECTOR,
            origin = "Gomes et al. 2018; MOA default")
        Spec warning,
    @Param(
            value = "detector that replaces the tree, on errors from 0 to 1",
            def = "adwin(delta=0.001)",
            kind = Kind.DRIFT_DETECTOR,
            origin = "Gomes et al. 2018; MOA default")
        Spec drift) {}
