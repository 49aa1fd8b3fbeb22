package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.Schema;

/** Makes leaves of a regression tree, and decides when one becomes a test. */
final class RegressionGrower {
  private final RegressionParameters p;
  final RegressionSplit search;
  private final Schema schema;
  private final FeatureSet all;
  private final Rng rng;
  private final int[] columns;

  /** Where the parent of a leaf being made saw values of each numeric feature; NaN: nowhere. */
  private final double[] lowest;

  private final double[] highest;

  RegressionGrower(RegressionParameters p, Schema schema, Rng rng) {
    this.p = p;
    this.schema = schema;
    this.rng = rng;
    this.search = new RegressionSplit(p.criterion(), p.minBranch());
    this.all = FeatureSet.all(schema);
    this.columns = new int[schema.width()];
    this.lowest = new double[all.numeric.length];
    this.highest = new double[all.numeric.length];
  }

  private boolean drawsSubspaces() {
    return p.subspace() > 0 && p.subspace() < columns.length;
  }

  RegressionLeaf newLeaf() {
    return make(drawsSubspaces() ? FeatureSet.random(schema, p.subspace(), rng, columns) : all);
  }

  private RegressionLeaf make(FeatureSet features) {
    RegressionLeaf leaf = new RegressionLeaf(features, p.bins());
    if (p.prediction() != RegressionPrediction.MEAN) {
      leaf.model = new double[all.numeric.length + 1];
    }
    leaf.centre = p.centres() ? new double[columns.length] : null;
    return leaf;
  }

  boolean due(RegressionLeaf leaf) {
    return leaf.active
        && leaf.seen - leaf.lastAttempt >= p.gracePeriod()
        && leaf.seen >= leaf.nextAttempt;
  }

  /** Tries to split: whether the ratio of the second best merit to the best is surely below 1. */
  boolean attempt(RegressionLeaf leaf) {
    double n = leaf.seen;
    leaf.lastAttempt = n;
    search.search(leaf);
    if (search.column < 0) {
      return false;
    }
    double log = Math.log(1 / p.splitConfidence());
    double bound = bound(n);
    double gap = 1 - search.second / search.best;
    if (gap > bound || bound < p.tieThreshold()) {
      return true;
    }
    if (p.patient()) {
      double reach = Math.max(gap, p.tieThreshold());
      leaf.nextAttempt = Math.min(log / (2 * reach * reach), 1.2 * n);
    }
    return false;
  }

  /** ε after n of weight. */
  double bound(double n) {
    return Math.sqrt(Math.log(1 / p.splitConfidence()) / (2 * n));
  }

  /** Turns a leaf node into the test found by {@link #attempt}. */
  void split(Nodes<RegressionLeaf> nodes, Node<RegressionLeaf> node) {
    split(nodes, node, true);
  }

  /**
   * @param last whether nothing else needs what the leaf has seen, so that its room is used again
   */
  void split(Nodes<RegressionLeaf> nodes, Node<RegressionLeaf> node, boolean last) {
    long before = node.bytes();
    RegressionLeaf leaf = node.leaf;
    node.feature = search.column;
    node.kind = search.kind;
    node.threshold = search.threshold;
    node.left = nodes.node(child(leaf, search.left, true));
    node.right = nodes.node(child(leaf, search.right, false, last ? leaf.numeric : null));
    node.missing = search.left[0] >= search.right[0] ? 0 : 1;
    node.leaf = null;
    nodes.added(2, node.bytes() - before + node.left.bytes() + node.right.bytes());
  }

  RegressionLeaf child(RegressionLeaf parent, double[] sums, boolean left) {
    return child(parent, sums, left, null);
  }

  /**
   * @param room intervals to be emptied and used; null when there are none
   */
  private RegressionLeaf child(
      RegressionLeaf parent, double[] sums, boolean left, Histograms room) {
    RegressionLeaf leaf = newLeaf();
    double n = sums[0];
    leaf.weight = n;
    leaf.mean = parent.shift + sums[1] / n;
    leaf.squares = Math.max(0, sums[2] - sums[1] * sums[1] / n);
    leaf.shift = leaf.mean;
    if (n > p.inherited()) {
      leaf.weight = p.inherited();
      leaf.squares *= p.inherited() / n;
    }
    if (leaf.model != null) {
      System.arraycopy(parent.model, 0, leaf.model, 0, leaf.model.length);
      leaf.modelWeight = parent.modelWeight;
      leaf.meanLoss = parent.meanLoss;
      leaf.modelLoss = parent.modelLoss;
      leaf.lossWeight = parent.lossWeight;
    }
    if (leaf.centre != null) {
      System.arraycopy(parent.centre, 0, leaf.centre, 0, leaf.centre.length);
    }
    look(parent, leaf, left);
    int k = leaf.features.numeric.length;
    boolean fits = room != null && room.features == k;
    leaf.numeric = fits ? room.emptied() : new Histograms(k, p.bins());
    leaf.allocate();
    for (int i = 0; i < k; i++) {
      if (lowest[i] <= highest[i]) {
        leaf.numeric.range(i, lowest[i], highest[i]);
      }
    }
    return leaf;
  }

  /** The child looks where its parent saw values, on its side of the test. */
  private void look(RegressionLeaf parent, RegressionLeaf leaf, boolean left) {
    for (int k = 0; k < leaf.features.numeric.length; k++) {
      int column = leaf.features.numeric[k];
      int at = Arrays.binarySearch(parent.features.numeric, column);
      lowest[k] = Double.NaN;
      if (at < 0 || !parent.numeric.varies(at)) {
        continue;
      }
      double lo = parent.numeric.lowest(at);
      double hi = parent.numeric.highest(at);
      if (column == search.column) {
        lo = left ? lo : search.threshold;
        hi = left ? search.threshold : hi;
        if (leaf.centre != null) {
          leaf.centre[column] = parent.numeric.mean(at, lo, hi);
        }
      }
      lowest[k] = lo;
      highest[k] = hi;
    }
  }

  void save(RegressionLeaf leaf, Tape out) {
    if (drawsSubspaces()) {
      for (int c : leaf.features.numeric) {
        out.put(c);
      }
      for (int c : leaf.features.nominal) {
        out.put(c);
      }
    }
    leaf.save(out);
  }

  RegressionLeaf load(Tape in) {
    FeatureSet f = all;
    if (drawsSubspaces()) {
      int[] c = new int[p.subspace()];
      for (int i = 0; i < c.length; i++) {
        c[i] = in.nextInt(0, columns.length - 1);
      }
      Arrays.sort(c);
      f = FeatureSet.of(schema, c, c.length);
    }
    RegressionLeaf leaf = make(f);
    leaf.load(in);
    return leaf;
  }
}
