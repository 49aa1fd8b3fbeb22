package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Fixed uncertainty: asks about the events whose answer has a probability below a threshold. It
 * suits models whose probabilities mean something, and streams that do not change: where the model
 * is sure, it is never asked whether it is still right.
 *
 * <p>How it works: the label of x is asked for if max over y of P(y|x) &lt; θ.
 *
 * <p>Paper: I. Žliobaitė, A. Bifet, B. Pfahringer and G. Holmes, Active Learning With Drifting
 * Streaming Data, IEEE Transactions on Neural Networks and Learning Systems 25(1), 2014, the
 * strategy Fixed Uncertainty.
 *
 * <p>Where we differ: the paper keeps its budget by an estimate that forgets exponentially, over
 * about 100 events; here, as for all strategies, by a count of what was asked, see 'budget' of
 * 'labels'.
 *
 * <p>Takes any row, none is looked at. Cost: O(classes) an event, no memory. It knows nothing of
 * the rate: of a budget that is small beside the uncertain events, the earliest get it all; and a
 * model that is sure after its first label, as a tree of one leaf is, is never asked about again.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { fixed_uncertainty: { threshold: 0.8 } } }
 * }</pre>
 */
@Component(
    name = "fixed_uncertainty",
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
public final class FixedUncertainty implements QueryStrategy {
  public record Parameters(
      @Param(
              value = "Probability of the answer below which its label is asked for.",
              def = "0.9",
              range = "[0, 1]",
              origin = "the usual first choice; the paper has no default")
          double threshold) {}

  private final double threshold;

  public FixedUncertainty(Parameters p, Build build) {
    Classes.required(build, "fixed_uncertainty");
    threshold = p.threshold;
  }

  @Override
  public boolean ask(Candidate c) {
    return c.confidence() < threshold;
  }

  @Override
  public void save(StateWriter out) {}

  @Override
  public void load(StateReader in) {}

  @Override
  public long memoryBytes() {
    return 24;
  }
}
