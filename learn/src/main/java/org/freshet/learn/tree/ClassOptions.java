package org.freshet.learn.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A growing tree of classes in which a node that has become a test goes on observing, and follows
 * another test besides when that turns out better: an option node. A row reaches one leaf for each
 * option; their answers are averaged, and all of them learn.
 */
final class ClassOptions {
  private final GrowingTree tree;
  private final Grower grower;
  private final double period;
  private final double confidence;
  private final int most;
  private final boolean[] barred;

  // What the last row reached: leaves, and the nodes above them that observe.
  private final Node<Leaf>[] reached;
  private int found;
  private Node<Leaf>[] above = Node.array(16);
  private int passed;
  private double[] own = new double[8];

  /**
   * @param confidence δ′ of the bound by which another test must be better than those followed
   * @param most leaves a row may reach
   */
  ClassOptions(TreeParameters p, Schema schema, double confidence, int most) {
    this.tree = new GrowingTree(p.growing(TreeParameters.Growth.OPTIONS), schema, null);
    this.grower = tree.grower();
    this.period = p.gracePeriod();
    this.confidence = confidence;
    this.most = most;
    this.barred = new boolean[schema.width()];
    this.reached = Node.array(most);
  }

  GrowingTree tree() {
    return tree;
  }

  /** Leaves some row reaches, at most. */
  int paths() {
    return paths(tree.root(), null);
  }

  /** The most leaves a row reaches below a node, when {@code more} gets another option. */
  private static int paths(Node<Leaf> n, Node<Leaf> more) {
    List<Reach> all = new ArrayList<>();
    ArrayDeque<Reach> stack = new ArrayDeque<>();
    stack.push(new Reach(n, null));
    while (!stack.isEmpty()) {
      Reach r = stack.pop();
      all.add(r);
      for (int i = 0; i < r.node.arity(); i++) {
        if (r.node.child(i) != null) {
          stack.push(new Reach(r.node.child(i), r));
        }
      }
    }
    for (int i = all.size() - 1; i > 0; i--) {
      Reach r = all.get(i);
      int below = r.paths(more);
      r.above.below = r.above.isOption() ? r.above.below + below : Math.max(r.above.below, below);
    }
    return all.get(0).paths(more);
  }

  /** A node while paths are counted, and what was counted below it so far. */
  private static final class Reach {
    final Node<Leaf> node;
    final Reach above;
    int below;

    Reach(Node<Leaf> node, Reach above) {
      this.node = node;
      this.above = above;
    }

    boolean isOption() {
      return node.kind == Node.OPTIONS && !node.isLeaf();
    }

    int paths(Node<Leaf> more) {
      return Math.max(1, below) + (node == more ? 1 : 0);
    }
  }

  void scores(Features x, double[] scores) {
    sort(x);
    answer(x, scores);
  }

  void testThenLearn(Features x, int label, double weight, double[] scores) {
    sort(x);
    if (scores != null) {
      answer(x, scores);
    }
    if (weight > 0) {
      learn(x, label, weight);
    }
  }

  private void sort(Features x) {
    found = 0;
    passed = 0;
    walk(tree.root(), x);
  }

  private void walk(Node<Leaf> top, Features x) {
    Node<Leaf> n = top;
    while (!n.isLeaf()) {
      if (n.leaf != null && n.leaf.active) {
        pass(n);
      }
      if (n.kind == Node.OPTIONS) {
        for (Node<Leaf> option : n.branches) {
          walk(option, x);
        }
        return;
      }
      Node<Leaf> child = n.child(x);
      if (child == null) {
        break; // a category without a branch: the node itself answers
      }
      n = child;
    }
    reached[found++] = n;
  }

  private void pass(Node<Leaf> n) {
    if (passed == above.length) {
      above = Arrays.copyOf(above, 2 * passed);
    }
    above[passed++] = n;
  }

  /** The mean of what the leaves reached answer. */
  private void answer(Features x, double[] scores) {
    tree.visit(reached[0], x);
    tree.write(scores);
    if (found == 1) {
      return;
    }
    int n = tree.labels();
    if (own.length < scores.length) {
      own = new double[scores.length];
    }
    for (int i = 1; i < found; i++) {
      tree.visit(reached[i], x);
      tree.write(own);
      for (int c = 0; c < n; c++) {
        scores[c] += own[c];
      }
    }
    for (int c = 0; c < n; c++) {
      scores[c] /= found;
    }
  }

  private void learn(Features x, int label, double weight) {
    for (int i = 0; i < found; i++) {
      tree.visit(reached[i], x);
      tree.absorb(x, label, weight);
    }
    for (int i = 0; i < passed; i++) {
      Node<Leaf> n = above[i];
      Leaf leaf = n.leaf;
      if (!leaf.active) {
        continue; // since the memory is short
      }
      if (found >= most) {
        stop(n);
        continue;
      }
      tree.observe(leaf, x, label, weight);
      if (leaf.active && leaf.total() - leaf.lastAttempt >= period) {
        leaf.lastAttempt = leaf.total();
        consider(n);
      }
    }
  }

  /** No option may open above as many leaves as a row may reach: observing is of no use. */
  private void stop(Node<Leaf> n) {
    long before = n.bytes();
    n.leaf.forgetObservations(false);
    tree.counted().changed(n.bytes() - before);
  }

  /** Opens an option if a test on another column is better than all that are followed. */
  private void consider(Node<Leaf> n) {
    Leaf leaf = n.leaf;
    if (tree.isFull() || Grower.present(leaf) < 2) {
      return;
    }
    Arrays.fill(barred, false);
    double best = Double.NEGATIVE_INFINITY;
    if (n.kind == Node.OPTIONS) {
      for (Node<Leaf> option : n.branches) {
        barred[option.feature] = true;
        best = Math.max(best, grower.search.merit(leaf, option));
      }
    } else {
      barred[n.feature] = true;
      best = grower.search.merit(leaf, n);
    }
    grower.search.search(leaf, barred);
    if (grower.search.column < 0) {
      return;
    }
    double gap = grower.search.best - Math.max(0, best);
    boolean better = gap > grower.bound(leaf, leaf.total(), confidence);
    if (better && paths(tree.root(), n) <= most) {
      open(n);
    }
  }

  /** Follows the test that the search holds besides those a node has. */
  private void open(Node<Leaf> n) {
    long before = n.bytes();
    int added = 0;
    if (n.kind != Node.OPTIONS) {
      Node<Leaf> first = n.moved();
      first.leaf = first.kind == Node.MULTIWAY ? bare(n.leaf) : null;
      n.kind = Node.OPTIONS;
      n.feature = 0;
      n.missing = 0;
      n.threshold = 0;
      n.left = null;
      n.right = null;
      n.branches = Node.array(1);
      n.branches[0] = first;
      added = 1;
    }
    Node<Leaf> option = tree.detached(n.leaf);
    grower.split(option, tree::detached);
    option.leaf = option.kind == Node.MULTIWAY ? bare(n.leaf) : null;
    n.branches = Arrays.copyOf(n.branches, n.branches.length + 1);
    n.branches[n.branches.length - 1] = option;
    long more = n.bytes() - before + (added == 1 ? n.branches[0].bytes() : 0);
    tree.adopt(option);
    tree.counted().added(added, more);
    tree.enforceLimit();
  }

  /** A leaf with the distribution of another that observes nothing. */
  private Leaf bare(Leaf leaf) {
    Leaf bare = grower.newLeaf();
    bare.inherit(leaf, 1);
    bare.forgetObservations(false);
    return bare;
  }

  void save(StateWriter out) {
    tree.save(out);
  }

  void load(StateReader in) {
    tree.load(in);
    int paths = paths();
    if (paths > most) {
      throw in.corrupt("shape", "lets a row reach " + paths + " leaves, at most are " + most);
    }
  }

  long memoryBytes() {
    return 160 + tree.memoryBytes() + 4L * (above.length + most) + barred.length + 8L * own.length;
  }
}
