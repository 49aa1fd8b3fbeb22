package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.MultiTargetRegressor;
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
 * Predicts several numbers at once by one tree, on streams whose targets depend on the features in
 * the same places: smaller and often better than a tree a target.
 *
 * <p>How it works. As in FIMT-DD examples are sorted to leaves, and every {@code grace_period} a
 * leaf ranks its tests by a merit h; the best becomes a node when the ratio of the second best to
 * it is below 1 − ε, with ε = sqrt(ln(1/δ) / 2n) the Hoeffding bound, or when ε &lt; τ. The merit
 * is the reduction of intra-cluster variance: the mean over the targets of the variance reduction
 * relative to the variance in the leaf, so that units do not matter. Each target of a leaf has its
 * mean and a linear model (a perceptron over scaled inputs) and answers by the one with the smaller
 * faded squared error.
 *
 * <p>Source: A. Osojnik, P. Panov, S. Džeroski, "Tree-based methods for online multi-target
 * regression", Journal of Intelligent Information Systems 50, 2018 (iSOUP-Tree, section 4); merit:
 * E. Ikonomovska, J. Gama, S. Džeroski, "Incremental multi-target model trees for data streams",
 * SAC 2011 (FIMT-MT).
 *
 * <p>Where we differ. Numeric features are summed up in {@code split_points} intervals that grow,
 * as in fimt_dd, not in a binary tree of all values. The faded error is squared. The models of the
 * children begin with those of the parent. An example with a truth that is not known teaches the
 * means and models of its other targets and is not observed for splits. Answers go no further than
 * a tenth of the range beyond the truths seen.
 *
 * <p>Accepts numeric and categorical columns and missing values (0 for the scaled inputs, the
 * heavier side at a test); with one target it is a regressor. With d features, m targets and b
 * intervals: O(depth + d·m) an example, O(d·b·m) an attempt to split; memory O(24·d·b·m) bytes a
 * leaf, bounded by {@code max_bytes}: at the limit the leaves with the smallest squared error stop
 * observing.
 *
 * <pre>
 * Schema s = Schema.multiTarget(columns, List.of("load", "price"));
 * MultiTargetRegressor r = Components.create(
 *     Spec.parse("isoup_tree"), Build.of(s), MultiTargetRegressor.class);
 * r.learn(Features.of(0.2, 1.5), new double[] {3.1, 0.4}, 1.0);
 * </pre>
 */
@Component(
    name = "isoup_tree",
    kinds = {Kind.MULTI_TARGET_REGRESSOR, Kind.REGRESSOR},
    family = "tree",
    traits = {Trait.NUMERIC, Trait.CATEGORICAL, Trait.MISSING, Trait.WEIGHTS, Trait.BOUNDED_MEMORY})
public final class IsoupTree implements MultiTargetRegressor {
  private static final double LARGEST = 1e100;

  /** What answers may go beyond the truths seen, as a share of their range. */
  private static final double MARGIN = 0.1;

  private final Parameters p;
  private final int targets;
  private final FeatureSet features;
  private final InputScaler scaler;
  private final TargetsSplit search;
  private final Nodes<TargetsLeaf> nodes;
  private final double[] lowest;
  private final double[] highest;
  private final double[] xs;
  private final double[] z;
  private final double[] terms;
  private final int[] allTargets;
  private double norm;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "weight a leaf takes in between two attempts to split",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "Osojnik et al. 2018")
          double gracePeriod,
      @Param(
              value = "δ of the Hoeffding bound",
              def = "1e-7",
              range = "(0, 1)",
              origin = "Osojnik et al. 2018")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this splits though two tests are tied",
              def = "0.05",
              range = "[0, 1]",
              origin = "Osojnik et al. 2018")
          double tieThreshold,
      @Param(
              value = "how a leaf answers",
              def = "adaptive",
              origin = "Osojnik et al. 2018 (adaptive multi-target model)")
          RegressionPrediction leafPrediction,
      @Param(
              value = "first rate of the linear models",
              def = "0.02",
              range = "(0, 1]",
              origin = "as in fimt_dd")
          double learningRate,
      @Param(
              value = "decay: the rate is learning_rate / (1 + decay · weight learnt)",
              def = "0.001",
              range = "[0, inf)",
              origin = "as in fimt_dd")
          double learningRateDecay,
      @Param(
              value = "intervals a numeric feature is summed up in; an odd number is raised by one",
              def = "32",
              range = "[4, 4096]",
              origin = "as in fimt_dd")
          int splitPoints,
      @Param(
              value = "share of a leaf's weight that either side of a split must exceed",
              def = "1%",
              range = "[0, 0.5)",
              origin = "as in hoeffding_tree")
          double minBranch,
      @Param(
              value = "memory limit of the tree",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "as in hoeffding_tree")
          long maxBytes) {}

  private IsoupTree(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    this.targets = schema.outputs().size();
    this.features = FeatureSet.all(schema);
    this.scaler = new InputScaler(schema);
    this.search = new TargetsSplit(targets, p.minBranch, RegressionCriterion.VARIANCE_REDUCTION);
    this.xs = new double[schema.width()];
    this.z = new double[scaler.size()];
    this.terms = new double[TargetsLeaf.cell(targets)];
    this.allTargets = new int[targets];
    Arrays.setAll(allTargets, t -> t);
    this.lowest = new double[targets];
    this.highest = new double[targets];
    Arrays.fill(lowest, Double.POSITIVE_INFINITY);
    Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    this.nodes = new Nodes<>(new Leaves(), build.limit(p.maxBytes), schema.width());
  }

  /** A regressor of one target or of several, as the schema asks. */
  public static Learner create(Parameters p, Build build) {
    IsoupTree tree = new IsoupTree(p, build);
    return build.schema().hasTruths() ? tree : new OfOne(tree);
  }

  @Override
  public int targets() {
    return targets;
  }

  /** Nodes, leaves included. */
  public int nodes() {
    return nodes.count();
  }

  private TargetsLeaf newLeaf() {
    int inputs = p.leafPrediction == RegressionPrediction.MEAN ? -1 : scaler.size();
    return new TargetsLeaf(features, targets, p.splitPoints + p.splitPoints % 2, inputs);
  }

  private Node<TargetsLeaf> visit(Features x, double[] answers) {
    for (int i = 0; i < xs.length; i++) {
      double v = x.get(i);
      xs[i] = v <= LARGEST && v >= -LARGEST ? v : Double.NaN;
    }
    norm = scaler.scale(xs, z);
    Node<TargetsLeaf> node = nodes.root().sort(x);
    TargetsLeaf leaf = node.leaf;
    for (int t = 0; answers != null && t < targets; t++) {
      double y = leaf.mean[t];
      if (leaf.answersByModel(t, p.leafPrediction)) {
        double margin = MARGIN * (highest[t] - lowest[t]);
        y = leaf.modelAnswer(t, z);
        y = Math.max(lowest[t] - margin, Math.min(highest[t] + margin, y));
      }
      answers[t] = y;
    }
    return node;
  }

  @Override
  public void predict(Features x, double[] answers) {
    visit(x, answers);
  }

  @Override
  public void learn(Features x, double[] truths, double weight) {
    absorb(visit(x, null), x, truths, weight);
  }

  @Override
  public void testThenLearn(Features x, double[] truths, double weight, double[] answers) {
    absorb(visit(x, answers), x, truths, weight);
  }

  private void absorb(Node<TargetsLeaf> node, Features x, double[] truths, double w) {
    TargetsLeaf leaf = node.leaf;
    int known = 0;
    for (int t = 0; w > 0 && t < targets; t++) {
      double y = truths[t];
      if (Math.abs(y) <= LARGEST) {
        known++;
        double rate = p.learningRate / (1 + p.learningRateDecay * leaf.modelWeight[t]);
        leaf.learn(t, y, w, z, norm, rate);
        lowest[t] = Math.min(lowest[t], y);
        highest[t] = Math.max(highest[t], y);
      }
    }
    if (known == 0) {
      return;
    }
    scaler.learn(xs, w);
    if (known < targets || !leaf.active) {
      return;
    }
    int more = leaf.observe(x, xs, truths, w, terms);
    if (more > 0) {
      nodes.grown(more);
    }
    if (leaf.active
        && !nodes.isFull()
        && leaf.seen - leaf.lastAttempt >= p.gracePeriod
        && attempt(leaf)) {
      split(node);
    }
  }

  private boolean attempt(TargetsLeaf leaf) {
    leaf.lastAttempt = leaf.seen;
    search.search(leaf);
    if (search.column < 0) {
      return false;
    }
    double bound = Math.sqrt(Math.log(1 / p.splitConfidence) / (2 * leaf.seen));
    return 1 - search.second / search.best > bound || bound < p.tieThreshold;
  }

  private void split(Node<TargetsLeaf> node) {
    long before = node.bytes();
    TargetsLeaf leaf = node.leaf;
    node.feature = search.column;
    node.kind = search.kind;
    node.threshold = search.threshold;
    node.left = nodes.node(child(leaf, search.left));
    node.right = nodes.node(child(leaf, search.right));
    node.missing = search.left[0] >= search.right[0] ? 0 : 1;
    node.leaf = null;
    nodes.added(2, node.bytes() - before + node.left.bytes() + node.right.bytes());
  }

  private TargetsLeaf child(TargetsLeaf parent, double[] sums) {
    TargetsLeaf leaf = newLeaf();
    leaf.inherit(parent, allTargets, sums);
    return leaf;
  }

  @Override
  public void save(StateWriter out) {
    out.put("lowest", lowest);
    out.put("highest", highest);
    scaler.save(out.child("scaler"));
    nodes.save(out);
  }

  @Override
  public void load(StateReader in) {
    System.arraycopy(in.doubles("lowest", targets), 0, lowest, 0, targets);
    System.arraycopy(in.doubles("highest", targets), 0, highest, 0, targets);
    scaler.load(in.child("scaler"));
    nodes.load(in);
  }

  @Override
  public long memoryBytes() {
    return 500
        + nodes.bytes()
        + 8L * (xs.length + z.length + 3L * targets + 6L * terms.length)
        + 8L * features.size()
        + scaler.bytes();
  }

  private final class Leaves implements Nodes.Kind<TargetsLeaf> {
    @Override
    public TargetsLeaf newLeaf() {
      return IsoupTree.this.newLeaf();
    }

    @Override
    public Watch<TargetsLeaf> newWatch() {
      return null;
    }

    @Override
    public void save(TargetsLeaf leaf, Tape out) {
      leaf.save(out);
    }

    @Override
    public TargetsLeaf load(Tape in, StateReader from) {
      TargetsLeaf leaf = newLeaf();
      leaf.load(in);
      return leaf;
    }
  }

  /** The same tree with one target. */
  private static final class OfOne implements Regressor {
    private final IsoupTree tree;
    private final double[] truth = new double[1];
    private final double[] answer = new double[1];

    OfOne(IsoupTree tree) {
      this.tree = tree;
    }

    @Override
    public double predict(Features x) {
      tree.predict(x, answer);
      return answer[0];
    }

    @Override
    public void learn(Features x, double target, double weight) {
      truth[0] = target;
      tree.learn(x, truth, weight);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      truth[0] = target;
      tree.testThenLearn(x, truth, weight, answer);
      return answer[0];
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
      return 90 + tree.memoryBytes();
    }
  }
}
