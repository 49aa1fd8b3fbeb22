package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Split: parts the stream at random in two. In the one, events are asked about at random, so that a
 * change anywhere is met; in the other by variable uncertainty, so that most labels go where the
 * model is in doubt.
 *
 * <p>How it works: with probability ν an event is of the first part and is asked about with
 * probability B, the rate the budget leaves; else as in variable_uncertainty, with a threshold θ
 * that begins at 1 and moves by the step s. While the budget does not allow, nothing happens.
 *
 * <p>Paper: I. Žliobaitė, A. Bifet, B. Pfahringer and G. Holmes, Active Learning With Drifting
 * Streaming Data, IEEE Transactions on Neural Networks and Learning Systems 25(1), 2014, the
 * strategy Split.
 *
 * <p>Where we differ: the paper detects changes from the labels of the first part alone, and starts
 * a new classifier; here detectors belong to the learner (drift_reset, adaptive forests) and see
 * all labels that were asked for. The budget is a count of what was asked, see
 * variable_uncertainty.
 *
 * <p>Takes any row, none is looked at. Cost: O(classes) and two random numbers an event.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { split: { share: 20% } } }
 * }</pre>
 */
@Component(
    name = "split",
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
public final class Split extends Moving {
  public record Parameters(
      @Param(
              value = "Share ν of the events that are asked about at random.",
              def = "20%",
              range = "[0, 1]",
              origin = "Žliobaitė et al. 2014: ν = 0.2")
          double share,
      @Param(
              value = "Share by which the threshold moves with each event.",
              def = "0.01",
              range = "(0, 1)",
              origin = "Žliobaitė et al. 2014: s = 0.01")
          double step) {}

  private final double share;

  public Split(Parameters p, Build build) {
    super("split", p.step, true, build);
    share = p.share;
  }

  @Override
  boolean wants(Candidate c) {
    return rng.nextDouble() < share
        ? rng.nextDouble() < c.rate()
        : threshold.above(c.confidence(), 1);
  }
}
