package org.freshet.learn.tree;

import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A tree of numbers that grows by gradients and hessians of some loss at its own answers. */
final class GradientTree {
  /** Greater values count as missing: their squares would overflow. */
  private static final double LARGEST = 1e100;

  private final StochasticGradientTree.Parameters p;
  private final FeatureSet features;
  private final GradientSplit search;
  private final int bins;
  private final int maxDepth;
  final Nodes<GradientLeaf> nodes;
  private final double[] terms = new double[GradientLeaf.CELL];
  private Node<GradientLeaf> node;
  private int depth;

  /**
   * @param largestStep of a value at once; infinite where the loss is quadratic
   */
  GradientTree(
      StochasticGradientTree.Parameters p, Schema schema, double largestStep, long maxBytes) {
    this.p = p;
    this.features = FeatureSet.all(schema);
    this.search = new GradientSplit(p.lambda(), largestStep);
    this.bins = p.splitPoints() + p.splitPoints() % 2;
    this.maxDepth = p.maxDepth() == 0 ? Integer.MAX_VALUE : p.maxDepth();
    this.nodes = new Nodes<>(new Leaves(), maxBytes, schema.width());
  }

  /** Gathers a row once for all trees. */
  static void prepare(Features x, double[] xs) {
    for (int i = 0; i < xs.length; i++) {
      double v = x.get(i);
      xs[i] = v <= LARGEST && v >= -LARGEST ? v : Double.NaN;
    }
  }

  /** The value at a row, whose leaf is remembered for {@link #learnLast}. */
  double visit(Features x) {
    Node<GradientLeaf> n = nodes.root();
    int d = 0;
    while (!n.isLeaf()) {
      n = n.child(x);
      d++;
    }
    node = n;
    depth = d;
    return n.leaf.value;
  }

  /** The value at the row last visited. */
  double last() {
    return node.leaf.value;
  }

  /** Learns the row last visited by the gradient and hessian of its loss at the answer given. */
  void learnLast(Features x, double[] xs, double g, double h, double w) {
    GradientLeaf leaf = node.leaf;
    terms[GradientLeaf.W] = w;
    terms[GradientLeaf.G] = w * g;
    terms[GradientLeaf.H] = w * h;
    terms[GradientLeaf.GG] = w * g * g;
    terms[GradientLeaf.GH] = w * g * h;
    terms[GradientLeaf.HH] = w * h * h;
    int more = leaf.learn(x, xs, terms);
    if (more > 0) {
      nodes.grown(more);
    }
    if (leaf.sums[GradientLeaf.W] - leaf.lastAttempt >= p.gracePeriod()) {
      attempt(leaf);
    }
  }

  private void attempt(GradientLeaf leaf) {
    leaf.lastAttempt = leaf.sums[GradientLeaf.W];
    search.search(leaf);
    boolean maySplit = search.column >= 0 && depth < maxDepth && !nodes.isFull();
    if (maySplit && search.splitDoubt() < p.splitConfidence()) {
      split(leaf);
    } else if (search.stepLoss < 0 && search.stepDoubt(leaf) < p.splitConfidence()) {
      leaf.step(search.step);
    }
  }

  private void split(GradientLeaf leaf) {
    long before = node.bytes();
    node.feature = search.column;
    node.kind = search.kind;
    node.threshold = search.threshold;
    node.left = nodes.node(child(leaf, search.leftStep, search.left));
    node.right = nodes.node(child(leaf, search.rightStep, search.right));
    node.missing = search.left[GradientLeaf.W] >= search.right[GradientLeaf.W] ? 0 : 1;
    node.leaf = null;
    nodes.added(2, node.bytes() - before + node.left.bytes() + node.right.bytes());
  }

  /** The child looks where its parent saw values, on its side of the test. */
  private GradientLeaf child(GradientLeaf parent, double step, double[] sums) {
    GradientLeaf leaf = new GradientLeaf(features, bins);
    leaf.seen = sums[GradientLeaf.W];
    leaf.value = parent.value + step;
    leaf.allocate();
    for (int k = 0; k < features.numeric.length; k++) {
      if (!parent.numeric.varies(k)) {
        continue;
      }
      double lo = parent.numeric.lowest(k);
      double hi = parent.numeric.highest(k);
      if (features.numeric[k] == search.column) {
        lo = sums == search.left ? lo : search.threshold;
        hi = sums == search.left ? search.threshold : hi;
      }
      if (lo < hi) {
        leaf.numeric.range(k, lo, hi);
      }
    }
    return leaf;
  }

  void save(StateWriter out) {
    nodes.save(out);
  }

  void load(StateReader in) {
    nodes.load(in);
  }

  long memoryBytes() {
    return 500 + nodes.bytes() + 4L * features.size();
  }

  private final class Leaves implements Nodes.Kind<GradientLeaf> {
    @Override
    public GradientLeaf newLeaf() {
      return new GradientLeaf(features, bins);
    }

    @Override
    public Watch<GradientLeaf> newWatch() {
      return null;
    }

    @Override
    public void save(GradientLeaf leaf, Tape out) {
      leaf.save(out);
    }

    @Override
    public int lastTest() {
      return Node.EQUALS;
    }

    @Override
    public GradientLeaf load(Tape in, StateReader from) {
      GradientLeaf leaf = newLeaf();
      leaf.load(in);
      return leaf;
    }
  }
}
