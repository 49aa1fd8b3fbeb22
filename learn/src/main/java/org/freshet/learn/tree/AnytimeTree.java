package org.freshet.learn.tree;

import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A tree that goes back on its splits: inner nodes go on observing, and from time to time a node
 * whose test is beaten gets the better one. What becomes of the subtree is the method's choice.
 */
class AnytimeTree implements Classifier {
  /** What happens to the subtree of a node that gets another test. */
  interface Revision {
    /** Gives {@code n} the test that the search of the tree holds. */
    void apply(GrowingTree tree, Node<Leaf> n, int depth);
  }

  final GrowingTree tree;
  private final Grower grower;
  private final double period;
  private final double tie;
  private final double least;
  private final Revision revision;
  private long revisions;

  /**
   * @param period weight an inner node takes in between two evaluations of its test
   * @param tie τ: a bound under this settles a tie at an inner node; 0 never does
   * @param least share of its merit by which the better test must win a tie
   */
  AnytimeTree(
      TreeParameters p, Schema schema, double period, double tie, double least, Revision revision) {
    this.tree = new GrowingTree(p.growing(TreeParameters.Growth.ANYTIME), schema, null);
    this.grower = tree.grower();
    this.period = period;
    this.tie = tie;
    this.least = least;
    this.revision = revision;
  }

  /** Tests replaced since it was made; not part of the state. */
  long revisions() {
    return revisions;
  }

  /** Number of nodes, leaves included. */
  public final int nodes() {
    return tree.nodes();
  }

  @Override
  public final int labels() {
    return tree.labels();
  }

  @Override
  public final void scores(Features x, double[] scores) {
    tree.scores(x, scores);
  }

  @Override
  public final void learn(Features x, int label, double weight) {
    if (weight > 0) {
      tree.visit(tree.root(), x);
      absorb(x, label, weight);
    }
  }

  @Override
  public final void testThenLearn(Features x, int label, double weight, double[] scores) {
    tree.visit(tree.root(), x);
    tree.write(scores);
    if (label >= 0 && weight > 0) {
      absorb(x, label, weight);
    }
  }

  /** Teaches the nodes on the path of the last visit, then the leaf it ended in. */
  private void absorb(Features x, int label, double weight) {
    int depth = 0;
    for (Node<Leaf> n = tree.root(); n != tree.reached(); n = n.child(x)) {
      Leaf leaf = n.leaf;
      tree.observe(leaf, x, label, weight);
      if (leaf.active && leaf.total() - leaf.lastAttempt >= period && beaten(n)) {
        revisions++;
        revision.apply(tree, n, depth);
        tree.visit(n, x, depth);
      }
      depth++;
    }
    tree.absorb(x, label, weight);
  }

  /** Whether another test, which the search then holds, is truly better than that of a node. */
  private boolean beaten(Node<Leaf> n) {
    Leaf leaf = n.leaf;
    leaf.lastAttempt = leaf.total();
    if (tree.isFull() || Grower.present(leaf) < 2) {
      return false;
    }
    SplitSearch search = grower.search;
    search.search(leaf);
    if (search.column < 0 || search.best <= 0 || search.column == n.feature) {
      return false;
    }
    double gap = search.best - Math.max(0, search.merit(leaf, n));
    double bound = grower.bound(leaf, leaf.total());
    return gap > bound || bound < tie && gap > least * search.best;
  }

  @Override
  public final void save(StateWriter out) {
    tree.save(out);
  }

  @Override
  public final void load(StateReader in) {
    tree.load(in);
  }

  @Override
  public final long memoryBytes() {
    return 64 + tree.memoryBytes();
  }
}
