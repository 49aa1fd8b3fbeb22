package org.freshet.learn.tree;

import java.util.ArrayDeque;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A growing regression tree that does not wait where tests are tied: the leaf becomes an option
 * node, under which each of the tied tests grows a subtree. A row reaches one leaf for each option;
 * the answers are averaged, and all of the leaves learn.
 */
final class OptionTree extends RegressionTree {
  private final RegressionParameters p;
  private final int maxTrees;
  private final int maxLevel;
  private final double decay;
  private int trees = 1;

  // The leaves the last row reached.
  private final Node<RegressionLeaf>[] reached;
  private final double[] models;
  private final int[] levels;
  private int found;
  private int level; // option nodes above the leaf being taught

  private final double[] merits;

  /**
   * @param maxTrees leaves a row may reach
   * @param maxLevel option nodes on a path
   * @param decay share of the tied tests that become options, per level
   */
  OptionTree(RegressionParameters p, Schema schema, int maxTrees, int maxLevel, double decay) {
    super(p, schema, null);
    this.p = p;
    this.maxTrees = maxTrees;
    this.maxLevel = maxLevel;
    this.decay = decay;
    this.reached = Node.array(maxTrees);
    this.models = new double[maxTrees];
    this.levels = new int[maxTrees];
    this.merits = new double[schema.width()];
  }

  /** Trees the option tree holds, counting each option once. */
  int trees() {
    return trees;
  }

  @Override
  double visit(Node<RegressionLeaf> top, Features x) {
    found = 0;
    return walk(top, x, 0);
  }

  private double walk(Node<RegressionLeaf> top, Features x, int above) {
    Node<RegressionLeaf> n = top.sort(x);
    if (n.isLeaf()) {
      node = n;
      double answer = answer(n.leaf);
      reached[found] = n;
      models[found] = modelAnswer;
      levels[found++] = above;
      return answer;
    }
    double sum = 0;
    for (Node<RegressionLeaf> option : n.branches) {
      sum += walk(option, x, above + 1);
    }
    return sum / n.branches.length;
  }

  @Override
  void absorb(Features x, double target, double w) {
    for (int i = 0; i < found; i++) {
      node = reached[i];
      modelAnswer = models[i];
      level = levels[i];
      super.absorb(x, target, w);
    }
  }

  @Override
  void grow(Node<RegressionLeaf> at) {
    if (grower.attempt(at.leaf)) {
      grower.split(nodes, at);
    } else if (grower.search.column >= 0 && level < maxLevel && trees < maxTrees) {
      open(at);
    }
  }

  /** Makes an option of each test whose merit may be the best, the better ones first. */
  private void open(Node<RegressionLeaf> at) {
    RegressionLeaf leaf = at.leaf;
    double enough = grower.search.best * (1 - grower.bound(leaf.seen));
    int n = leaf.features.size();
    int tied = 0;
    for (int i = 0; i < n; i++) {
      grower.search.searchOne(leaf, i);
      boolean rival = grower.search.column >= 0 && grower.search.best > enough;
      merits[i] = rival ? grower.search.best : 0;
      tied += rival ? 1 : 0;
    }
    int options = Math.min(maxTrees - trees + 1, (int) Math.ceil(tied * Math.pow(decay, level)));
    // While options are made the leaf is counted under each of them.
    boolean room = nodes.bytes() + (4L * options + 1) * leaf.bytes() < p.maxBytes();
    if (options < 2 || !room) {
      return;
    }
    long before = at.bytes();
    at.kind = Node.OPTIONS;
    at.threshold = Double.NaN;
    at.leaf = null;
    at.branches = Node.array(options);
    for (int o = 0; o < options; o++) {
      at.branches[o] = nodes.node(leaf);
    }
    nodes.added(options, at.bytes() - before + options * at.branches[0].bytes());
    for (int o = 0; o < options; o++) {
      grower.search.searchOne(leaf, takeBest(n));
      grower.split(nodes, at.branches[o], false);
    }
    trees += options - 1;
  }

  private int takeBest(int n) {
    int best = 0;
    for (int i = 1; i < n; i++) {
      best = merits[i] > merits[best] ? i : best;
    }
    merits[best] = 0;
    return best;
  }

  @Override
  int lastTest() {
    return Node.OPTIONS;
  }

  @Override
  public void save(StateWriter out) {
    out.put("trees", trees);
    super.save(out);
  }

  @Override
  public void load(StateReader in) {
    trees = in.intValue("trees", 1, maxTrees);
    super.load(in);
    if (1 + extra() != trees) {
      throw in.corrupt("trees", "is " + trees + ", the tree holds " + (1 + extra()));
    }
  }

  /** Options beyond the first of all option nodes. */
  private int extra() {
    int extra = 0;
    ArrayDeque<Node<RegressionLeaf>> stack = new ArrayDeque<>();
    stack.push(nodes.root());
    while (!stack.isEmpty()) {
      Node<RegressionLeaf> n = stack.pop();
      extra += n.kind == Node.OPTIONS && !n.isLeaf() ? n.arity() - 1 : 0;
      for (int i = 0; i < n.arity(); i++) {
        stack.push(n.child(i));
      }
    }
    return extra;
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 120 + 16L * maxTrees + 8L * merits.length;
  }
}
