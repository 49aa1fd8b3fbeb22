package org.freshet.learn.imbalance;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;

/**
 * Predicts classes of which some are rare, now or for a while: bagging that learns an example of a
 * class less often the more frequent that class has been of late (undersampling-based online
 * bagging). Recognises rare classes better than {@code oob}, at the price of frequent ones; {@code
 * oob} copes better with change.
 *
 * <p>How it works. The size of class c follows the examples, w_c ← θ w_c + (1 − θ)[y = c]. Each
 * member learns an example of class y k times, k ~ Poisson(λ) drawn for each member, with λ = min_c
 * w_c / w_y over the classes seen: 1 for the rarest class, less for the others. The members'
 * probabilities are averaged.
 *
 * <p>Source: S. Wang, L. L. Minku, X. Yao, "Resampling-Based Ensemble Methods for Online Class
 * Imbalance Learning", IEEE Transactions on Knowledge and Data Engineering 27(5), 2015, table 1
 * (improved UOB); several classes: the same authors, "Dealing with Multiple Classes in Online Class
 * Imbalance Learning", IJCAI 2016 (MUOB).
 *
 * <p>Where we differ: nowhere; sizes start at 0, and k copies are one example of weight k. With a
 * class absent for long, λ of the others goes to 0 as published: a {@code decay} nearer to 1 suits
 * classes rarer than one in thirty.
 *
 * <p>Accepts what its learner accepts. Members do not depend on each other, so they run over blocks
 * of rows on any number of threads, with the same result bit for bit. Each example goes once
 * through each member: O(members) times the learner's cost; memory 8 bytes a class, and the members
 * share {@code max_bytes} evenly: at the limit each does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier("uob(members=10, decay=0.99)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "uob",
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
public final class Uob extends ResampledBagging {

  /** Parameters. */
  public record Parameters(ResampledMembers shared) {}

  public Uob(Parameters p, Build build) {
    super(p.shared.learner(), p.shared.members(), p.shared.decay(), build, p.shared.maxBytes());
  }

  @Override
  double lambda(double[] sizes, int label) {
    double least = sizes[label];
    for (double s : sizes) {
      least = s > 0 ? Math.min(least, s) : least;
    }
    return least / sizes[label];
  }
}
