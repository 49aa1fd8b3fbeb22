package org.freshet.engine;

import java.util.List;
import org.freshet.core.Trait;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.engine.section.PlaceSection;

/**
 * Makes of a pipeline one for each key, as {@code place} says: its steps and its learner each with
 * a state of the key, so that steps still learn at the event and the learner at the label. Where a
 * step learns from labels, the whole pipeline learns at the label.
 */
final class Placement {
  private Placement() {}

  /**
   * @param pipeline null stays null
   * @param place null leaves the pipeline as it is
   */
  static Spec around(Spec pipeline, PlaceSection.Parameters place) {
    if (pipeline == null || place == null) {
      return pipeline;
    }
    List<Spec> steps = pipeline.asSteps();
    int last = steps.size() - 1;
    boolean whole = last == 0 || steps.stream().anyMatch(Placement::readsLabels);
    if (whole) {
      return keyed("per_key", place, pipeline).with("per", place.per()).with("learner", pipeline);
    }
    Spec before = Spec.pipeline(steps.subList(0, last), pipeline.where());
    return Spec.pipeline(
        List.of(
            keyed("per_key_steps", place, pipeline).with("per", place.per()).with("steps", before),
            keyed("per_key", place, pipeline).with("learner", steps.get(last))),
        pipeline.where());
  }

  private static Spec keyed(String name, PlaceSection.Parameters place, Spec pipeline) {
    return new Spec(name, java.util.Map.of(), List.of(), pipeline.where())
        .with("models", Math.min(place.models(), 100_000_000L))
        .with("beyond", "store");
  }

  private static boolean readsLabels(Spec step) {
    return Components.find(step.name())
        .map(c -> c.traits().contains(Trait.READS_LABELS))
        .orElse(false);
  }
}
