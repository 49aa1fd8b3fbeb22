package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Variable uncertainty: asks about the least certain events of any stretch of the stream, by a
 * threshold that follows the certainty of the model. As the model becomes surer the threshold
 * rises, so that labels are spread over time.
 *
 * <p>How it works: θ begins at 1. While the budget allows, the label of x is asked for if max over
 * y of P(y|x) &lt; θ, and then θ becomes θ(1 - s); else θ becomes θ(1 + s). While the budget does
 * not allow, nothing happens.
 *
 * <p>Paper: I. Žliobaitė, A. Bifet, B. Pfahringer and G. Holmes, Active Learning With Drifting
 * Streaming Data, IEEE Transactions on Neural Networks and Learning Systems 25(1), 2014, the
 * strategy Variable Uncertainty.
 *
 * <p>Where we differ: the paper keeps its budget by an estimate that forgets exponentially, over
 * about 100 events; here, as for all strategies, by a count of what was asked, see 'budget' of
 * 'labels'. The threshold stays within 1e-300 and 1e300.
 *
 * <p>Takes any row, none is looked at. Cost: O(classes) an event, one number kept.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { variable_uncertainty: { step: 0.01 } } }
 * }</pre>
 */
@Component(
    name = "variable_uncertainty",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.BOUNDED_MEMORY
    })
public final class VariableUncertainty extends Moving {
  public record Parameters(
      @Param(
              value = "Share by which the threshold moves with each event.",
              def = "0.01",
              range = "(0, 1)",
              origin = "Žliobaitė et al. 2014: s = 0.01")
          double step) {}

  public VariableUncertainty(Parameters p, Build build) {
    super("variable_uncertainty", p.step, false, build);
  }

  @Override
  boolean wants(Candidate c) {
    return threshold.above(c.confidence(), 1);
  }
}
