package org.freshet.learn.tree;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes of a stream that may change, without a bound to tune: a tree that splits a leaf
 * at the moment when a change detector in it signals.
 *
 * <p>How it works. Each leaf feeds a change detector of its own with the error of the prediction it
 * gave before it learnt the example or, with {@code monitor = impurity}, with the impurity of the
 * classes that reached it. When the detector finds a change, the tests are ranked by their merit G
 * and the leaf becomes the best one, if G &gt; 0; otherwise it stays a leaf, and its detector goes
 * on. There is no grace period, no confidence and no tie threshold: a leaf that does its work is
 * left alone however many examples it takes, one that begins to fail splits at once.
 *
 * <p>Source: D. N. Assis, J. P. Barddal, F. Enembreck, "Just Change on Change: Adaptive Splitting
 * Time for Decision Trees in Data Stream Classification", ACM SAC 2024, Local Adaptive Streaming
 * Tree.
 *
 * <p>Where we differ. We write from the paper's description: impurity is the entropy of the class
 * weights of the leaf over its maximum, so that it lies in [0, 1] whatever the criterion, which
 * detectors need. An error detector that signals only rises (ddm, hddm_a) makes the tree grow
 * slower. Leaves and missing values are those of {@code hoeffding_tree}.
 *
 * <p>Accepts numeric and categorical columns, missing values, new categories and classes. O(depth +
 * c·d) an example and the cost of the detector; a search only at a signal. Memory O(40·c·d) bytes a
 * leaf and its detector, bounded by {@code max_bytes}: at the limit the leaves with least to gain
 * stop observing. The splits at signals are reported as drifts.
 *
 * <pre>
 * Classifier tree = Components.classifier("last(detector=hddm_a)", schema, 1);
 * tree.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "last",
    kinds = Kind.CLASSIFIER,
    family = "tree",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY
    })
public final class LocalAdaptiveTree implements Classifier, DriftReporter, Trees {
  private final Parameters p;
  private final GrowingTree tree;
  private final DriftLog log = new DriftLog();

  /** What the detector of a leaf looks at. */
  public enum Monitor {
    /** Whether the leaf's answer was wrong. */
    ERROR,
    /** How mixed the classes in the leaf are. */
    IMPURITY
  }

  /** Parameters; the defaults are those of CapyMOA. */
  public record Parameters(
      @Param(
              value = "watches a leaf and says when to split it",
              def = "adwin",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Assis et al. 2024; CapyMOA default")
          Spec detector,
      @Param(
              value = "what the detector looks at",
              def = "error",
              origin = "Assis et al. 2024; CapyMOA default")
          Monitor monitor,
      @Param(value = "merit of a split", def = "info_gain", origin = "CapyMOA default")
          SplitCriterion splitCriterion,
      @Param(value = "how a leaf answers", def = "adaptive", origin = "CapyMOA default")
          LeafPrediction leafPrediction,
      @Param(
              value = "candidate points tried per numeric feature",
              def = "10",
              range = "[1, 1000]",
              origin = "MOA default")
          int splitPoints,
      @Param(
              value = "split categories one against the rest only",
              def = "false",
              origin = "CapyMOA default")
          boolean binarySplits,
      @Param(
              value = "memory limit of the tree with its detectors",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "CapyMOA default")
          long maxBytes) {}

  public LocalAdaptiveTree(Parameters p, Build build) {
    this.p = p;
    TreeParameters t =
        new TreeParameters(
                new SplitAttempts(1, 0.5, 0),
                new TreeLeaves(p.splitCriterion, p.leafPrediction, p.splitPoints, p.binarySplits),
                build.limit(p.maxBytes),
                true,
                Integer.MAX_VALUE,
                0,
                false)
            .growing(TreeParameters.Growth.ON_DEMAND);
    this.tree =
        new GrowingTree(
            t,
            build.schema(),
            null,
            () ->
                new DetectorWatch<>(
                    build.child("detector", 0).create(p.detector, DriftDetector.class)));
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
    if (weight > 0) {
      tree.visit(tree.root(), x);
      absorb(x, label, weight);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    tree.visit(tree.root(), x);
    tree.write(scores);
    if (label >= 0 && weight > 0) {
      absorb(x, label, weight);
    }
  }

  private void absorb(Features x, int label, double weight) {
    log.tick();
    boolean wrong = tree.answer() != label;
    tree.absorb(x, label, weight);
    Node<Leaf> n = tree.reached();
    if (!n.isLeaf()) {
      return; // a category without a branch, in a tree that may not grow
    }
    double seen = p.monitor == Monitor.ERROR ? (wrong ? 1 : 0) : impurity(n.leaf);
    if (tree.watch(n, seen) && n.leaf.active && !tree.isFull()) {
      int before = tree.nodes();
      tree.attempt(n);
      if (tree.nodes() > before) {
        log.add("leaf split on column " + n.feature);
      }
    }
  }

  /** Entropy of the classes of a leaf as a share of the largest it could be. */
  private static double impurity(Leaf leaf) {
    int classes = Grower.present(leaf);
    return classes < 2
        ? 0
        : SplitCriterion.INFO_GAIN.impurity(leaf.dist, leaf.slots, leaf.total())
            / SplitCriterion.INFO_GAIN.range(classes);
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    tree.save(out);
  }

  @Override
  public void load(StateReader in) {
    tree.load(in);
  }

  @Override
  public long memoryBytes() {
    return 200 + tree.memoryBytes();
  }
}
