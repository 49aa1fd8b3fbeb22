package org.freshet.learn.tree;

import org.freshet.core.Features;

/** A node: a leaf, or a test on one column with its children. */
final class Node<L extends TreeLeaf> {
  /** value ≤ threshold goes left. */
  static final int NUMERIC = 0;

  /** category = threshold goes left. */
  static final int EQUALS = 1;

  /** One branch a category. */
  static final int MULTIWAY = 2;

  /** No test: every branch is a tree of its own, and all of them answer. */
  static final int OPTIONS = 3;

  /** Bytes of a node with two children pointers, and of its slot in the parent. */
  static final int BYTES = 72;

  int feature;
  int kind;
  double threshold;
  Node<L> left;
  Node<L> right;
  Node<L>[] branches;
  L leaf;

  /**
   * Where a missing value goes: the heavier side at the split, or that branch of a multiway node.
   */
  int missing;

  /** Its detector and alternate tree; null in trees that do not adapt. */
  Watch<L> watch;

  Node(L leaf) {
    this.leaf = leaf;
  }

  /** The child for a row; null where a category has no branch, and where there are options. */
  final Node<L> child(Features x) {
    double v = x.get(feature);
    if (kind == NUMERIC) {
      if (v <= threshold) {
        return left;
      }
      return v > threshold || missing != 0 ? right : left;
    }
    return nominalChild(v);
  }

  private Node<L> nominalChild(double v) {
    if (kind == OPTIONS) {
      return null;
    }
    boolean known = v >= 0;
    if (kind == EQUALS) {
      return (known ? v == threshold : missing == 0) ? left : right;
    }
    int branch = known ? (int) v : missing;
    return branch < branches.length ? branches[branch] : null;
  }

  /** The leaf for a row; an inner node where a category has no branch or there are options. */
  final Node<L> sort(Features x) {
    Node<L> n = this;
    while (n.left != null || n.branches != null) {
      Node<L> c = n.child(x);
      if (c == null) {
        return n;
      }
      n = c;
    }
    return n;
  }

  final boolean isLeaf() {
    return left == null && branches == null;
  }

  @SuppressWarnings("unchecked") // an array of a generic type cannot be made otherwise
  static <L extends TreeLeaf> Node<L>[] array(int n) {
    return (Node<L>[]) new Node<?>[n];
  }

  /** Number of children. */
  final int arity() {
    return branches != null ? branches.length : left != null ? 2 : 0;
  }

  /** Child i; null where a branch has not been made. */
  final Node<L> child(int i) {
    return branches != null ? branches[i] : i == 0 ? left : right;
  }

  final void setChild(int i, Node<L> c) {
    if (branches != null) {
      branches[i] = c;
    } else if (i == 0) {
      left = c;
    } else {
      right = c;
    }
  }

  /** A new node with everything this one has. */
  final Node<L> moved() {
    Node<L> n = new Node<>(null);
    n.become(this);
    return n;
  }

  /** Takes over everything another node has. */
  final void become(Node<L> other) {
    feature = other.feature;
    kind = other.kind;
    threshold = other.threshold;
    left = other.left;
    right = other.right;
    branches = other.branches;
    leaf = other.leaf;
    missing = other.missing;
    watch = other.watch;
  }

  final long bytes() {
    return BYTES
        + (branches == null ? 0 : 16 + 4 * branches.length)
        + (leaf == null ? 0 : leaf.bytes())
        + (watch == null ? 0 : watch.bytes());
  }
}
