package org.freshet.learn.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Features;
import org.freshet.learn.tree.FlatTree;

/**
 * TreeSHAP of one tree by looking up what its small subtrees give. What the leaves of a subtree add
 * to the columns hangs on the row only through its state: which columns pass all their tests on the
 * way to the subtree, and how the tests inside come out. A table holds these sums for each state,
 * worked out when it is met first. A row then costs its tests and one look-up a subtree, not
 * products and sums at every node and point of the quadrature.
 */
final class SubtreeTables implements TreeShap.One {
  /** Most columns and tests of a subtree: more make fewer look-ups, of states met more seldom. */
  private static final int MOST_BITS = 11;

  private final FlatTree tree;
  private final int bits;
  private final long room;
  private final int n;
  private final int[] parent;
  private final int[] end; // of the subtree of a node: it is i … end[i] − 1
  private final int[] feature; // tested by a node; of a leaf -1
  private final int[] slot; // of the column tested above, on the way from the root
  private final boolean[] first; // the first test of that column on the way
  private final int[] columns; // on the way to a node
  private final Sides sides;
  private final int[] top; // what is walked: nodes above the blocks, and roots of blocks
  private final Block[] blocks; // of top; null of a node above
  private final int[] path; // of a leaf: where its z begin
  private final double[] z; // per leaf and slot: product of the cover shares of the tests
  private final Quadrature[] quadratures; // by columns
  private final double[] ofOwn; // per leaf and slot: what it gives by value if all pass
  private final List<StateTable> tables = new ArrayList<>(); // by label
  private int made;

  // For the row at hand.
  private final int[] passes; // per node the columns passed, by slot
  private final int[] taken;
  private final int[] position; // while a leaf is summed up: of its columns in the row
  private final double[] upTo;

  /** A subtree looked up whole: tests with the slot of their column above it, or -1. */
  private record Block(int root, int bits, int[] test, int[] slot, int[] column) {}

  /**
   * @param room doubles that its tables may take
   * @return null if there is no room for them
   */
  static SubtreeTables of(FlatTree tree, long room) {
    int least = mostColumns(tree);
    for (int bits = MOST_BITS; bits >= least; bits--) {
      SubtreeTables t = new SubtreeTables(tree, bits, room);
      if (t.size() <= room) {
        return t;
      }
    }
    return null;
  }

  private SubtreeTables(FlatTree tree, int bits, long room) {
    this.tree = tree;
    this.bits = bits;
    this.room = room;
    n = tree.size();
    parent = new int[n];
    end = new int[n];
    feature = new int[n];
    slot = new int[n];
    first = new boolean[n];
    columns = new int[n];
    path = new int[n];
    passes = new int[n];
    taken = new int[n];
    int most = shape();
    sides = new Sides(tree, feature);
    z = new double[paths()];
    shares();
    ofOwn = new double[z.length];
    Arrays.fill(ofOwn, Double.NaN);
    position = new int[most];
    upTo = new double[most];
    quadratures = new Quadrature[most + 1];
    for (int d = 1; d <= most; d++) {
      quadratures[d] = Quadrature.exactFor(d);
    }
    int[] order = new int[n];
    Block[] found = new Block[n];
    int size = cut(order, found);
    top = Arrays.copyOf(order, size);
    blocks = Arrays.copyOf(found, size);
  }

  /** Doubles of the tables of a label. */
  private long size() {
    long sum = 0;
    for (Block b : blocks) {
      sum += b == null ? 0 : StateTable.doubles(b.bits, b.column.length);
    }
    return sum;
  }

  /** The most columns on the way to a leaf. */
  private static int mostColumns(FlatTree tree) {
    int[] count = new int[tree.size()];
    int most = 0;
    for (int i = 1; i < count.length; i++) {
      int p = tree.parent(i);
      int f = tree.feature(p);
      int before = p;
      while (before > 0 && tree.feature(tree.parent(before)) != f) {
        before = tree.parent(before);
      }
      count[i] = count[p] + (before > 0 ? 0 : 1);
      most = Math.max(most, count[i]);
    }
    return most;
  }

  private int shape() {
    int most = 0;
    for (int i = 0; i < n; i++) {
      feature[i] = tree.isLeaf(i) ? -1 : tree.feature(i);
      parent[i] = tree.parent(i);
      end[i] = i + 1;
      if (i == 0) {
        continue;
      }
      int p = parent[i];
      int before = p;
      while (before > 0 && feature[parent[before]] != feature[p]) {
        before = parent[before];
      }
      first[i] = before == 0;
      slot[i] = before == 0 ? columns[p] : slot[before];
      columns[i] = columns[p] + (before == 0 ? 1 : 0);
      most = Math.max(most, columns[i]);
    }
    for (int i = n - 1; i > 0; i--) {
      end[parent[i]] = Math.max(end[parent[i]], end[i]);
    }
    return most;
  }

  private int paths() {
    int size = 0;
    for (int i = 0; i < n; i++) {
      path[i] = size;
      size += feature[i] < 0 ? columns[i] : 0;
    }
    return size;
  }

  private void shares() {
    Arrays.fill(z, 1);
    for (int i = 0; i < n; i++) {
      for (int a = i; feature[i] < 0 && a > 0; a = parent[a]) {
        double above = tree.cover(parent[a]);
        z[path[i] + slot[a]] *= above > 0 ? tree.cover(a) / above : 0;
      }
    }
  }

  /** Finds the largest subtrees that fit, from the root down. */
  private int cut(int[] order, Block[] found) {
    int[] tests = new int[n];
    for (int i = n - 1; i >= 0; i--) {
      tests[i] += feature[i] < 0 ? 0 : sides.areTwo(i) ? 1 : bits + 1;
      if (i > 0) {
        tests[parent[i]] = Math.min(bits + 1, tests[parent[i]] + tests[i]);
      }
    }
    int size = 0;
    for (int i = 0; i < n; ) {
      boolean whole = feature[i] < 0 || tests[i] + columns[i] <= bits;
      order[size] = i;
      found[size++] = whole ? block(i) : null;
      i = whole ? end[i] : i + 1;
    }
    return size;
  }

  private Block block(int root) {
    int above = columns[root];
    int[] column = new int[above + end[root] - root];
    for (int a = root; a > 0; a = parent[a]) {
      column[slot[a]] = feature[parent[a]];
    }
    int width = above;
    int[] test = new int[end[root] - root];
    int[] slots = new int[test.length];
    int size = 0;
    for (int i = root; i < end[root]; i++) {
      if (feature[i] < 0) {
        continue;
      }
      int at = 0;
      while (at < width && column[at] != feature[i]) {
        at++;
      }
      if (at == width) {
        column[width++] = feature[i];
      }
      test[size] = i;
      slots[size++] = at < above ? at : -1;
    }
    return new Block(
        root,
        above + size,
        Arrays.copyOf(test, size),
        Arrays.copyOf(slots, size),
        Arrays.copyOf(column, width));
  }

  @Override
  public double attribute(Features x, int label, double[] out, double scale) {
    double answer = tree.answer(x, label);
    if (n == 1) {
      return answer;
    }
    StateTable table = table(label);
    for (int t = 0; t < top.length; t++) {
      int i = top[t];
      if (i > 0) {
        arrive(i);
      }
      Block b = blocks[t];
      if (b == null) {
        taken[i] = child(i, x);
      } else {
        add(table, t, b, state(b, x), out, scale);
      }
    }
    int own = 0;
    while (feature[own] >= 0) {
      own = child(own, x);
    }
    return table.base() + own(own, answer - table.value(own), out, scale);
  }

  private void arrive(int i) {
    int p = parent[i];
    int bit = 1 << slot[i];
    boolean on = taken[p] == i;
    if (first[i]) {
      passes[i] = on ? passes[p] | bit : passes[p];
    } else {
      passes[i] = on ? passes[p] : passes[p] & ~bit;
    }
  }

  private int child(int i, Features x) {
    if (sides.areTwo(i)) {
      return sides.isLeft(i, x) ? i + 1 : end[i + 1];
    }
    Object key = tree.taken(i, x);
    int c = i + 1;
    while (!tree.isChild(c, key)) {
      c = end[c];
    }
    return c;
  }

  /** The columns passed above a block, and whether its tests send the row to the left. */
  private int state(Block b, Features x) {
    int above = passes[b.root];
    int state = above;
    int bit = columns[b.root];
    for (int k = 0; k < b.test.length; k++) {
      int s = b.slot[k];
      // how a test comes out does not matter when its column has failed above
      if ((s < 0 || (above >>> s & 1) == 1) && sides.isLeft(b.test[k], x)) {
        state |= 1 << bit + k;
      }
    }
    return state;
  }

  private void add(StateTable table, int t, Block b, int state, double[] out, double scale) {
    int[] column = b.column;
    double[] rows = table.rows(t, b.bits, column.length);
    int at = state * (column.length + 1);
    if (rows[at] == 0) {
      rows[at] = 1;
      fill(b, state, table, rows, at + 1);
    }
    for (int k = 0; k < column.length; k++) {
      out[column[k]] += scale * rows[at + 1 + k];
    }
  }

  /** Sums what the leaves of a block give in a state. */
  private void fill(Block b, int state, StateTable table, double[] row, int from) {
    int above = columns[b.root];
    int k = 0;
    for (int i = b.root; i < end[b.root]; i++) {
      if (i > b.root) {
        arrive(i);
      }
      if (feature[i] >= 0) {
        taken[i] = (state >>> above + k++ & 1) == 1 ? i + 1 : end[i + 1];
      } else {
        give(b, i, table.value(i), row, from);
      }
    }
  }

  private void give(Block b, int leaf, double value, double[] row, int from) {
    int d = columns[leaf];
    if (d == 0) {
      return;
    }
    for (int a = leaf; a > 0; a = parent[a]) {
      if (first[a]) {
        position[slot[a]] = from + position(b, slot[a], feature[parent[a]]);
      }
    }
    int passed = passes[leaf];
    int at = path[leaf];
    double[] point = quadratures[d].point();
    double[] weight = quadratures[d].weight();
    double failed = 0; // what each column that fails gets
    for (int k = 0; k < point.length; k++) {
      double t = point[k];
      double before = value * weight[k];
      for (int s = 0; s < d; s++) {
        double o = passed >>> s & 1;
        upTo[s] = before;
        before *= o * t + (1 - t) * z[at + s];
      }
      failed -= before / (1 - t);
      double after = 1;
      for (int s = d - 1; s >= 0; s--) {
        double o = passed >>> s & 1;
        row[position[s]] += o * (1 - z[at + s]) * upTo[s] * after;
        after *= o * t + (1 - t) * z[at + s];
      }
    }
    for (int s = 0; s < d; s++) {
      row[position[s]] += (1 - (passed >>> s & 1)) * failed;
    }
  }

  private int position(Block b, int s, int column) {
    int at = Math.min(s, columns[b.root]);
    while (b.column[at] != column) {
      at++;
    }
    return at;
  }

  /** Adds what the leaf reached gives for what it answers beyond its value; to the base too. */
  private double own(int leaf, double more, double[] out, double scale) {
    int d = columns[leaf];
    int at = path[leaf];
    if (Double.isNaN(ofOwn[at])) {
      ofOwn(leaf, d, at);
    }
    double share = 1;
    for (int a = leaf; a > 0; a = parent[a]) {
      if (first[a]) {
        out[feature[parent[a]]] += scale * more * ofOwn[at + slot[a]];
        share *= z[at + slot[a]];
      }
    }
    return share * more;
  }

  private void ofOwn(int leaf, int d, int at) {
    Arrays.fill(ofOwn, at, at + d, 0);
    Quadrature q = quadratures[d];
    for (int k = 0; k < q.point().length; k++) {
      double t = q.point()[k];
      double product = q.weight()[k];
      for (int s = 0; s < d; s++) {
        product *= t + (1 - t) * z[at + s];
      }
      for (int s = 0; s < d; s++) {
        ofOwn[at + s] += product * (1 - z[at + s]) / (t + (1 - t) * z[at + s]);
      }
    }
  }

  private StateTable table(int label) {
    while (tables.size() <= label) {
      tables.add(null);
    }
    StateTable t = tables.get(label);
    if (t == null) {
      makeRoom();
      double[] value = new double[n];
      double base = 0;
      for (int i = 0; i < n; i++) {
        if (feature[i] < 0) {
          value[i] = tree.value(i, label);
          base += tree.cover(0) > 0 ? tree.cover(i) / tree.cover(0) * value[i] : 0;
        }
      }
      t = new StateTable(value, base, blocks.length);
      tables.set(label, t);
      made++;
    }
    return t;
  }

  /** Lets the tables of all labels go when those of one more would not fit. */
  private void makeRoom() {
    if ((made + 1) * size() > room) {
      java.util.Collections.fill(tables, null);
      made = 0;
    }
  }
}
