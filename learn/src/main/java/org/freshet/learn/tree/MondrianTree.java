package org.freshet.learn.tree;

import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes or a number with one random tree that has no tests to choose: its splits come
 * from a Mondrian process, and its answer mixes those of all its prunings. It learns from the first
 * event on and has next to nothing to tune; {@code aggregated_mondrian_forest} averages several.
 *
 * <p>How it works. A node keeps the box of the examples it has seen. An example outside the box
 * splits the node at time t + E, E ~ Exp(Δ), Δ being the sum of its distances to the box over all
 * features, when that is earlier than the node's own split: feature with a chance in proportion to
 * the distance, threshold uniform in the gap. Else the box grows and the example goes on to a
 * child. A leaf of one class takes more of that class without splitting. A node answers (n_c +
 * δ)/(n + δC), or its mean; all prunings are mixed with prior ½ a split and weights exp(−η Σ loss),
 * the log loss or the squared error, by context-tree weighting.
 *
 * <p>Source: J. Mourtada, S. Gaïffas, E. Scornet, "AMF: Aggregated Mondrian Forests for Online
 * Learning", Journal of the Royal Statistical Society B 83(3), 2021, algorithms 1 to 4; B.
 * Lakshminarayanan, D. Roy, Y. W. Teh, "Mondrian Forests: Efficient Online Random Forests", NIPS
 * 2014, algorithms 3 and 4.
 *
 * <p>Where we differ. Distances are measured in the range each feature has shown so far, so that no
 * scaler is needed. The weights are kept as odds between a node and what is below it, which needs
 * no logarithm for η = 1. Squared errors are divided by twice their mean over the tree's answers so
 * far, so that η has no unit. At the memory limit the leaf reached least lately (clock algorithm)
 * is taken out, with the split that made it, for each new one. With {@code fading} above 0 nodes
 * forget.
 *
 * <p>Accepts numbers, missing values (they extend no box and go to the heavier side; so do values
 * beyond 1e100), new classes, and categories by their code as a number, for which {@code one_hot}
 * before it may serve better. With d features, c classes: O(depth · (d + c)) an example; memory 16
 * d + 8 c + 56 bytes a node, at most two nodes an example, bounded by {@code max_bytes}.
 *
 * <pre>
 * Classifier tree = Components.classifier("mondrian_tree", schema, 1);
 * tree.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "mondrian_tree",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
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
public final class MondrianTree {
  /** What is not the tree: scratch arrays and objects. */
  private static final long SCRATCH_BYTES = 4096;

  /** Parameters; the defaults are those of the paper. */
  public record Parameters(
      MondrianParameters tree,
      @Param(
              value = "memory limit of the tree",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  private MondrianTree() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    return build.schema().target() == Schema.Target.NUMBER
        ? new OfRegressor(p, build)
        : new OfClassifier(p, build);
  }

  static final class OfClassifier implements Classifier {
    private final MondrianClasses tree;

    private OfClassifier(Parameters p, Build build) {
      Schema s = build.schema();
      tree =
          new MondrianClasses(
              p.tree,
              s.width(),
              s.declaredLabels(),
              build.limit(p.maxBytes) - SCRATCH_BYTES,
              build.rng());
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
        tree.learn(x, label, weight);
      }
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores) {
      tree.testThenLearn(x, label, weight, scores);
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
      return 16 + tree.memoryBytes();
    }
  }

  static final class OfRegressor implements Regressor {
    private final MondrianValues tree;

    private OfRegressor(Parameters p, Build build) {
      tree =
          new MondrianValues(
              p.tree, build.schema().width(), build.limit(p.maxBytes) - SCRATCH_BYTES, build.rng());
    }

    @Override
    public double predict(Features x) {
      return tree.predict(x);
    }

    @Override
    public void learn(Features x, double target, double weight) {
      tree.testThenLearn(x, target, weight);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      return tree.testThenLearn(x, target, weight);
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
      return 16 + tree.memoryBytes();
    }
  }
}
