package org.freshet.learn.ensemble;

import java.util.List;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/** Parameters of bagging: what the members are. */
public record Voters(
    @Param(
            value = "what each member is; may be a pipeline",
            def = "hoeffding_tree",
            kind = Kind.CLASSIFIER,
            origin = "MOA default")
        Spec learner,
    @Param(
            value = "what the members are, in turn, instead of all the same",
            def = "none",
            kind = Kind.CLASSIFIER,
            origin = "all the same")
        List<Spec> learners) {}
