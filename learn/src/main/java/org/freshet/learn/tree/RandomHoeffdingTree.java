package org.freshet.learn.tree;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes by a Hoeffding tree that looks at a random part of the features in each leaf:
 * the member of forests, where trees that differ are worth more than trees that are right.
 *
 * <p>How it works. As {@code hoeffding_tree}, but each new leaf draws m of the M features, without
 * replacement, and observes those alone: only they can become its test, and naive Bayes in the leaf
 * goes by them. With {@code split_points=0} it is extremely randomised as well: at an attempt each
 * numeric feature is tried at one threshold, drawn evenly from the range seen, instead of at the
 * best of several; the tests then compete by the Hoeffding bound as always.
 *
 * <p>Source: L. Breiman, "Random Forests", Machine Learning 45, 2001, for features drawn at each
 * node; P. Geurts, D. Ernst, L. Wehenkel, "Extremely Randomized Trees", Machine Learning 63, 2006,
 * for drawn thresholds; A. Bifet, G. Holmes, B. Pfahringer, "Leveraging Bagging for Evolving Data
 * Streams", ECML PKDD 2010, for Hoeffding trees of ⌊√M⌋ features in a bag.
 *
 * <p>Where we differ. Geurts et al. draw a threshold once per node; here it is drawn anew at each
 * attempt, so a leaf that could not split is not bound to a bad draw. Tests of categories are all
 * tried. The rest is that of {@code hoeffding_tree}, with its differences.
 *
 * <p>Accepts numeric and categorical columns, missing values, new categories and new classes. With
 * c classes in a leaf: O(depth + c·m) an example, a split attempt O({@code split_points}·c·m);
 * memory O(40·c·m) bytes a leaf, bounded by {@code max_bytes}: at the limit the leaves with least
 * to gain stop observing.
 *
 * <pre>
 * Classifier forest =
 *     Components.classifier("online_bagging(learner=random_hoeffding_tree(subspace=50%))", schema, 1);
 * forest.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "random_hoeffding_tree",
    kinds = Kind.CLASSIFIER,
    family = "tree",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class RandomHoeffdingTree implements Classifier, Trees {
  private final GrowingTree tree;
  private final Rng rng;

  /** Parameters; the defaults are those of MOA 2024.07 unless said. */
  public record Parameters(
      @Param(
              value = "share m/M of the features each leaf observes; 0 for m = ⌊√M⌋, at least one",
              def = "0",
              range = "[0, 1]",
              origin = "Breiman 2001; Bifet et al. 2010")
          double subspace,
      @Param(
              value = "candidate points tried per numeric feature; 0 for one drawn at random",
              def = "10",
              range = "[0, 1000]",
              origin = "MOA default; Geurts et al. 2006 draw one")
          int splitPoints,
      SplitAttempts attempts,
      @Param(value = "merit of a split", def = "info_gain", origin = "MOA default")
          SplitCriterion splitCriterion,
      @Param(value = "how a leaf answers", def = "adaptive", origin = "MOA default")
          LeafPrediction leafPrediction,
      @Param(
              value = "what a leaf keeps of a numeric feature to find a threshold by",
              def = "gaussian",
              origin = "MOA default")
          NumericObserver numericObserver,
      @Param(
              value = "split categories one against the rest only",
              def = "false",
              origin = "MOA default")
          boolean binarySplits,
      @Param(
              value = "depth at which leaves stay leaves; 0 for no limit",
              def = "0",
              range = "[0, 1000000]",
              origin = "no limit")
          int maxDepth,
      @Param(
              value = "memory limit of the tree",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "MOA default")
          long maxBytes) {}

  public RandomHoeffdingTree(Parameters p, Build build) {
    this.rng = build.rng();
    int width = build.schema().width();
    double features = p.subspace == 0 ? Math.sqrt(width) : Math.round(p.subspace * width);
    this.tree =
        new GrowingTree(
            new TreeParameters(
                p.attempts,
                new TreeLeaves(
                    p.splitCriterion,
                    p.leafPrediction,
                    p.splitPoints,
                    p.numericObserver,
                    p.binarySplits),
                build.limit(p.maxBytes),
                false,
                p.maxDepth == 0 ? Integer.MAX_VALUE : p.maxDepth,
                Math.max(1, (int) features),
                false),
            build.schema(),
            rng);
  }

  /** Number of nodes, leaves included. */
  public int nodes() {
    return tree.nodes();
  }

  @Override
  public List<Part> parts() {
    return tree.parts();
  }

  @Override
  public int labels() {
    return tree.labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    tree.scores(x, scores);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (label >= 0 && weight > 0) {
      tree.learn(x, label, weight);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    tree.testThenLearn(x, label, label < 0 ? 0 : weight, scores);
  }

  @Override
  public void save(StateWriter out) {
    tree.save(out);
    rng.save(out, "rng");
  }

  @Override
  public void load(StateReader in) {
    tree.load(in);
    rng.load(in, "rng");
  }

  @Override
  public long memoryBytes() {
    return 64 + tree.memoryBytes();
  }
}
