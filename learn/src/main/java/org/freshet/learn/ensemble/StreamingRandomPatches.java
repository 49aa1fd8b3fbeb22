package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.Divisible;
import org.freshet.core.DriftDetector;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts classes of a stream whose concept changes: an ensemble of any learner whose members see
 * different columns and different samples of the stream, each replaced when its own error rises. It
 * suits tables with many columns, and learners other than trees.
 *
 * <p>How it works. Each of the L models draws m of the M features when it is made, and sees no
 * others; it learns each example k times, k ~ Poisson(λ = 6). A warning detector on its error
 * starts a background model with a subspace of its own; a drift detector, less easily alarmed,
 * replaces the model by it, or by an untrained one. The models vote with their class probabilities
 * times their accuracy since they were last replaced. {@code method} takes out one of the two
 * sources of difference: {@code random_subspaces} has no weights, {@code bagging} no subspaces.
 *
 * <p>Source: H. M. Gomes, J. Read, A. Bifet, "Streaming Random Patches for Evolving Data Stream
 * Classification", IEEE International Conference on Data Mining (ICDM) 2019, algorithm 1.
 *
 * <p>Where we differ. The detectors get the error of the vote given before learning, where MOA
 * predicts a second time after it. ADWIN's cuts count only when the error rose. The background
 * model's detectors begin with it and get the error of the model in use, as in {@code
 * adaptive_random_forest}. A subspace holds two features at least, since one alone shows no
 * interaction. Members do not depend on each other, so they run over blocks of rows on any number
 * of threads, with the same result bit for bit.
 *
 * <p>Accepts what its learner accepts, but dense rows only, and no text. Cost: L times that of the
 * learner on m columns, and a copy of these. Memory bounded by {@code max_bytes}, shared evenly by
 * members and background models: near the limit each learner does what its own page says.
 *
 * <pre>
 * Classifier c = Components.classifier(
 *     "streaming_random_patches(members=10, subspace=60%)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "streaming_random_patches",
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
public final class StreamingRandomPatches extends VotingEnsemble<ForestMember>
    implements Composite, Divisible {

  /** Parameters; the defaults are those of the paper and of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "L, learners that vote",
              def = "10",
              range = "[1, 1000]",
              origin = "Gomes et al. 2019 use 10 and 100")
          int members,
      @Param(
              value = "what each member is; may be a pipeline",
              def = "hoeffding_tree(grace_period=50, split_confidence=0.01)",
              kind = Kind.CLASSIFIER,
              origin = "Gomes et al. 2019; MOA default")
          Spec learner,
      @Param(
              value = "what makes the members differ",
              def = "random_patches",
              origin = "Gomes et al. 2019")
          PatchMethod method,
      @Param(
              value =
                  "share m/M of the features each member sees; at least two where there are two",
              def = "60%",
              range = "(0, 1]",
              origin = "Gomes et al. 2019; MOA default")
          double subspace,
      @Param(
              value = "λ of the Poisson weights",
              def = "6",
              range = "(0, 30]",
              origin = "Gomes et al. 2019")
          double lambda,
      @Param(
              value = "detector that starts a background model",
              def = "adwin(delta=1e-4)",
              kind = Kind.DRIFT_DETECTOR,
              origin = "MOA default")
          Spec warning,
      @Param(
              value = "detector that replaces the model",
              def = "adwin(delta=1e-5)",
              kind = Kind.DRIFT_DETECTOR,
              origin = "MOA default")
          Spec drift,
      @Param(value = "weigh votes by accuracy", def = "true", origin = "Gomes et al. 2019")
          boolean weightedVote,
      @Param(
              value = "memory limit of all members",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public StreamingRandomPatches(Parameters p, Build build) {
    super(new ForestMember[p.members], build.workers(), build.schema().declaredLabels());
    double lambda = p.method == PatchMethod.RANDOM_SUBSPACES ? 0 : p.lambda;
    long share = build.limit(p.maxBytes) / (2L * p.members);
    long limit = Math.max(share / 2, share - VOTE_BYTES / 2);
    for (int i = 0; i < p.members; i++) {
      Build own = build.child("member", i).withMaxBytes(limit);
      members[i] = new ForestMember(new Patches(p, own), lambda, p.weightedVote, true, own.rng());
    }
  }

  @Override
  public List<Inner> inside() {
    List<Inner> all = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      Patch patch = (Patch) members[i].model();
      all.add(new Inner("member " + i, patch.learner(), patch.schema(), false));
    }
    return all;
  }

  /** Makes the models and detectors of one member. */
  private record Patches(Parameters p, Build build) implements ForestMember.Parts {
    @Override
    public Classifier model(Rng rng) {
      int width = build.schema().width();
      int size = p.method == PatchMethod.BAGGING ? width : (int) Math.round(width * p.subspace);
      return new Patch(p.learner, build, Math.max(Math.min(2, width), size), rng);
    }

    @Override
    public DriftDetector warning() {
      return build.create(p.warning, DriftDetector.class);
    }

    @Override
    public DriftDetector drift() {
      return build.create(p.drift, DriftDetector.class);
    }
  }
}
