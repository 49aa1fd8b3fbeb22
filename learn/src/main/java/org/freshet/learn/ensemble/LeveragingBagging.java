package org.freshet.learn.ensemble;

import java.util.List;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts classes of a stream whose concept may change: ADWIN bagging with more randomness, in the
 * weights of the examples and, if wanted, in what the classes are told apart by.
 *
 * <p>How it works. Each of the n models learns each example w times, w ~ Poisson(λ = 6), which
 * makes the models differ more and learn faster than Poisson(1). An ADWIN window watches the error
 * of each; when one rises, the model with the highest error begins anew. With {@code output_codes}
 * each model is taught a random binary code μ_m(c) of the class c instead of the class, two halves
 * of the classes, and votes for all classes of the half it predicts. Other {@link Resampling}s are
 * the paper's variants: half bagging, bagging without leaving out any example, and the one that
 * learns what is misclassified and the rest with the chance e/(1 − e), e the model's error.
 *
 * <p>Source: A. Bifet, G. Holmes, B. Pfahringer, "Leveraging Bagging for Evolving Data Streams",
 * ECML PKDD 2010, figure 1 (algorithm Leveraging Bagging for M models) and section 2.
 *
 * <p>Where we differ. The windows get the error of the vote given before learning, where MOA
 * predicts a second time after it; a new model's errors count from its 101st example, and it can be
 * the worst from its 200th, as in {@code adwin_bagging}. Votes are probabilities, also for the
 * halves of the classes (MOA counts one vote there); classes 2i and 2i + 1 are always in different
 * halves, so that new classes may come. A reset couples the members, yet they run over blocks of
 * rows on any number of threads, with the result of one row at a time bit for bit, as in {@code
 * adwin_bagging}.
 *
 * <p>Accepts what its learner accepts, but dense rows only. Cost: n times that of the learner, and
 * an ADWIN update a member; one more walk with {@code misclassified}. Memory bounded by {@code
 * max_bytes}, shared evenly: near the limit each learner does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "leveraging_bagging(members=10, learner=hoeffding_tree(grace_period=50))", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "leveraging_bagging",
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
public final class LeveragingBagging extends Bagging {

  /** Parameters; the defaults are those of the paper and of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "n, learners that vote",
              def = "10",
              range = "[1, 1000]",
              origin = "Bifet et al. 2010; MOA default")
          int members,
      @Param(
              value = "what each member is; may be a pipeline",
              def = "hoeffding_tree",
              kind = Kind.CLASSIFIER,
              origin = "Bifet et al. 2010; MOA default")
          Spec learner,
      @Param(
              value = "what the members are, in turn, instead of all the same",
              def = "none",
              kind = Kind.CLASSIFIER,
              origin = "all the same")
          List<Spec> learners,
      @Param(
              value = "λ of the Poisson weights",
              def = "6",
              range = "(0, 30]",
              origin = "Bifet et al. 2010; MOA default")
          double lambda,
      @Param(
              value = "how often a member learns an example",
              def = "poisson",
              origin = "Bifet et al. 2010")
          Resampling resampling,
      @Param(
              value = "teach each member a random half of the classes against the other",
              def = "false",
              origin = "MOA default")
          boolean outputCodes,
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

  public LeveragingBagging(Parameters p, Build build) {
    super(
        p.members,
        inTurn(p.learner, p.learners),
        p.resampling,
        p.lambda,
        p.delta,
        p.outputCodes,
        p.maxBytes,
        build);
  }
}
