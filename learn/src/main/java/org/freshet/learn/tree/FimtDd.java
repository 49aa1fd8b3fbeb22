package org.freshet.learn.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Arguments;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Predicts a number for a stream whose relation may change: a tree that grows while it predicts,
 * with linear models in its leaves and a detector at each inner node.
 *
 * <p>How it works. A leaf sums up each feature against the target and every {@code grace_period} of
 * weight ranks the possible tests by merit h, the variance or deviation they remove. With r =
 * h_second / h_best over n examples, the best is truly best with probability 1 − δ when r + ε &lt;
 * 1, ε = sqrt(ln(1/δ) / 2n); then, or when ε &lt; τ, the leaf becomes that test and its children
 * inherit mean and model. The linear model w moves by η (y − ŷ) z along the scaled inputs z. A
 * detector at each inner node takes |y − ŷ| in deviations of the target, at most 1. On an alarm an
 * alternate tree grows beside the subtree; every {@code compare_interval} examples their faded
 * squared errors are compared, and it replaces the subtree, or goes after {@code alternate_life}.
 *
 * <p>Source: E. Ikonomovska, J. Gama, S. Džeroski, "Learning model trees from evolving data
 * streams", Data Mining and Knowledge Discovery 23, 2011, sections 4 and 5. {@code
 * detector=adwin(delta=0.002)} gives the Hoeffding adaptive tree for regression.
 *
 * <p>Where we differ. Instead of a binary tree of all values a feature has {@code split_points}
 * equally wide intervals whose range grows as values come and begins anew at each split: bounded,
 * flat, and as accurate here. A leaf answers by the model only while that errs less than the mean
 * of the leaf (the paper and MOA use the model always, which is the worse choice for some thousand
 * examples), within the range of the targets seen; a step never passes the target. Merit is by
 * default the reduction of the variance, as in MOA, of the deviation in the paper. Alternates have
 * no alternates.
 *
 * <p>Accepts numeric columns, categories (one against the rest; the linear model leaves them out),
 * missing values (left out, sent down the heavier branch). O(depth + d) an example, O(d·{@code
 * split_points}) an attempt; memory 24·d·{@code split_points} bytes a leaf, bounded by {@code
 * max_bytes}: at the limit the leaves with the smallest squared error stop observing.
 *
 * <pre>
 * Regressor tree = Components.regressor("fimt_dd(grace_period=100)", schema, 1);
 * double answer = tree.testThenLearn(Features.of(0.2, 1.5), 3.7, 1.0);
 * </pre>
 */
@Component(
    name = "fimt_dd",
    kinds = Kind.REGRESSOR,
    family = "tree",
    traits = {Trait.NUMERIC, Trait.CATEGORICAL, Trait.MISSING, Trait.WEIGHTS, Trait.BOUNDED_MEMORY})
public final class FimtDd extends TreeRegressor implements DriftReporter, Trees {
  private final DriftLog log;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "weight a leaf takes in between two attempts to split",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "Ikonomovska et al. 2011 (N_min); MOA default")
          double gracePeriod,
      @Param(
              value = "δ of the Hoeffding bound: the chance of a wrong choice at a split",
              def = "1e-7",
              range = "(0, 1)",
              origin = "MOA default")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this splits though two tests are tied",
              def = "0.05",
              range = "[0, 1]",
              origin = "Ikonomovska et al. 2011; MOA default")
          double tieThreshold,
      ModelLeaves leaves,
      @Param(
              value = "intervals, and so candidate points, per numeric feature; even",
              def = "32",
              range = "[4, 4096]",
              origin = "ours")
          int splitPoints,
      @Param(
              value = "share of a leaf's weight that either side of a split must exceed",
              def = "1%",
              range = "[0, 0.5)",
              origin = "as in hoeffding_tree")
          double minBranch,
      @Param(
              value = "most weight the mean counts for that a leaf inherits at a split",
              def = "1e12",
              range = "(0, inf)",
              origin = "ours: all that the split gives a leaf")
          double inheritedWeight,
      @Param(
              value = "whether subtrees are watched and replaced",
              def = "true",
              origin = "Ikonomovska et al. 2011")
          boolean driftDetection,
      @Param(
              value = "detector of each node, on errors from 0 to 1",
              def = "page_hinkley(delta=0.005, lambda=50)",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Ikonomovska et al. 2011; MOA default")
          Spec detector,
      @Param(
              value = "fading of the errors a subtree and its alternate are compared by",
              def = "0.995",
              range = "(0, 1]",
              origin = "Ikonomovska et al. 2011; MOA default")
          double compareFading,
      @Param(
              value = "examples between two comparisons, T_min",
              def = "150",
              range = "[1, inf)",
              unit = "events",
              origin = "Ikonomovska et al. 2011; MOA default")
          int compareInterval,
      @Param(
              value = "examples after which an alternate that is not better is dropped",
              def = "1500",
              range = "[1, inf)",
              unit = "events",
              origin = "Ikonomovska et al. 2011 (10 T_min); MOA default")
          int alternateLife,
      @Param(
              value = "depth at which leaves stay leaves; 0 for no limit",
              def = "0",
              range = "[0, 1000000]",
              origin = "no limit")
          int maxDepth,
      @Param(
              value = "memory limit of the tree with detectors and alternates",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "as in hoeffding_tree")
          long maxBytes) {}

  public FimtDd(Parameters p, Build build) {
    this(p, build, new DriftLog());
  }

  private FimtDd(Parameters p, Build build, DriftLog log) {
    super(tree(p, build, log), 850);
    this.log = log;
  }

  private static RegressionTree tree(Parameters p, Build build, DriftLog log) {
    RegressionParameters t =
        new RegressionParameters(
            p.gracePeriod,
            p.splitConfidence,
            p.tieThreshold,
            p.leaves.splitCriterion(),
            p.leaves.leafPrediction(),
            p.leaves.learningRate(),
            p.leaves.learningRateDecay(),
            p.splitPoints + p.splitPoints % 2,
            p.minBranch,
            build.limit(p.maxBytes),
            p.maxDepth == 0 ? Integer.MAX_VALUE : p.maxDepth,
            0,
            false,
            false,
            p.inheritedWeight);
    Alternates alternates =
        new Alternates(
            detectors(p.detector, build), p.compareFading, p.compareInterval, p.alternateLife, log);
    return new RegressionTree(t, build.schema(), null, p.driftDetection ? alternates : null);
  }

  /** Makes detectors of one specification, which is read once: nodes are many. */
  private static Supplier<DriftDetector> detectors(Spec spec, Build build) {
    build.create(spec, DriftDetector.class);
    ComponentProvider provider = Components.find(spec.name()).orElseThrow();
    Arguments arguments = Components.bind(provider, spec, new ArrayList<>());
    return () -> (DriftDetector) provider.create(arguments, build);
  }

  @Override
  public List<Part> parts() {
    return tree().parts();
  }

  @Override
  public double testThenLearn(Features x, double target, double weight) {
    if (weight > 0 && !Double.isNaN(target)) {
      log.tick();
    }
    return super.testThenLearn(x, target, weight);
  }

  @Override
  public DriftLog drifts() {
    return log;
  }
}
