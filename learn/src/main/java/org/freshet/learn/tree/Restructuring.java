package org.freshet.learn.tree;

/**
 * Gives a node another test without losing what its subtree has learnt: the new test goes on top
 * and the old subtree below each of its branches, less the parts that no row of that branch can
 * reach. Leaves on one side of the new test move there with all they have observed; those across it
 * are divided as at a split.
 */
final class Restructuring implements AnytimeTree.Revision {
  private final int maxDepth;
  private final int maxLength;
  private GrowingTree tree;
  private Node<Leaf> test;
  private double[] shares;

  /**
   * @param maxDepth depth at which leaves stay leaves
   * @param maxLength levels of the old subtree that are kept
   */
  Restructuring(int maxDepth, int maxLength) {
    this.maxDepth = maxDepth;
    this.maxLength = maxLength;
  }

  @Override
  public void apply(GrowingTree tree, Node<Leaf> n, int depth) {
    this.tree = tree;
    Node<Leaf> old = n.moved();
    tree.release(n);
    test = n;
    tree.split(n); // new leaves, which tell the number of branches and the heaviest of them
    shares = new double[n.arity()];
    double sum = 0;
    for (int b = 0; b < shares.length; b++) {
      shares[b] = n.child(b).leaf.total();
      sum += shares[b];
    }
    for (int b = 0; b < shares.length && sum > 0; b++) {
      shares[b] /= sum;
    }
    int levels = Math.min(maxLength, maxDepth - depth - 1);
    for (int b = 0; b < n.arity(); b++) {
      Node<Leaf> below = part(old, b, levels);
      if (below.isLeaf() && !below.leaf.observes()) {
        continue; // knows no more than the leaf the split made
      }
      tree.discard(n.child(b));
      tree.adopt(below);
      n.setChild(b, below);
    }
    tree.enforceLimit();
    test = null;
  }

  /** What of a subtree the rows of branch b of the new test can reach. */
  private Node<Leaf> part(Node<Leaf> old, int b, int levels) {
    if (old.isLeaf()) {
      return tree.detached(leafPart(old.leaf, b));
    }
    if (old.feature == test.feature) {
      int only = onlyChild(old, b);
      if (only >= 0) {
        Node<Leaf> child = only < old.arity() ? old.child(only) : null;
        return child == null ? tree.detached(tree.grower().newLeaf()) : part(child, b, levels);
      }
    }
    Node<Leaf> n = tree.detached(null);
    n.feature = old.feature;
    n.kind = old.kind;
    n.threshold = old.threshold;
    n.missing = old.missing;
    n.branches = old.branches == null ? null : Node.array(old.arity());
    n.leaf = tree.grower().newLeaf();
    int heavy = 0;
    Node<Leaf> heaviest = null;
    for (int i = 0; i < old.arity(); i++) {
      if (old.child(i) != null) {
        Node<Leaf> child = part(old.child(i), b, levels - 1);
        n.setChild(i, child);
        n.leaf.inherit(child.leaf, 1);
        heavy += child.leaf.total() > 0 ? 1 : 0;
        heaviest = child.leaf.total() > 0 ? child : heaviest;
      }
    }
    if (heavy == 1) {
      return heaviest; // the test tells nothing any more
    }
    return levels > 0 && Grower.present(n.leaf) > 1 ? n : tree.detached(n.leaf);
  }

  /**
   * The one child of an old node on the same column that branch b of the new test can reach; -1 if
   * there are several.
   */
  private int onlyChild(Node<Leaf> old, int b) {
    if (test.kind == Node.NUMERIC) {
      if (b == 0) {
        return old.threshold >= test.threshold ? 0 : -1;
      }
      return old.threshold <= test.threshold ? 1 : -1;
    }
    boolean one = test.kind == Node.MULTIWAY || b == 0;
    int value = test.kind == Node.MULTIWAY ? b : (int) test.threshold;
    if (old.kind == Node.MULTIWAY) {
      return one ? value : -1;
    }
    boolean same = value == (int) old.threshold;
    return one ? (same ? 0 : 1) : same ? 1 : -1;
  }

  /** The leaf itself where all it saw is on this side, else one with the weights of this side. */
  private Leaf leafPart(Leaf leaf, int b) {
    Leaf part = tree.grower().newLeaf();
    if (!leaf.observes()) {
      part.inherit(leaf, shares[b]); // the shares of the whole node are the best guess there is
      return part;
    }
    double[] here = new double[leaf.slots];
    double[] there = new double[leaf.slots];
    double known = 0;
    double elsewhere = 0;
    for (int i = 0; i < shares.length; i++) {
      SplitSearch.distribution(leaf, test, i, i == b ? here : there);
      for (int s = 0; s < leaf.slots; s++) {
        known += i == b ? here[s] : there[s];
        elsewhere += i == b ? 0 : there[s];
      }
    }
    if (known > 0 ? elsewhere <= 1e-9 * known : b == test.missing) {
      return leaf;
    }
    for (int s = 0; s < leaf.slots; s++) {
      part.inherit(leaf.codes[s], here[s]);
    }
    return part;
  }
}
