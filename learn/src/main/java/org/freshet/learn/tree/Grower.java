package org.freshet.learn.tree;

import org.freshet.core.Rng;
import org.freshet.core.Schema;

/** Makes leaves, and decides by the Hoeffding bound when a leaf becomes a test. */
final class Grower {
  final TreeParameters p;
  final SplitSearch search;
  private final Schema schema;
  private final int inputs;
  private final FeatureSet all;
  private final Rng rng;
  private final int[] columns;
  private double[] weights = new double[8];
  private int[] codes = new int[8];

  /**
   * @param rng draws the subspaces; null when every leaf observes all features
   */
  Grower(TreeParameters p, Schema schema, Rng rng) {
    this.p = p;
    this.schema = schema;
    this.rng = rng;
    this.search = p.newSearch();
    search.drawBy(rng);
    this.inputs = p.prediction().perceptron ? schema.width() : -1;
    this.all = FeatureSet.all(schema).observedBy(p.observer(), inputs);
    this.columns = new int[schema.width()];
  }

  private boolean drawsSubspaces() {
    return p.subspace() > 0 && p.subspace() < columns.length;
  }

  /** Whether all leaves observe the same features. */
  boolean sharesFeatures() {
    return !drawsSubspaces();
  }

  Leaf newLeaf() {
    return newLeaf(codes, weights, 0);
  }

  private Leaf newLeaf(int[] c, double[] w, int n) {
    FeatureSet f =
        drawsSubspaces()
            ? FeatureSet.random(schema, p.subspace(), rng, columns).observedBy(p.observer(), inputs)
            : all;
    return new Leaf(f, c, w, n);
  }

  /** Whether a leaf has taken in enough since the last attempt to try again. */
  boolean due(Leaf leaf) {
    if (p.growth() == TreeParameters.Growth.ON_DEMAND) {
      return false;
    }
    double total = leaf.total();
    return p.patient() ? total >= leaf.nextAttempt : total - leaf.lastAttempt >= p.gracePeriod();
  }

  /**
   * Tries to split.
   *
   * @return whether {@link #search} holds a test that wins
   */
  boolean attempt(Leaf leaf) {
    double n = leaf.total();
    leaf.lastAttempt = n;
    leaf.nextAttempt = n + p.gracePeriod();
    if (present(leaf) < 2) {
      return false;
    }
    search.search(leaf);
    if (search.column < 0) {
      // Nothing varies any more: what was observed cannot lead to a split.
      leaf.forgetObservations(true);
      return false;
    }
    boolean anytime = p.growth() == TreeParameters.Growth.ANYTIME;
    boolean prePrune = p.prePrune() || anytime || p.growth() == TreeParameters.Growth.ON_DEMAND;
    if (prePrune && search.best <= 0) {
      return false;
    }
    if (p.growth() == TreeParameters.Growth.ON_DEMAND) {
      return true;
    }
    double range = range(leaf);
    double bound = bound(leaf, n);
    double rival = prePrune ? Math.max(0, search.second) : search.second;
    double gap = search.best - (anytime ? 0 : rival);
    if (gap > bound || bound < p.tieThreshold()) {
      return true;
    }
    if (p.patient()) {
      double reach = Math.max(gap, p.tieThreshold());
      double needed = range * range * Math.log(1 / p.splitConfidence()) / (2 * reach * reach);
      leaf.nextAttempt = Math.max(leaf.nextAttempt, Math.min(needed, 1.2 * n));
    }
    return false;
  }

  private double range(Leaf leaf) {
    return p.criterion().range(leaf.codes[leaf.slots - 1] + 1);
  }

  /** ε of the Hoeffding bound for a weight of n. */
  double bound(Leaf leaf, double n) {
    return bound(leaf, n, p.splitConfidence());
  }

  double bound(Leaf leaf, double n, double confidence) {
    double range = range(leaf);
    return Math.sqrt(range * range * Math.log(1 / confidence) / (2 * n));
  }

  static int present(Leaf leaf) {
    int n = 0;
    for (int s = 0; s < leaf.slots; s++) {
      n += leaf.dist[s] > 0 ? 1 : 0;
    }
    return n;
  }

  /** Turns a leaf node into the test found by {@link #attempt}; children come from {@code make}. */
  void split(Node<Leaf> node, java.util.function.Function<Leaf, Node<Leaf>> make) {
    Leaf leaf = node.leaf;
    int n = search.branches(leaf);
    node.feature = search.column;
    node.kind = search.kind;
    node.threshold = search.threshold;
    if (search.kind == Node.MULTIWAY) {
      node.branches = Node.array(n);
    }
    double heaviest = -1;
    for (int b = 0; b < n; b++) {
      Leaf child = childLeaf(leaf, node, b);
      node.setChild(b, make.apply(child));
      if (child.total() > heaviest) {
        heaviest = child.total();
        node.missing = b;
      }
    }
    if (p.keepsInner()) {
      return;
    }
    if (search.kind == Node.MULTIWAY) {
      leaf.forgetObservations(false); // stays as the answer for a category without a branch
    } else {
      node.leaf = null;
    }
  }

  Leaf childLeaf(Leaf leaf, Node<Leaf> test, int branch) {
    if (weights.length < leaf.slots) {
      weights = new double[leaf.slots];
      codes = new int[leaf.slots];
    }
    SplitSearch.distribution(leaf, test, branch, weights);
    int n = 0;
    for (int s = 0; s < leaf.slots; s++) {
      if (weights[s] > 0) {
        codes[n] = leaf.codes[s];
        weights[n++] = weights[s];
      }
    }
    Leaf child = newLeaf(codes, weights, n);
    if (leaf.perceptron != null && n > 0) {
      child.perceptron = leaf.perceptron.heir(leaf.codes, codes, n);
    }
    return child;
  }

  void saveFeatures(Tape out, Leaf leaf) {
    if (drawsSubspaces()) {
      for (int c : leaf.features.numeric) {
        out.put(c);
      }
      for (int c : leaf.features.nominal) {
        out.put(c);
      }
    }
  }

  FeatureSet loadFeatures(Tape in) {
    if (!drawsSubspaces()) {
      return all;
    }
    int[] c = new int[p.subspace()];
    for (int i = 0; i < c.length; i++) {
      c[i] = in.nextInt(0, columns.length - 1);
    }
    java.util.Arrays.sort(c);
    return FeatureSet.of(schema, c, c.length).observedBy(p.observer(), inputs);
  }

  /** Bytes of the scratch arrays. */
  int bytes() {
    return 4 * columns.length + 12 * weights.length + 24 * p.splitPoints();
  }

  /** What the scratch arrays of a tree are sized by. */
  int width() {
    return columns.length;
  }
}
