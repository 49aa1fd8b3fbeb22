package org.freshet.engine;

import java.util.List;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Trait;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.engine.section.PlaceSection;

/**
 * Makes of a pipeline one for each key, or for each part of the keys, as {@code place} says: its
 * steps and its learner each with a state of the key, so that steps still learn at the event and
 * the learner at the label. Where a step learns from labels, the whole pipeline learns at the
 * label. A pipeline that is divided by members, or merged, is itself: that concerns who runs it.
 */
final class Placement {
  private Placement() {}

  /**
   * What of a pipeline cannot be where {@code place} says.
   *
   * @param place null for one model
   */
  static void check(Spec pipeline, PlaceSection.Parameters place, List<Fault> faults) {
    String refusal =
        place == null || place.byMember() == 0 ? null : Parts.refusal(pipeline, place.byMember());
    if (refusal != null) {
      List<Spec> steps = pipeline.asSteps();
      faults.add(new Fault(steps.get(steps.size() - 1).where().toString(), refusal));
    }
    if (place == null || place.merged() == 0) {
      return;
    }
    for (Spec step : pipeline.asSteps()) {
      if (!hasTrait(step, Trait.MERGEABLE)) {
        faults.add(
            new Fault(
                step.where().toString(),
                step.name()
                    + " has no copies that could be merged, as 'place: { merged: "
                    + place.merged()
                    + " }' asks; use components with the trait MERGEABLE, or 'per',"
                    + " 'partitioned' or 'by_member'"));
      }
    }
  }

  /**
   * The same of a model that was made: what depends on its parameters.
   *
   * @return a line, or null where nothing is wrong
   */
  static String refusal(Learner model, PlaceSection.Parameters place) {
    return place == null || place.merged() == 0 ? null : Mergeable.refusal(model);
  }

  /**
   * @param pipeline null stays null
   * @param place null leaves the pipeline as it is
   */
  static Spec around(Spec pipeline, PlaceSection.Parameters place) {
    if (pipeline == null || place == null || !place.keyed()) {
      return pipeline;
    }
    List<Spec> steps = pipeline.asSteps();
    int last = steps.size() - 1;
    boolean whole = last == 0 || steps.stream().anyMatch(s -> hasTrait(s, Trait.READS_LABELS));
    if (whole) {
      return keyed("per_key", place, pipeline)
          .with("per", place.column())
          .with("learner", pipeline);
    }
    Spec before = Spec.pipeline(steps.subList(0, last), pipeline.where());
    return Spec.pipeline(
        List.of(
            keyed("per_key_steps", place, pipeline)
                .with("per", place.column())
                .with("steps", before),
            keyed("per_key", place, pipeline).with("learner", steps.get(last))),
        pipeline.where());
  }

  private static Spec keyed(String name, PlaceSection.Parameters place, Spec pipeline) {
    Spec keyed =
        new Spec(name, java.util.Map.of(), List.of(), pipeline.where())
            .with("models", Math.min(place.models(), 100_000_000L))
            .with("beyond", "store");
    if (place.partitioned() != null) {
      keyed = keyed.with("parts", (long) place.parts());
    }
    return place.ttl() == null ? keyed : keyed.with("ttl", place.ttl());
  }

  private static boolean hasTrait(Spec step, Trait trait) {
    return Components.find(step.name())
        .map(ComponentProvider::traits)
        .filter(t -> t.contains(trait))
        .isPresent();
  }
}
