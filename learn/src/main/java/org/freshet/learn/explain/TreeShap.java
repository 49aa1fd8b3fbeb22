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
 * d − 1, which Gauss-Legendre quadrature with ⌈d/2⌉ points gives without error.
 *
 * <p>What it costs: a walk keeps products at these points on the way down and sums over the leaves
 * below on the way up, O(nodes · d). Where they fit into 64 MB in all, tables keep what small
 * subtrees gave for the combinations of passed tests that were met, so that a row costs its tests
 * and one look-up a subtree, and the first rows more than later ones. Both are exact.
 *
 * <p>Papers: S. Lundberg, G. Erion, H. Chen et al., "From local explanations to global
 * understanding with explainable AI for trees", Nature Machine Intelligence 2, 2020 (the game); P.
 * Yu, A. Bifet, J. Read, C. Xu, "Linear TreeSHAP", NeurIPS 2022 (sums on the way up; there
 * polynomials are divided, here their values at the points of a quadrature are).
 */
public final class TreeShap implements Explainer {
  private static final long TABLE_BYTES = 64L << 20;

  /** One tree. */
  interface One {
    /** Adds the attributions times a scale to out; the base value of this tree alone. */
    double attribute(Features x, int label, double[] out, double scale);
  }

  private final One[] walks;
  private final double[] share;

  public TreeShap(Trees trees) {
    List<Trees.Part> parts = trees.parts();
    walks = new One[parts.size()];
    share = new double[walks.length];
    double sum = 0;
    for (Trees.Part p : parts) {
      sum += p.weight();
    }
    for (int i = 0; i < walks.length; i++) {
      walks[i] = one(parts.get(i).tree(), TABLE_BYTES / 8 / walks.length);
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

  private static One one(FlatTree tree, long room) {
    One tables = SubtreeTables.of(tree, room);
    return tables != null ? tables : new PathWalk(tree);
  }
}
