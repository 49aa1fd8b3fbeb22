package org.freshet.engine;

import org.freshet.core.Classifier;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/** Only for the grammar: a component with two nested ones. Makes the learner alone. */
@Component(
    name = "drift_reset_like",
    kinds = Kind.CLASSIFIER,
    family = "test",
    traits = {Trait.NUMERIC, Trait.OPEN_LABELS})
public final class DriftResetLike {
  /** Parameters. */
  public record Parameters(
      @Param(value = "the detector", def = "adwin", kind = Kind.DRIFT_DETECTOR) Spec detector,
      @Param(value = "the learner", def = "majority", kind = Kind.CLASSIFIER) Spec learner) {}

  private DriftResetLike() {}

  public static Classifier create(Parameters p, Build build) {
    return build.child("learner", 0).create(p.learner(), Classifier.class);
  }
}
