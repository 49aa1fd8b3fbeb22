package org.freshet.learn.tree;

import java.util.List;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A growing regression tree without the face of a component: what a single tree and the members of
 * a forest share. One walk serves prediction and learning of the same event. At the memory limit
 * the leaves with the smallest squared error stop observing first; see {@link Nodes}.
 *
 * <p>A target beyond 1e100 in magnitude is passed over and such a value counts as missing: their
 * squares would overflow.
 */
public sealed class RegressionTree implements Trees permits OptionTree {
  private static final double LARGEST = 1e100;

  /** What answers may go beyond the targets seen, as a share of their range. */
  private static final double MARGIN = 0.1;

  private final RegressionParameters p;
  final RegressionGrower grower;
  private final Alternates alternates;
  final Nodes<RegressionLeaf> nodes;
  private final InputScaler scaler;
  private double weight;
  private double mean;
  private double squares;
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;

  // The row being worked on, and the leaf it led to.
  private final double[] xs;
  private final double[] z;
  private double norm;
  Node<RegressionLeaf> node;
  double modelAnswer;
  private int depth;

  /**
   * @param rng draws subspaces, owned by the tree's owner; null when it takes all features
   */
  public RegressionTree(RegressionParameters p, Schema schema, Rng rng) {
    this(p, schema, rng, null);
  }

  /**
   * @param alternates how it adapts; null when it does not
   */
  RegressionTree(RegressionParameters p, Schema schema, Rng rng, Alternates alternates) {
    this.p = p;
    this.alternates = alternates;
    this.grower = new RegressionGrower(p, schema, rng);
    boolean scales = p.centres() || p.prediction() != RegressionPrediction.MEAN;
    this.scaler = scales ? new InputScaler(schema) : null;
    this.xs = new double[schema.width()];
    this.z = new double[scaler == null ? 0 : scaler.size()];
    this.nodes = new Nodes<>(new Leaves(), p.maxBytes(), schema.width());
  }

  /** Nodes, leaves and alternates included. */
  public int nodes() {
    return nodes.count();
  }

  @Override
  public List<Part> parts() {
    FlatTree flat =
        FlatTree.of(
            nodes.root(),
            leaf -> leaf.weight,
            (leaf, label) -> leaf.mean,
            (x, label) -> predict(x));
    return List.of(new Part(flat, 1));
  }

  Node<RegressionLeaf> root() {
    return nodes.root();
  }

  /** The answer for a row; 0 before anything is learnt. Changes no state. */
  public double predict(Features x) {
    prepare(x);
    return visit(nodes.root(), x);
  }

  /** Learns one example; a weight of 0 or less or an unknown target changes nothing. */
  public void learn(Features x, double target, double w) {
    testThenLearn(x, target, w);
  }

  /** Predicts, then learns, in one walk. */
  public double testThenLearn(Features x, double target, double w) {
    double answer = predict(x);
    learnLast(x, target, w, answer);
    return answer;
  }

  /** Learns the row that was just predicted, whose answer is given, without another walk. */
  public void learnLast(Features x, double target, double w, double answer) {
    if (!(w > 0 && Math.abs(target) <= LARGEST)) {
      return;
    }
    double error = Math.abs(target - answer);
    double share = errorShare(target, answer);
    Node<RegressionLeaf> leaf = node;
    absorb(x, target, w);
    if (alternates != null) {
      adapt(leaf, x, target, w, error, share);
    }
    double before = mean;
    weight += w;
    mean += (target - mean) * w / weight;
    squares += w * (target - before) * (target - mean);
    lowest = Math.min(lowest, target);
    highest = Math.max(highest, target);
    if (scaler != null) {
      scaler.learn(xs, w);
    }
  }

  /** The error of an answer in deviations of the targets learnt, at most 1. */
  public double errorShare(double target, double answer) {
    return squares > 0 ? Math.min(1, Math.abs(target - answer) / Math.sqrt(squares / weight)) : 0;
  }

  /** The mean squared error in the leaf that gave the last answer; 0 before it learnt anything. */
  public double spread() {
    RegressionLeaf leaf = node.leaf;
    if (leaf.model != null && leaf.lossWeight > 0) {
      boolean byModel = leaf.answersByModel(p.prediction());
      return (byModel ? leaf.modelLoss : leaf.meanLoss) / leaf.lossWeight;
    }
    return leaf.weight > 0 ? leaf.squares / leaf.weight : 0;
  }

  /** Squared distance, in deviations, from the last row to the mean row of its leaf. */
  public double distance() {
    return scaler.distance(xs, node.leaf.centre);
  }

  /** Gathers the row once for all walks. */
  private void prepare(Features x) {
    for (int i = 0; i < xs.length; i++) {
      double v = x.get(i);
      xs[i] = v <= LARGEST && v >= -LARGEST ? v : Double.NaN;
    }
    if (scaler != null) {
      norm = scaler.scale(xs, z);
    }
  }

  /** Finds the leaf of a row under a node; the answer given there. */
  double visit(Node<RegressionLeaf> top, Features x) {
    node = p.maxDepth() == Integer.MAX_VALUE ? top.sort(x) : sortCounting(top, x);
    return answer(node.leaf);
  }

  /** What a leaf says about the row; sets {@link #modelAnswer}. */
  double answer(RegressionLeaf leaf) {
    if (leaf.model == null) {
      return leaf.mean;
    }
    modelAnswer = leaf.modelWeight > 0 ? leaf.modelAnswer(z) : leaf.mean;
    if (!leaf.answersByModel(p.prediction()) || weight == 0) {
      return leaf.mean;
    }
    double margin = MARGIN * (highest - lowest);
    return Math.max(lowest - margin, Math.min(highest + margin, modelAnswer));
  }

  private Node<RegressionLeaf> sortCounting(Node<RegressionLeaf> top, Features x) {
    Node<RegressionLeaf> n = top;
    depth = 0;
    while (!n.isLeaf()) {
      n = n.child(x);
      depth++;
    }
    return n;
  }

  /** Learns an example where the last visit led. */
  void absorb(Features x, double target, double w) {
    RegressionLeaf leaf = node.leaf;
    if (leaf.model != null && leaf.modelWeight == 0) {
      leaf.model[leaf.model.length - 1] = target;
    }
    double rate = p.learningRate() / (1 + p.rateDecay() * leaf.modelWeight);
    int more = leaf.learn(x, xs, z, modelAnswer, norm, rate, target, w);
    if (more > 0) {
      nodes.grown(more);
    }
    if (!nodes.isFull() && depth < p.maxDepth() && grower.due(leaf)) {
      grow(node);
    }
  }

  /** Tries to split a leaf that is due. */
  void grow(Node<RegressionLeaf> at) {
    if (grower.attempt(at.leaf)) {
      grower.split(nodes, at);
    }
  }

  /** The last kind of test a node may have. */
  int lastTest() {
    return Node.EQUALS;
  }

  /** Tells the nodes above a leaf of its error, and teaches and judges their alternates. */
  private void adapt(
      Node<RegressionLeaf> leaf, Features x, double y, double w, double error, double share) {
    for (Node<RegressionLeaf> n = nodes.root(); n != leaf; n = n.child(x)) {
      boolean change = nodes.watch(n, share);
      RegressionWatch watch = (RegressionWatch) n.watch;
      if (watch.alternate == null) {
        if (change && !nodes.isFull()) {
          alternates.log().add("node on column " + n.feature);
          watch.alternate = nodes.newAlternate();
          watch.age = 0;
          watch.oldLoss = 0;
          watch.newLoss = 0;
        }
        continue;
      }
      double other = y - visit(watch.alternate, x);
      absorb(x, y, w);
      if (judge(n, watch, error * error, other * other)) {
        return;
      }
    }
  }

  /** True when the alternate has taken the place of the subtree. */
  private boolean judge(
      Node<RegressionLeaf> n, RegressionWatch watch, double oldError, double newError) {
    watch.oldLoss = alternates.fading() * watch.oldLoss + oldError;
    watch.newLoss = alternates.fading() * watch.newLoss + newError;
    if (++watch.age % alternates.interval() != 0) {
      return false;
    }
    Node<RegressionLeaf> alternate = watch.alternate;
    boolean better = watch.newLoss < watch.oldLoss;
    if (better) {
      watch.alternate = null;
      nodes.discard(n.moved());
      n.become(alternate);
    } else if (watch.age >= alternates.lifetime()) {
      watch.alternate = null;
      nodes.discard(alternate);
    }
    return better;
  }

  /** Structure and leaves, in preorder. */
  public void save(StateWriter out) {
    out.put("weight", weight);
    out.put("mean", mean);
    out.put("squares", squares);
    out.put("lowest", lowest);
    out.put("highest", highest);
    if (scaler != null) {
      scaler.save(out.child("scaler"));
    }
    nodes.save(out);
  }

  /** Replaces the tree by one saved with the same parameters and schema. */
  public void load(StateReader in) {
    weight = in.doubleValue("weight");
    mean = in.doubleValue("mean");
    squares = in.doubleValue("squares");
    lowest = in.doubleValue("lowest");
    highest = in.doubleValue("highest");
    if (scaler != null) {
      scaler.load(in.child("scaler"));
    }
    nodes.load(in);
  }

  /** Heap bytes of the tree with its scratch arrays. */
  public long memoryBytes() {
    return 600
        + nodes.bytes()
        + 28L * xs.length
        + 8L * z.length
        + (scaler == null ? 0 : scaler.bytes());
  }

  /** Leaves of numbers, watched when the tree adapts. */
  private final class Leaves implements Nodes.Kind<RegressionLeaf> {
    @Override
    public RegressionLeaf newLeaf() {
      return grower.newLeaf();
    }

    @Override
    public Watch<RegressionLeaf> newWatch() {
      return alternates == null ? null : new RegressionWatch(alternates.detector());
    }

    @Override
    public void save(RegressionLeaf leaf, Tape out) {
      grower.save(leaf, out);
    }

    @Override
    public int lastTest() {
      return RegressionTree.this.lastTest();
    }

    @Override
    public RegressionLeaf load(Tape in, StateReader from) {
      return grower.load(in);
    }
  }
}
