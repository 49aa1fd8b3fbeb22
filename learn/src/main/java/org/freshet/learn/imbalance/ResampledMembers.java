package org.freshet.learn.imbalance;

import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/** Parameters of bagging that makes up for rare classes. */
public record ResampledMembers(
    @Param(
            value = "members of the bagging",
            def = "10",
            range = "[1, 1000]",
            origin = "as the other ensembles here")
        int members,
    @Param(
            value = "a member; may be a pipeline",
            def = "hoeffding_tree",
            kind = Kind.CLASSIFIER,
            origin = "Wang, Minku & Yao 2015 use networks and trees")
        Spec learner,
    @Param(
            value = "θ, factor by which an example counts less for the class sizes at the next",
            def = "0.9",
            range = "(0, 0.9999]",
            origin = "Wang, Minku & Yao 2013, 2015")
        double decay,
    @Param(
            value = "memory limit of all members",
            def = "256MB",
            range = "[1048576, inf)",
            unit = "bytes",
            origin = "ours")
        long maxBytes) {}
