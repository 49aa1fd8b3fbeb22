package org.freshet.engine.section;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Section;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;

/**
 * Budgets of a live pipeline that the runtime enforces.
 *
 * <p>Memory: the learner gets what the waiting events leave, through its own limit. Latency: when
 * the time per event is over it, events are answered by the {@code fallback} stage, which learns
 * all along, until the pipeline is fast enough again. Disk: journal and snapshots together; at the
 * limit older snapshots go first, then events are refused rather than lost. In flight: questions to
 * experts outside, each with its event, that wait for their answers.
 *
 * <pre>{@code
 * limits: { memory: 256MB, latency: 2ms, fallback: { logistic_regression: {} } }
 * }</pre>
 */
@Component(name = "limits", kinds = Kind.SECTION, family = "pipeline_file")
public final class LimitsSection implements Section {
  /** Questions in flight where nothing is said. */
  public static final int IN_FLIGHT = 1000;

  public record Parameters(
      @Param(
              value = "Bytes of the model and the events that wait for labels; 0 for no limit.",
              def = "0",
              range = "[0, inf)",
              unit = "bytes",
              origin = "components have limits of their own")
          long memory,
      @Param(value = "Time an event may take; none for no limit.", def = "none") Span latency,
      @Param(
              value = "Cheaper pipeline that answers while the time per event is over 'latency'.",
              def = "none",
              kind = Kind.CLASSIFIER)
          Spec fallback,
      @Param(
              value = "Bytes of journal, snapshots and questions; 0 for no limit.",
              def = "0",
              range = "[0, inf)",
              unit = "bytes",
              origin = "the disk itself")
          long disk,
      @Param(
              value = "Records that may wait to be consumed; beyond it feeds wait or are refused.",
              def = "65536",
              range = "[64, 16777216]",
              unit = "records",
              origin = "about a second of a fast pipeline")
          int queue,
      @Param(
              value =
                  "How far the time of an event or label may be ahead of the machine's clock; one"
                      + " beyond is taken to happen when it comes; 0 for any time.",
              def = "1d",
              origin = "a wrong clock, or times in microseconds, would time out all that waits")
          Span ahead,
      @Param(
              value =
                  "Questions to experts that may wait for their answers; beyond it models answer"
                      + " themselves.",
              def = "1000",
              range = "[0, 1000000]",
              unit = "questions",
              origin = "a few minutes of a service that answers ten times a second")
          int inFlight) {}

  private final Parameters parameters;

  public LimitsSection(Parameters parameters, Build build) {
    this.parameters = parameters;
    StateSection.time("latency", parameters.latency(), "2ms");
    if (parameters.ahead().length() > 0) {
      StateSection.time("ahead", parameters.ahead(), "1d");
    }
  }

  public Parameters parameters() {
    return parameters;
  }
}
