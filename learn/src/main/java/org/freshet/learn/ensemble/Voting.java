package org.freshet.learn.ensemble;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts classes by the vote of different learners, with weights that stay as they are: where
 * some learners are known to do well together. Where it is not known which do, {@code hedge} and
 * {@code stacking} find out.
 *
 * <p>How it works. Each of the learners learns each example. A soft vote is the mean of their
 * probabilities, p(c) = Σ w_i p_i(c) / Σ w_i; in a hard vote each gives its weight to the one class
 * it holds most probable, the lowest code on a tie, and p(c) is the share of the votes.
 *
 * <p>Source: L. I. Kuncheva, "Combining Pattern Classifiers", Wiley, 2004, sections 4.2 (majority
 * vote) and 5.2 (average).
 *
 * <p>Where we differ: nowhere, except that in a hard vote a learner without an opinion, all its
 * scores being equal, divides its vote.
 *
 * <p>Accepts what all its learners accept. Learners do not depend on each other, so they run over
 * blocks of rows on any number of threads, with the same result bit for bit. Each example goes once
 * through each learner: the sum of their costs; they share {@code max_bytes} evenly, and each does
 * at its limit what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "voting(learners=[hoeffding_tree, gaussian_nb], weights=[2, 1])", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "voting",
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
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL,
      Trait.DIVISIBLE
    })
public final class Voting extends Panel {
  private final double[] weights;
  private final boolean hard;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "who vote; each may be a pipeline",
              def = "[gaussian_nb, hoeffding_tree, hoeffding_adaptive_tree]",
              kind = Kind.CLASSIFIER,
              origin = "ours")
          List<Spec> learners,
      @Param(value = "weight of each vote, above 0; none for equal ones", def = "none")
          List<Double> weights,
      @Param(
              value = "each learner votes for one class only",
              def = "false",
              origin = "River's default is a soft vote")
          boolean hard,
      @Param(
              value = "memory limit of all learners",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public Voting(Parameters p, Build build) {
    super(p.learners, build, build.limit(p.maxBytes));
    this.hard = p.hard;
    this.weights = new double[members()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = p.weights == null ? 1 : weight(p.weights, i, weights.length);
    }
  }

  private static double weight(List<Double> given, int i, int n) {
    if (given.size() != n) {
      throw new ConfigException(
          "",
          "parameter 'weights' of voting has "
              + given.size()
              + " values, expected one for each of "
              + n
              + " learners");
    }
    double w = given.get(i);
    if (!(w > 0)) {
      throw new ConfigException(
          "", "parameter 'weights' of voting has " + w + ", expected numbers above 0");
    }
    return w;
  }

  @Override
  protected void join(double[] answers, int stride, int known, double[] out) {
    for (int i = 0; i < weights.length; i++) {
      if (hard) {
        voteForOne(weights[i], answers, i * stride, known, out);
      } else {
        Kernels.axpy(weights[i], answers, i * stride, out, 0, known);
      }
    }
    Kernels.normalize(out, known);
  }

  private static void voteForOne(double weight, double[] scores, int at, int n, double[] out) {
    int best = 0;
    boolean equal = true;
    for (int c = 1; c < n; c++) {
      equal &= scores[at + c] == scores[at];
      best = scores[at + c] > scores[at + best] ? c : best;
    }
    if (!equal || n == 1) {
      out[best] += weight;
      return;
    }
    for (int c = 0; c < n; c++) {
      out[c] += weight / n;
    }
  }
}
