package org.freshet.learn.explain;

import java.util.List;
import org.freshet.core.Explainer;
import org.freshet.core.Features;
import org.freshet.learn.tree.FlatTree;
import org.freshet.learn.tree.Trees;

/**
 * TreeSHAP: the Shapley value of each column for the answer of a tree or a forest at a row. The
 * game is the path-dependent one: a column that is left out sends the row down both sides of its
 * tests, in proportion to their covers, the weights seen there.
 *
 * <p>What leaves count for: the leaf that the row reaches counts for what it answers at this row,
 * naive Bayes or a linear model included, so that the attributions and the base value sum to the
 * answer given. The other leaves count for their class shares or their mean: what they would answer
 * at a row that is not theirs says nothing about it.
 *
 * <p>How: with o_k = 1 where the row passes all tests of column k on the way to a leaf, z_k the
 * product of the cover shares of those tests, and d columns on the way, the Shapley weights |S|! (d
 * − |S| − 1)! / d! are ∫ t^|S| (1 − t)^(d−1−|S|) dt over 0 … 1. So column j gets, from a leaf of
 * value w, w (o_j − z_j) ∫ Π_{k≠j} (t o_k + (1 − t) z_k) dt, the integral of a polynomial of degree
 * d − 1, which Gauss-Legendre quadrature with ⌈d/2⌉ points gives without error. Products are kept
 * at these points on the way down and sums over the leaves below on the way up: O(nodes · d) in
 * all.
 *
 * <p>Papers: S. Lundberg, G. Erion, H. Chen et al., "From local explanations to global
 * understanding with explainable AI for trees", Nature Machine Intelligence 2, 2020 (the game); P.
 * Yu, A. Bifet, J. Read, C. Xu, "Linear TreeSHAP", NeurIPS 2022 (sums on the way up; there
 * polynomials are divided, here their values at the points of a quadrature are).
 */
public final class TreeShap implements Explainer {
  private final Walk[] walks;
  private final double[] share;

  public TreeShap(Trees trees) {
    List<Trees.Part> parts = trees.parts();
    walks = new Walk[parts.size()];
    share = new double[walks.length];
    double sum = 0;
    for (Trees.Part p : parts) {
      sum += p.weight();
    }
    for (int i = 0; i < walks.length; i++) {
      walks[i] = new Walk(parts.get(i).tree());
      share[i] = sum > 0 ? parts.get(i).weight() / sum : 0;
    }
  }

  @Override
  public double attribute(Features x, int label, double[] out) {
    java.util.Arrays.fill(out, 0);
    double base = 0;
    for (int i = 0; i < walks.length; i++) {
      if (share[i] > 0) {
        base += share[i] * walks[i].attribute(x, label, out, share[i]);
      }
    }
    return base;
  }

  /** One tree with what does not depend on the row. */
  private static final class Walk {
    private final FlatTree tree;
    private final int n;
    private final int[] parent;
    private final int[] feature; // tested above a node
    private final int[] up; // the node before on its path below a test of the same column, or -1
    private final int[] again; // the same for the children of a node, all of which have it; or 0
    private final double[] z;
    private final double[] ratio; // z against that of the node before
    private final double[] onStep; // per node and point: what passing multiplies the product by
    private final double[] offStep; // the same of the first test on a path that fails its column
    private final double[] onPart; // what the sum of leaves is weighed by, for a column passed
    private final double[] offPart; // per point, for one that fails
    private final boolean[] leaf;
    private final double[] point; // of the quadrature
    private final double[] weight;
    private final double[] value; // of leaves, for the label asked last
    private int valueLabel = -1;
    private double base;

    // For the row at hand.
    private static final byte DEAD = -1; // nothing gets here, whatever is known
    private final byte[] passes; // o
    private final boolean[] reached;
    private final Object[] taken;
    private final double[] product;
    private final double[] sum;

    Walk(FlatTree tree) {
      this.tree = tree;
      this.n = tree.size();
      parent = new int[n];
      feature = new int[n];
      up = new int[n];
      again = new int[n];
      z = new double[n];
      leaf = new boolean[n];
      ratio = new double[n];
      int most = shape();
      point = new double[(most + 1) / 2];
      weight = new double[point.length];
      gaussLegendre(point, weight);
      value = new double[n];
      passes = new byte[n];
      reached = new boolean[n];
      taken = new Object[n];
      product = new double[n * point.length];
      sum = new double[n * point.length];
      onStep = new double[n * point.length];
      offStep = new double[n * point.length];
      onPart = new double[n * point.length];
      offPart = new double[point.length];
      factors();
    }

    /** With o = 1 the factor of a column is t + (1 − t) z, with o = 0 it is (1 − t) z. */
    private void factors() {
      int q = point.length;
      for (int k = 0; k < q; k++) {
        double t = point[k];
        offPart[k] = -weight[k] / (1 - t);
        for (int i = 1; i < n; i++) {
          double on = t + (1 - t) * z[i];
          double before = up[i] < 0 ? 1 : t + (1 - t) * z[up[i]];
          onStep[i * q + k] = on / before;
          offStep[i * q + k] = (1 - t) * z[i] / before;
          onPart[i * q + k] = weight[k] * (1 - z[i]) / on;
        }
      }
    }

    /** Fills what depends on the tree alone; the most columns tested on a path. */
    private int shape() {
      int most = 0;
      int[] columns = new int[n];
      for (int i = 0; i < n; i++) {
        leaf[i] = tree.isLeaf(i);
        parent[i] = tree.parent(i);
        if (i == 0) {
          up[0] = -1;
          feature[0] = -1;
          continue;
        }
        int p = parent[i];
        feature[i] = tree.feature(p);
        int before = p;
        while (before > 0 && feature[before] != feature[i]) {
          before = parent[before];
        }
        up[i] = before > 0 ? before : -1;
        again[p] = before;
        double of = tree.cover(p) > 0 ? tree.cover(i) / tree.cover(p) : 0;
        ratio[i] = of;
        z[i] = up[i] < 0 ? of : of * z[up[i]];
        columns[i] = columns[p] + (up[i] < 0 ? 1 : 0);
        most = Math.max(most, columns[i]);
      }
      return most;
    }

    /** Adds the attributions times a scale to out; the base value of this tree alone. */
    double attribute(Features x, int label, double[] out, double scale) {
      double answer = tree.answer(x, label);
      if (n == 1) {
        return answer;
      }
      values(label);
      int end = down(x);
      double own = value[end];
      value[end] = answer;
      collect(out, scale);
      value[end] = own;
      double share = tree.cover(0) > 0 ? tree.cover(end) / tree.cover(0) : 0;
      return base + share * (answer - own);
    }

    private void values(int label) {
      if (label == valueLabel) {
        return;
      }
      valueLabel = label;
      base = 0;
      for (int i = 0; i < n; i++) {
        if (leaf[i]) {
          value[i] = tree.value(i, label);
          base += tree.cover(0) > 0 ? tree.cover(i) / tree.cover(0) * value[i] : 0;
        }
      }
    }

    /** Fills the products on the way down; the leaf the row reaches. */
    private int down(Features x) {
      int q = point.length;
      int end = 0;
      passes[0] = 1;
      reached[0] = true;
      java.util.Arrays.fill(product, 0, q, 1);
      taken[0] = tree.taken(0, x);
      for (int i = 1; i < n; i++) {
        int p = parent[i];
        if (passes[p] == DEAD) {
          passes[i] = DEAD;
          reached[i] = false;
          continue;
        }
        boolean on = tree.isChild(i, taken[p]);
        int u = up[i];
        boolean o = on && (u < 0 || passes[u] == 1);
        reached[i] = on && reached[p];
        if (!o && z[i] == 0) {
          passes[i] = DEAD;
          continue;
        }
        passes[i] = (byte) (o ? 1 : 0);
        step(i, p, o, u >= 0 && passes[u] == 0);
        if (!leaf[i]) {
          taken[i] = tree.taken(i, x);
        } else if (reached[i]) {
          end = i;
        }
      }
      return end;
    }

    private void step(int i, int p, boolean on, boolean failedBefore) {
      int q = point.length;
      int at = i * q;
      int above = p * q;
      if (failedBefore) {
        for (int k = 0; k < q; k++) {
          product[at + k] = product[above + k] * ratio[i];
        }
        return;
      }
      double[] by = on ? onStep : offStep;
      for (int k = 0; k < q; k++) {
        product[at + k] = product[above + k] * by[at + k];
      }
    }

    /** Sums over leaves on the way up, and what each test adds to its column. */
    private void collect(double[] out, double scale) {
      int q = point.length;
      java.util.Arrays.fill(sum, 0);
      for (int i = n - 1; i > 0; i--) {
        if (passes[i] == DEAD) {
          continue;
        }
        int at = i * q;
        if (leaf[i]) {
          for (int k = 0; k < q; k++) {
            sum[at + k] = value[i] * product[at + k];
          }
        } else if (again[i] > 0) {
          // its test takes the place of an earlier one of the same column
          out[feature[again[i]]] -= scale * part(again[i], at);
        }
        out[feature[i]] += scale * part(i, at);
        int above = parent[i] * q;
        for (int k = 0; k < q; k++) {
          sum[above + k] += sum[at + k];
        }
      }
    }

    /** What the leaves summed at {@code at} give to a column with the factors of a node. */
    private double part(int node, int at) {
      double integral = 0;
      if (passes[node] == 1) {
        int f = node * point.length;
        for (int k = 0; k < point.length; k++) {
          integral += onPart[f + k] * sum[at + k];
        }
      } else {
        for (int k = 0; k < point.length; k++) {
          integral += offPart[k] * sum[at + k];
        }
      }
      return integral;
    }

    /** Points and weights of Gauss-Legendre quadrature over 0 … 1, by Newton's method. */
    private static void gaussLegendre(double[] point, double[] weight) {
      int n = point.length;
      for (int i = 0; i < n; i++) {
        double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
        double slope = 1;
        for (int step = 0; step < 100; step++) {
          double p = 1;
          double before = 0;
          for (int k = 1; k <= n; k++) {
            double next = ((2 * k - 1) * x * p - (k - 1) * before) / k;
            before = p;
            p = next;
          }
          slope = n * (x * p - before) / (x * x - 1);
          double dx = p / slope;
          x -= dx;
          if (Math.abs(dx) < 1e-16) {
            break;
          }
        }
        point[i] = (1 + x) / 2;
        weight[i] = 1 / ((1 - x * x) * slope * slope);
      }
    }
  }
}
