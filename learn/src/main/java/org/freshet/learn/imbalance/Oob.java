package org.freshet.learn.imbalance;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;

/**
 * Predicts classes of which some are rare, now or for a while: bagging that learns an example of a
 * class more often the rarer that class has been of late (oversampling-based online bagging).
 *
 * <p>How it works. The size of class c follows the examples, w_c ← θ w_c + (1 − θ)[y = c]. Each
 * member learns an example of class y k times, k ~ Poisson(λ) drawn for each member, with λ = max_c
 * w_c / w_y: 1 for the most frequent class, more for the others. The members' probabilities are
 * averaged.
 *
 * <p>Source: S. Wang, L. L. Minku, X. Yao, "Resampling-Based Ensemble Methods for Online Class
 * Imbalance Learning", IEEE Transactions on Knowledge and Data Engineering 27(5), 2015, table 1
 * (improved OOB); several classes: the same authors, "Dealing with Multiple Classes in Online Class
 * Imbalance Learning", IJCAI 2016 (MOOB).
 *
 * <p>Where we differ: nowhere; sizes start at 0, and k copies are one example of weight k.
 *
 * <p>Accepts what its learner accepts. Members do not depend on each other, so they run over blocks
 * of rows on any number of threads, with the same result bit for bit. Each example goes once
 * through each member: O(members) times the learner's cost; memory 8 bytes a class, and the members
 * share {@code max_bytes} evenly: at the limit each does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier("oob(members=10, learner=gaussian_nb)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "oob",
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
public final class Oob extends ResampledBagging {

  /** Parameters. */
  public record Parameters(ResampledMembers shared) {}

  public Oob(Parameters p, Build build) {
    super(p.shared.learner(), p.shared.members(), p.shared.decay(), build, p.shared.maxBytes());
  }

  @Override
  double lambda(double[] sizes, int label) {
    double most = 0;
    for (double s : sizes) {
      most = Math.max(most, s);
    }
    return most / sizes[label];
  }
}
