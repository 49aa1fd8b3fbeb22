package org.freshet.learn.ensemble;

import org.freshet.core.Divisible;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Predicts classes of a stream whose concept stays: copies of one learner, each taught another
 * sample of the stream, vote. It lessens the variance of unstable learners, such as trees.
 *
 * <p>How it works. In a bootstrap sample of N examples each occurs K times, K binomial, which for
 * large N is Poisson(1). So each of the M base models h_m learns each example k times at once, k ~
 * Poisson(λ = 1), as it comes. The answer is the mean of the models' class probabilities.
 *
 * <p>Source: N. C. Oza, S. Russell, "Online Bagging and Boosting", AISTATS 2001, figure 2 (the
 * algorithm OnlineBagging).
 *
 * <p>Where we differ. An example drawn k times is learnt once with the weight k, as in MOA. Votes
 * are probabilities, where the paper counts one vote a model; λ may be set. With {@code learners}
 * the bag is heterogeneous: its members are made of the list in turn, such as random Hoeffding
 * trees with different parameters, or trees of different {@code max_nodes} (the ASHT bagging of
 * Bifet et al., KDD 2009, without its weights). Members do not depend on each other, so they run
 * over blocks of rows on any number of threads, with the same result bit for bit.
 *
 * <p>Accepts what its learner accepts, but dense rows only. Cost: M times that of the learner, of
 * which a share e^−λ only predicts. Memory bounded by {@code max_bytes}, shared evenly: near the
 * limit each learner does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier("online_bagging(members=5, learner=gaussian_nb)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "online_bagging",
    kinds = Kind.CLASSIFIER,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL,
      Trait.DIVISIBLE
    })
public final class OnlineBagging extends Bagging implements Divisible {

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "M, learners that vote",
              def = "10",
              range = "[1, 1000]",
              origin = "MOA default; Oza & Russell 2001 use 100")
          int members,
      Voters voters,
      @Param(
              value = "λ of the Poisson weights",
              def = "1",
              range = "(0, 30]",
              origin = "Oza & Russell 2001")
          double lambda,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public OnlineBagging(Parameters p, Build build) {
    super(
        p.members,
        inTurn(p.voters.learner(), p.voters.learners()),
        Resampling.POISSON,
        p.lambda,
        0,
        false,
        p.maxBytes,
        build);
  }
}
