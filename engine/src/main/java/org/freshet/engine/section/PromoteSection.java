package org.freshet.engine.section;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Section;

/**
 * When a challenger takes the champion's place by itself: it was better over a window of labels by
 * a paired test (McNemar's for classes, the sign test for numbers), and few of the events that the
 * champion had right were wrong with it.
 *
 * <pre>{@code
 * promote: { window: 5000, significance: 0.01, negative_flips: 1% }
 * }</pre>
 */
@Component(name = "promote", kinds = Kind.SECTION, family = "pipeline_file")
public final class PromoteSection implements Section {
  public record Parameters(
      @Param(
              value = "Labels compared; after a decision as many pass before the next.",
              def = "5000",
              range = "[10, 1000000]",
              unit = "labels",
              origin = "a difference of two points shows")
          int window,
      @Param(
              value = "Level of the paired test.",
              def = "0.01",
              range = "(0, 1)",
              origin = "usual, halved twice for repetition")
          double significance,
      @Param(
              value = "Largest share of events the champion had right and the challenger wrong.",
              def = "0.05",
              range = "[0, 1]",
              origin = "one in twenty")
          double negativeFlips,
      @Param(value = "Whether promotion happens by itself.", def = "true") boolean automatic) {}

  private final Parameters parameters;

  public PromoteSection(Parameters parameters, Build build) {
    this.parameters = parameters;
  }

  public Parameters parameters() {
    return parameters;
  }
}
