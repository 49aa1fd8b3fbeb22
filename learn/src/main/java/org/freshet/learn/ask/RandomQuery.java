package org.freshet.learn.ask;

import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Random sampling: asks for the label of each event with the same probability, whatever the event
 * and the answer. The labels are a fair sample of the stream, so that every change is met sooner or
 * later; it is what any other strategy has to beat, and it works for numbers as for classes.
 *
 * <p>How it works: an event is asked about with probability B, the rate that the budget leaves.
 *
 * <p>Paper: I. Žliobaitė, A. Bifet, B. Pfahringer and G. Holmes, Active Learning With Drifting
 * Streaming Data, IEEE Transactions on Neural Networks and Learning Systems 25(1), 2014, the
 * strategy Random.
 *
 * <p>Where we differ: B is the share of the budget with what was left unspent of it added, so that
 * chance does not leave labels unasked; the paper's is constant.
 *
 * <p>Takes any row, none is looked at. Cost: one random number an event.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: random }
 * }</pre>
 */
@Component(
    name = "random",
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
public final class RandomQuery implements QueryStrategy {
  /** It has none. */
  public record Parameters() {}

  private final Rng rng;

  public RandomQuery(Parameters p, Build build) {
    rng = new Rng(build.seed());
  }

  @Override
  public boolean ask(Candidate c) {
    return rng.nextDouble() < c.rate();
  }

  @Override
  public void save(StateWriter out) {
    rng.save(out, "rng");
  }

  @Override
  public void load(StateReader in) {
    rng.load(in, "rng");
  }

  @Override
  public long memoryBytes() {
    return 80;
  }
}
