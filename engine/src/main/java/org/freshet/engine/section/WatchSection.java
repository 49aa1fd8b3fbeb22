package org.freshet.engine.section;

import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Section;
import org.freshet.core.component.Spec;

/**
 * What a live pipeline watches beside its own errors, and where alarms go.
 *
 * <pre>{@code
 * watch: { error: { adwin: { delta: 0.002 } }, features: [psi, kswin], webhook: "https://…" }
 * }</pre>
 */
@Component(name = "watch", kinds = Kind.SECTION, family = "pipeline_file")
public final class WatchSection implements Section {
  public record Parameters(
      @Param(
              value = "Drift detector on the error of the answers given.",
              def = "adwin(delta=0.002)",
              kind = Kind.DRIFT_DETECTOR)
          Spec error,
      @Param(
              value =
                  "Watches of the features: psi, or a drift detector run on each feature, or mmd.",
              def = "[psi]")
          List<String> features,
      @Param(
              value = "Drift detector on the share of events that got a label in time.",
              def = "adwin(delta=0.002)",
              kind = Kind.DRIFT_DETECTOR)
          Spec labelRate,
      @Param(value = "Whether the distribution of the answers is watched.", def = "true")
          boolean predictions,
      @Param(
              value = "Whether values missing or out of the range learnt so far raise an alarm.",
              def = "true")
          boolean profile,
      @Param(
              value = "Events of a window compared with the one before it.",
              def = "1000",
              range = "[50, 1000000]",
              unit = "events",
              origin = "ten bins of a hundred")
          int window,
      @Param(value = "Address that gets each alarm as JSON by POST.", def = "none")
          String webhook) {}

  private final Parameters parameters;

  public WatchSection(Parameters parameters, Build build) {
    this.parameters = parameters;
  }

  public Parameters parameters() {
    return parameters;
  }
}
