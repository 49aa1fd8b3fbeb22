package org.freshet.streams.synthetic;

import java.util.Arrays;
import org.freshet.core.ConfigException;
import org.freshet.core.Rng;

/**
 * The decision tree of {@link RandomTree}, drawn once; nodes in flat arrays, children side by side.
 */
final class LabelTree {
  private static final int MAX_NODES = 1_000_000;
  private static final int LEAF = -1;

  private final RandomTree.Parameters p;
  private final Rng rng;
  private int[] column = new int[64];
  private double[] threshold = new double[64];
  private int[] target = new int[64]; // a split's first child, a leaf's class
  private int nodes = 1;
  private final double[] min;
  private final double[] max;
  private final boolean[] used;

  LabelTree(RandomTree.Parameters p, Rng rng) {
    this.p = p;
    this.rng = rng;
    min = new double[p.numeric()];
    max = new double[p.numeric()];
    Arrays.fill(max, 1);
    used = new boolean[p.nominal()];
    grow(0, 0);
    column = Arrays.copyOf(column, nodes);
    threshold = Arrays.copyOf(threshold, nodes);
    target = Arrays.copyOf(target, nodes);
  }

  /** The class of the event in x, from index {@code at} on. */
  int label(double[] x, int at) {
    int node = 0;
    while (column[node] != LEAF) {
      int c = column[node];
      double v = x[at + c];
      int branch = c >= p.numeric() ? (int) v : v <= threshold[node] ? 0 : 1;
      node = target[node] + branch;
    }
    return target[node];
  }

  int nodes() {
    return nodes;
  }

  private void grow(int node, int depth) {
    boolean mayStop = depth >= p.minLeafDepth() && rng.nextDouble() < p.leafFraction();
    int c = depth >= p.depth() || mayStop ? LEAF : pickColumn();
    column[node] = c;
    if (c == LEAF) {
      target[node] = rng.nextInt(p.classes());
    } else if (c < p.numeric()) {
      splitNumeric(node, c, depth);
    } else {
      splitNominal(node, c, depth);
    }
  }

  private void splitNumeric(int node, int c, int depth) {
    double low = min[c];
    double high = max[c];
    double t = low + (high - low) * rng.nextDouble();
    threshold[node] = t;
    int first = allocate(node, 2);
    max[c] = t;
    grow(first, depth + 1);
    max[c] = high;
    min[c] = t;
    grow(first + 1, depth + 1);
    min[c] = low;
  }

  private void splitNominal(int node, int c, int depth) {
    used[c - p.numeric()] = true;
    int first = allocate(node, p.values());
    for (int v = 0; v < p.values(); v++) {
      grow(first + v, depth + 1);
    }
    used[c - p.numeric()] = false;
  }

  /** A column that can split here, each as likely, or LEAF when none can. */
  private int pickColumn() {
    int open = p.numeric();
    for (boolean u : used) {
      open += u ? 0 : 1;
    }
    if (open == 0) {
      return LEAF;
    }
    int k = rng.nextInt(open);
    if (k < p.numeric()) {
      return k;
    }
    k -= p.numeric();
    int i = 0;
    while (used[i] || k-- > 0) {
      i++;
    }
    return p.numeric() + i;
  }

  private int allocate(int node, int children) {
    if (nodes + children > MAX_NODES) {
      throw new ConfigException(
          "",
          "random_tree has more than "
              + MAX_NODES
              + " nodes; lower its 'depth', 'values' or 'nominal', or raise 'leaf_fraction'");
    }
    int first = nodes;
    nodes += children;
    if (nodes > column.length) {
      int size = Math.max(nodes, 2 * column.length);
      column = Arrays.copyOf(column, size);
      threshold = Arrays.copyOf(threshold, size);
      target = Arrays.copyOf(target, size);
    }
    target[node] = first;
    return first;
  }
}
