package org.freshet.learn.ensemble;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Predicts classes of a stream whose concept is stable or changes slowly: AdaBoost for streams.
 * Each member learns most from the examples that those before it got wrong.
 *
 * <p>How it works. An example starts with λ = 1. Member m learns it with weight k, k ~ Poisson(λ).
 * With N the weight seen so far, λᵐˢᶜ gains λ if the member was right and then λ becomes λ·N / (2
 * λᵐˢᶜ); otherwise the same with λᵐˢʷ. So each member has half of its weight on examples that were
 * right before it. With ε = λᵐˢʷ / (λᵐˢᶜ + λᵐˢʷ) a member's scores count log((1 − ε) / ε); one with
 * ε ≥ ½ does not vote.
 *
 * <p>Source: N. C. Oza, S. Russell, "Online Bagging and Boosting", AISTATS 2001, figure 2.
 *
 * <p>Where we differ. MOA stops counting votes at the first member that may not vote, and a member
 * that was never wrong may not; here it is passed over, and half an error is assumed where there
 * was none. When nobody may vote, the member that is least wrong answers. Votes are probabilities
 * instead of classes, as in MOA. λ above 30 is drawn from the normal distribution.
 *
 * <p>Accepts what its learner accepts. Costs the sum of its members; λ follows what a member knows
 * once it has learnt, as published, so one that learnt is asked again: a {@code hoeffding_tree} at
 * the leaf it reached, where only the score of one class has changed, any other learner in a second
 * walk. A chain is coupled at each example, so it runs on one thread. Memory {@code max_bytes}, an
 * equal share for each member, which does at its limit what it does alone.
 *
 * <pre>
 * Classifier c = Components.classifier("oza_boost(members=10, learner=hoeffding_tree)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "oza_boost",
    kinds = Kind.CLASSIFIER,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    },
    coupled = "each learns an event with the weight that the members before it leave it")
public final class OzaBoost extends OnlineBoosting {

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      Chain chain,
      @Param(
              value = "learn with weight λ itself instead of a draw from Poisson(λ)",
              def = "false",
              origin = "MOA default (pureBoost)")
          boolean pureBoost,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public OzaBoost(Parameters p, Build build) {
    super(p.chain.learner(), p.chain.members(), p.pureBoost, build, p.maxBytes);
  }
}
