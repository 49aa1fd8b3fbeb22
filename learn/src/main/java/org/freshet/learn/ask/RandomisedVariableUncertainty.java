package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Variable uncertainty with randomisation: asks about uncertain events mostly, and now and then
 * about one the model is sure of, so that changes far from the border between classes are met too.
 *
 * <p>How it works: as variable_uncertainty, but each event is compared with θη, where η is drawn
 * from the normal distribution N(1, δ): the label of x is asked for if max over y of P(y|x) &lt;
 * θη, and then θ becomes θ(1 - s); else θ becomes θ(1 + s). θ begins at 1. While the budget does
 * not allow, nothing happens.
 *
 * <p>Paper: I. Žliobaitė, A. Bifet, B. Pfahringer and G. Holmes, Active Learning With Drifting
 * Streaming Data, IEEE Transactions on Neural Networks and Learning Systems 25(1), 2014, the
 * strategy Uncertainty with Randomization.
 *
 * <p>Where we differ: the budget is a count of what was asked, as for all strategies, in place of
 * the paper's estimate; see variable_uncertainty.
 *
 * <p>Takes any row, none is looked at. Cost: O(classes) and one normal number an event.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: randomised_variable_uncertainty }
 * }</pre>
 */
@Component(
    name = "randomised_variable_uncertainty",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class RandomisedVariableUncertainty extends Moving {
  public record Parameters(
      @Param(
              value = "Share by which the threshold moves with each event.",
              def = "0.01",
              range = "(0, 1)",
              origin = "Žliobaitė et al. 2014: s = 0.01")
          double step,
      @Param(
              value = "Standard deviation δ of the factor on the threshold.",
              def = "1",
              range = "[0, 100]",
              origin = "Žliobaitė et al. 2014: δ = 1")
          double deviation) {}

  private final double deviation;

  public RandomisedVariableUncertainty(Parameters p, Build build) {
    super("randomised_variable_uncertainty", p.step, true, build);
    deviation = p.deviation;
  }

  @Override
  boolean wants(Candidate c) {
    return threshold.above(c.confidence(), 1 + deviation * rng.nextGaussian());
  }
}
