package org.freshet.learn.ask;

import org.freshet.core.Rng;
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
 * Selective sampling: asks with a probability that falls as the margin between the two best classes
 * grows, but is never 0. Between random, for a large b, and margin sampling.
 *
 * <p>How it works: the label of x is asked for with probability b / (b + m), where m is the
 * probability of the best class less that of the second. With b = 0, the default, b is what keeps
 * the rate of the budget: after each event log b grows by 0.05 (B - b / (b + m)), where B is the
 * rate.
 *
 * <p>Paper: N. Cesa-Bianchi, C. Gentile and L. Zaniboni, Worst-Case Analysis of Selective Sampling
 * for Linear Classification, Journal of Machine Learning Research 7, 2006, the selective sampling
 * perceptron.
 *
 * <p>Where we differ: the margin is one of probabilities, of any model and of any number of
 * classes; the paper's is that of a perceptron, unbounded, so its values of b mean something else.
 * That b follows the rate is ours.
 *
 * <p>Takes any row, none is looked at. Cost: O(classes) and one random number an event.
 *
 * <pre>{@code
 * labels: { budget: 5%, ask: selective_sampling }
 * }</pre>
 */
@Component(
    name = "selective_sampling",
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
public final class SelectiveSampling implements QueryStrategy {
  private static final double STEP = 0.05;
  private static final double MOST = 30; // of |log b|

  public record Parameters(
      @Param(
              value = "Margin at which every other event is asked about; 0 to follow the rate.",
              def = "0",
              range = "[0, 1000000]",
              origin = "0: the budget says how many, not the margin")
          double b) {}

  private final double fixed;
  private double log; // of b
  private final Rng rng;

  public SelectiveSampling(Parameters p, Build build) {
    Classes.required(build, "selective_sampling");
    fixed = p.b;
    rng = new Rng(build.seed());
  }

  @Override
  public boolean ask(Candidate c) {
    double b = fixed > 0 ? fixed : StrictMath.exp(log);
    double chance = b / (b + c.margin());
    if (fixed == 0) {
      log = Math.max(-MOST, Math.min(MOST, log + STEP * (c.rate() - chance)));
    }
    return rng.nextDouble() < chance;
  }

  @Override
  public void save(StateWriter out) {
    out.put("log-b", log);
    rng.save(out, "rng");
  }

  @Override
  public void load(StateReader in) {
    double d = in.doubleValue("log-b");
    if (!(Math.abs(d) <= MOST)) {
      throw in.corrupt("log-b", "is " + d);
    }
    log = d;
    rng.load(in, "rng");
  }

  @Override
  public long memoryBytes() {
    return 112;
  }
}
