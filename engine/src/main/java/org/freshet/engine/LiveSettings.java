package org.freshet.engine;

import java.util.List;
import org.freshet.core.component.Spec;
import org.freshet.engine.section.LimitsSection;
import org.freshet.engine.section.PlaceSection;
import org.freshet.engine.section.PromoteSection;
import org.freshet.engine.section.QueueSection;
import org.freshet.engine.section.ServeSection;
import org.freshet.engine.section.StateSection;
import org.freshet.engine.section.WatchSection;

/**
 * How a pipeline file runs live; what replay does not need.
 *
 * @param labelSource where labels come from besides the source; null when from nowhere else
 * @param queue of open questions; null where there is none
 * @param sinks where answers go; empty when only to who asked
 * @param place null for one model for all, in one place
 */
public record LiveSettings(
    Spec labelSource,
    QueueSection.Parameters queue,
    List<Spec> sinks,
    StateSection.Parameters state,
    LimitsSection.Parameters limits,
    PlaceSection.Parameters place,
    WatchSection.Parameters watch,
    List<Challenger> challengers,
    PromoteSection.Parameters promote,
    ServeSection.Parameters serve) {
  /** A pipeline that runs in the champion's shadow. */
  public record Challenger(String name, Spec pipeline) {}

  public LiveSettings {
    sinks = List.copyOf(sinks);
    challengers = List.copyOf(challengers);
  }
}
