package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Divisible;
import org.freshet.core.DriftDetector;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.learn.tree.GrowingTree;
import org.freshet.learn.tree.LeafPrediction;
import org.freshet.learn.tree.SplitAttempts;
import org.freshet.learn.tree.SplitCriterion;
import org.freshet.learn.tree.TreeLeaves;
import org.freshet.learn.tree.TreeParameters;
import org.freshet.learn.tree.Trees;

/**
 * Predicts classes of a stream whose concept changes, abruptly or slowly: a random forest in which
 * each tree watches its own error and is replaced when it drifts. The usual first choice for
 * tables.
 *
 * <p>How it works. Each of the n trees learns each example k times, k ~ Poisson(λ = 6), and each
 * leaf observes a random subspace of m of the M features. A warning detector on the tree's error
 * starts a background tree; a drift detector, less easily alarmed, replaces the tree by it. The
 * trees vote with their class probabilities times their accuracy since they were last replaced.
 *
 * <p>Source: H. M. Gomes, A. Bifet, J. Read et al., "Adaptive random forests for evolving data
 * stream classification", Machine Learning 106, 2017, algorithms 1 and 2.
 *
 * <p>Where we differ. The detectors get the error of the vote given before learning (the paper
 * leaves it open, MOA predicts a second time after learning), which saves a walk per tree. ADWIN's
 * cuts count only when the error rose. Subspaces are drawn once per leaf, as in MOA. A leaf that
 * could not split waits until the Hoeffding bound could reach the gap it saw, at most a fifth
 * longer. Members do not depend on each other, so they run over blocks of rows, on any number of
 * threads, with the same result bit for bit.
 *
 * <p>Accepts numeric and categorical columns, missing values, new categories and classes. O(n)
 * walks of O(depth + c·m) an example; memory bounded by {@code max_bytes}, shared evenly by the
 * trees and their background trees.
 *
 * <pre>
 * Classifier forest = Components.classifier("adaptive_random_forest(members=10)", schema, 1);
 * forest.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "adaptive_random_forest",
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
public final class AdaptiveRandomForest extends VotingEnsemble<ForestMember>
    implements Divisible, Trees {
  /** Parameters; the defaults are those of the paper and of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "n, trees in the forest",
              def = "10",
              range = "[1, 1000]",
              origin = "Gomes et al. 2017 use 10 to 100")
          int members,
      @Param(
              value = "share m/M of the features each leaf observes; at least one",
              def = "60%",
              range = "(0, 1]",
              origin = "MOA default; Gomes et al. 2017 use sqrt(M)+1")
          double subspace,
      @Param(
              value = "λ of the Poisson weights",
              def = "6",
              range = "(0, 30]",
              origin = "Gomes et al. 2017; leveraging bagging, Bifet et al. 2010")
          double lambda,
      @Param(
              value = "detector that starts a background tree",
              def = "adwin(delta=0.01)",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Gomes et al. 2017 (ARF moderate)")
          Spec warning,
      @Param(
              value = "detector that replaces the tree",
              def = "adwin(delta=0.001)",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Gomes et al. 2017 (ARF moderate)")
          Spec drift,
      @Param(value = "weigh votes by accuracy", def = "true", origin = "Gomes et al. 2017")
          boolean weightedVote,
      @Param(
              value = "weight a leaf takes in between two attempts to split",
              def = "50",
              range = "[1, inf)",
              unit = "events",
              origin = "Gomes et al. 2017")
          double gracePeriod,
      @Param(
              value = "δ of the Hoeffding bound",
              def = "0.01",
              range = "(0, 1)",
              origin = "Gomes et al. 2017")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this splits though two tests are tied",
              def = "0.05",
              range = "[0, 1]",
              origin = "Gomes et al. 2017")
          double tieThreshold,
      @Param(value = "merit of a split", def = "info_gain", origin = "Gomes et al. 2017")
          SplitCriterion splitCriterion,
      @Param(value = "how a leaf answers", def = "adaptive", origin = "MOA default")
          LeafPrediction leafPrediction,
      @Param(
              value = "candidate points tried per numeric feature",
              def = "10",
              range = "[1, 1000]",
              origin = "MOA default")
          int splitPoints,
      @Param(
              value = "memory limit of the forest",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public AdaptiveRandomForest(Parameters p, Build build) {
    super(new ForestMember[p.members], build.workers(), build.schema().declaredLabels());
    TreeParameters tree = tree(p, build);
    for (int i = 0; i < members.length; i++) {
      Build own = build.child("member", i);
      ForestMember.Parts make =
          new ForestMember.Parts() {
            @Override
            public Classifier model(Rng rng) {
              return new GrowingTree(tree, build.schema(), rng);
            }

            @Override
            public DriftDetector warning() {
              return own.create(p.warning, DriftDetector.class);
            }

            @Override
            public DriftDetector drift() {
              return own.create(p.drift, DriftDetector.class);
            }
          };
      members[i] = new ForestMember(make, p.lambda, p.weightedVote, false, own.rng());
    }
  }

  private static TreeParameters tree(Parameters p, Build build) {
    int width = build.schema().width();
    return new TreeParameters(
        new SplitAttempts(p.gracePeriod, p.splitConfidence, p.tieThreshold),
        new TreeLeaves(p.splitCriterion, p.leafPrediction, p.splitPoints, false),
        build.limit(p.maxBytes) / (2L * p.members),
        false,
        Integer.MAX_VALUE,
        Math.max(1, Math.min(width, (int) Math.round(width * p.subspace))),
        true);
  }

  @Override
  public List<Part> parts() {
    List<Part> all = new ArrayList<>();
    for (ForestMember m : members) {
      for (Part p : ((Trees) m.model()).parts()) {
        all.add(new Part(p.tree(), p.weight() * m.trust()));
      }
    }
    return all;
  }

  /** Nodes of all trees. */
  public int nodes() {
    int n = 0;
    for (ForestMember m : members) {
      n += ((GrowingTree) m.model()).nodes();
    }
    return n;
  }
}
