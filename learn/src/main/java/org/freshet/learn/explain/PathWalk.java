package org.freshet.learn.explain;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.learn.tree.FlatTree;

/**
 * TreeSHAP of one tree by a walk over all its nodes: products at the points of the quadrature are
 * kept on the way down, sums over the leaves below on the way up, O(nodes · d). Four points at a
 * time, in one flat array of factors that is read from front to back; the row decides which factors
 * are taken, not which code is run.
 */
final class PathWalk implements TreeShap.One {
  private static final int FOUR = 4;

  // Per node, four each: what the product above is multiplied by if the row passes the tests of the
  // column so far, if it fails the first of them here, if it failed one before; and what the sum of
  // the leaves below is weighed by for a column passed.
  private static final int PASSES = 0;
  private static final int FAILS = 4;
  private static final int FAILED = 8;
  private static final int PART = 12;
  private static final int FACTORS = 16;

  private final FlatTree tree;
  private final int n;
  private final int[] parent;
  private final int[] end; // of the subtree of a node: it is i … end[i] − 1
  private final int[] feature; // tested by a node; of a leaf -1
  private final int[] up; // the node before on its path below a test of the same column, or 0
  private final double[] z;
  private final Sides sides;
  private final double[][] factors; // by groups of four points
  private final double[][] offPart;
  private final double[] value; // of leaves, for the label asked last
  private int valueLabel = -1;
  private double base;

  // For the row at hand.
  private final byte[] passes; // o
  private final int[] taken;
  private final double[] product; // of a leaf; of a test on the way up the sum of the leaves below

  PathWalk(FlatTree tree) {
    this.tree = tree;
    n = tree.size();
    parent = new int[n];
    end = new int[n];
    feature = new int[n];
    up = new int[n];
    z = new double[n];
    Quadrature q = Quadrature.exactFor(shape());
    sides = new Sides(tree, feature);
    int groups = (q.point().length + FOUR - 1) / FOUR;
    factors = new double[groups][FACTORS * n];
    offPart = new double[groups][FOUR];
    for (int k = 0; k < FOUR * groups; k++) {
      // the last group is filled up with a point of no weight
      boolean real = k < q.point().length;
      factors(k, real ? q.point()[k] : 0.5, real ? q.weight()[k] : 0);
    }
    value = new double[n];
    passes = new byte[n];
    taken = new int[n];
    product = new double[FOUR * n];
  }

  /** Fills what depends on the tree alone; the most columns tested on a path. */
  private int shape() {
    int most = 0;
    int[] columns = new int[n];
    for (int i = 0; i < n; i++) {
      feature[i] = tree.isLeaf(i) ? -1 : tree.feature(i);
      parent[i] = tree.parent(i);
      end[i] = i + 1;
      z[i] = 1;
      if (i == 0) {
        continue;
      }
      int p = parent[i];
      int before = p;
      while (before > 0 && feature[parent[before]] != feature[p]) {
        before = parent[before];
      }
      up[i] = before;
      z[i] = before == 0 ? ratio(i) : ratio(i) * z[before];
      columns[i] = columns[p] + (before == 0 ? 1 : 0);
      most = Math.max(most, columns[i]);
    }
    for (int i = n - 1; i > 0; i--) {
      end[parent[i]] = Math.max(end[parent[i]], end[i]);
    }
    return most;
  }

  private double ratio(int i) {
    double above = tree.cover(parent[i]);
    return above > 0 ? tree.cover(i) / above : 0;
  }

  /** With o = 1 the factor of a column is t + (1 − t) z, with o = 0 it is (1 − t) z. */
  private void factors(int k, double t, double weight) {
    double[] f = factors[k / FOUR];
    offPart[k / FOUR][k % FOUR] = -weight / (1 - t);
    for (int i = 1; i < n; i++) {
      int at = FACTORS * i + k % FOUR;
      double on = t + (1 - t) * z[i];
      double before = up[i] == 0 ? 1 : t + (1 - t) * z[up[i]];
      f[at + PASSES] = on / before;
      f[at + FAILS] = (1 - t) * z[i] / before;
      f[at + FAILED] = ratio(i);
      f[at + PART] = weight * (1 - z[i]) / on;
    }
  }

  @Override
  public double attribute(Features x, int label, double[] out, double scale) {
    double answer = tree.answer(x, label);
    if (n == 1) {
      return answer;
    }
    values(label);
    int reached = test(x);
    double own = value[reached];
    value[reached] = answer;
    for (int g = 0; g < factors.length; g++) {
      down(factors[g]);
      up(factors[g], offPart[g], out, scale);
    }
    value[reached] = own;
    double share = tree.cover(0) > 0 ? tree.cover(reached) / tree.cover(0) : 0;
    return base + share * (answer - own);
  }

  private void values(int label) {
    if (label == valueLabel) {
      return;
    }
    valueLabel = label;
    base = 0;
    for (int i = 0; i < n; i++) {
      if (feature[i] < 0) {
        value[i] = tree.value(i, label);
        base += tree.cover(0) > 0 ? tree.cover(i) / tree.cover(0) * value[i] : 0;
      }
    }
  }

  /** Runs all tests; the leaf the row reaches. */
  private int test(Features x) {
    passes[0] = 1;
    for (int i = 0; i < n; i++) {
      if (i > 0) {
        passes[i] = (byte) (taken[parent[i]] == i ? passes[up[i]] : 0);
      }
      if (feature[i] >= 0) {
        taken[i] = child(i, x);
      }
    }
    int leaf = 0;
    while (feature[leaf] >= 0) {
      leaf = taken[leaf];
    }
    return leaf;
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

  private void down(double[] f) {
    double[] product = this.product;
    Arrays.fill(product, 0, FOUR, 1);
    for (int i = 1; i < n; i++) {
      int o = passes[i];
      int from = FACTORS * i + (1 - o) * (FAILS + (1 - passes[up[i]]) * (FAILED - FAILS));
      int above = FOUR * parent[i];
      int at = FOUR * i;
      product[at] = product[above] * f[from];
      product[at + 1] = product[above + 1] * f[from + 1];
      product[at + 2] = product[above + 2] * f[from + 2];
      product[at + 3] = product[above + 3] * f[from + 3];
    }
    for (int i = 0; i < n; i++) {
      double v = feature[i] < 0 ? value[i] : 0;
      for (int k = FOUR * i; k < FOUR * i + FOUR; k++) {
        product[k] *= v;
      }
    }
  }

  /** Sums over leaves on the way up, and what each test adds to its column. */
  private void up(double[] f, double[] off, double[] out, double scale) {
    double[] sum = product;
    double off0 = off[0];
    double off1 = off[1];
    double off2 = off[2];
    double off3 = off[3];
    for (int i = n - 1; i > 0; i--) {
      int at = FOUR * i;
      double s0 = sum[at];
      double s1 = sum[at + 1];
      double s2 = sum[at + 2];
      double s3 = sum[at + 3];
      int above = FOUR * parent[i];
      sum[above] += s0;
      sum[above + 1] += s1;
      sum[above + 2] += s2;
      sum[above + 3] += s3;
      int u = up[i];
      if (passes[u] == 0) {
        continue; // it failed above already: what this test adds, it takes from the one before
      }
      int p = FACTORS * i + PART;
      double part =
          passes[i] == 1
              ? f[p] * s0 + f[p + 1] * s1 + f[p + 2] * s2 + f[p + 3] * s3
              : off0 * s0 + off1 * s1 + off2 * s2 + off3 * s3;
      if (u > 0) { // takes the place of an earlier test of the same column
        int b = FACTORS * u + PART;
        part -= f[b] * s0 + f[b + 1] * s1 + f[b + 2] * s2 + f[b + 3] * s3;
      }
      out[feature[parent[i]]] += scale * part;
    }
  }
}
