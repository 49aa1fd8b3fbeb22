package org.freshet.learn.ensemble;

import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Predicts classes of a stream whose concept may change: online bagging that drops its worst member
 * when the error of any member rises.
 *
 * <p>How it works. Each of the M models learns each example k times, k ~ Poisson(λ = 1), and its
 * error goes to an ADWIN window of its own. When a window is cut because the error rose, the model
 * with the highest error in its window is replaced by an untrained one with an empty window. The
 * answer is the mean of the models' class probabilities.
 *
 * <p>Source: A. Bifet, G. Holmes, B. Pfahringer, R. Kirkby, R. Gavaldà, "New Ensemble Methods For
 * Evolving Data Streams", KDD 2009, section 2 (ADWIN Bagging).
 *
 * <p>Where we differ. The windows get the error of the vote given before learning, where MOA
 * predicts a second time after it: this saves a walk per model and is not made optimistic by the
 * example itself. A new model's errors are high at first, and would have it replaced again and
 * again: its first 100 examples do not go to its window, and it is not the worst before another
 * 100. Windows are looked at every 32 examples, as in MOA. A reset couples the members, yet they
 * run over blocks of rows on any number of threads: a member that is reset runs over the rest of
 * its block once more, and the result is that of one row at a time, bit for bit.
 *
 * <p>Accepts what its learner accepts, but dense rows only. Cost: M times that of the learner, and
 * an ADWIN update a member. Memory bounded by {@code max_bytes}, shared evenly: near the limit each
 * learner does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier("adwin_bagging(members=5, delta=0.01)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "adwin_bagging",
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
      Trait.PARALLEL
    },
    coupled = "where one of them drifts, the worst of all begins anew")
public final class AdwinBagging extends Bagging {

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "M, learners that vote",
              def = "10",
              range = "[1, 1000]",
              origin = "Bifet et al. 2009; MOA default")
          int members,
      Voters voters,
      @Param(
              value = "λ of the Poisson weights",
              def = "1",
              range = "(0, 30]",
              origin = "Oza & Russell 2001; Bifet et al. 2009")
          double lambda,
      @Param(
              value = "δ of the ADWIN window of each member's error",
              def = "0.002",
              range = "(0, 1)",
              origin = "MOA default")
          double delta,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public AdwinBagging(Parameters p, Build build) {
    super(
        p.members,
        inTurn(p.voters.learner(), p.voters.learners()),
        Resampling.POISSON,
        p.lambda,
        p.delta,
        false,
        p.maxBytes,
        build);
  }
}
