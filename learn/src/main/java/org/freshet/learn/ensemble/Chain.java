package org.freshet.learn.ensemble;

import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Parameters of boosting: the members, each of which learns more of what those before got wrong.
 */
public record Chain(
    @Param(value = "members of the chain", def = "10", range = "[1, 1000]", origin = "MOA default")
        int members,
    @Param(
            value = "what is boosted; may be a pipeline",
            def = "hoeffding_tree",
            kind = Kind.CLASSIFIER,
            origin = "MOA default")
        Spec learner) {}
