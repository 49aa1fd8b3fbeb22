package org.freshet.learn.imbalance;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts classes of which one is rare: bagging whose members learn the rarest class more often,
 * from one that learns little of everything to one that learns all (under-over-bagging).
 *
 * <p>How it works. Member m of M learns an example k times, k ~ Poisson(λ), with λ = m / M for an
 * example of a frequent class and C · m / M ({@code sampling_rate} C) for one of the rarest class:
 * members see the classes in proportions that are C times less skewed, in samples of different
 * size. The rarest class is the one whose size w_c ← θ w_c + (1 − θ)[y = c] is least. The members'
 * probabilities are averaged.
 *
 * <p>Source: B. Wang, J. Pineau, "Online Bagging and Boosting for Imbalanced Data Streams", IEEE
 * Transactions on Knowledge and Data Engineering 28(12), 2016, algorithm 2 (online
 * UnderOverBagging).
 *
 * <p>Where we differ. The paper is told which class is rare; here it follows the stream, for any
 * number of classes. k copies are one example of weight k.
 *
 * <p>Accepts what its learner accepts. Members do not depend on each other, so they run over blocks
 * of rows on any number of threads, with the same result bit for bit. Each example goes once
 * through each member: O(members) times the learner's cost; memory 8 bytes a class, and the members
 * share {@code max_bytes} evenly: at the limit each does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier("under_over_bagging(sampling_rate=5)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "under_over_bagging",
    kinds = Kind.CLASSIFIER,
    family = "imbalance",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL,
      Trait.DIVISIBLE
    })
public final class UnderOverBagging extends ResampledBagging {
  private final double rate;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "members of the bagging",
              def = "10",
              range = "[1, 1000]",
              origin = "as the other ensembles here")
          int members,
      @Param(
              value = "a member; may be a pipeline",
              def = "hoeffding_tree",
              kind = Kind.CLASSIFIER,
              origin = "ours")
          Spec learner,
      @Param(
              value = "θ, factor by which an example counts less for the class sizes at the next",
              def = "0.999",
              range = "(0, 0.9999]",
              origin = "ours")
          double decay,
      @Param(
              value = "C, how much more often the rarest class is learnt",
              def = "2",
              range = "[1, 100]",
              origin = "MOA default")
          double samplingRate,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public UnderOverBagging(Parameters p, Build build) {
    super(p.learner, p.members, p.decay, build, p.maxBytes);
    this.rate = p.samplingRate;
  }

  @Override
  double lambda(double[] sizes, int label) {
    for (double s : sizes) {
      if (s > 0 && s < sizes[label]) {
        return 1;
      }
    }
    return rate;
  }

  @Override
  protected double memberWeight(int member, double rate, double weight) {
    return super.memberWeight(member, rate * (member + 1) / members(), weight);
  }
}
