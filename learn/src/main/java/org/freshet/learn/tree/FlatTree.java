package org.freshet.learn.tree;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.freshet.core.Features;

/**
 * The nodes of a tree as it is now, parents before children, for drawing and explaining: what each
 * tests, what it covers, what its leaves answer. Valid until the tree learns again. Alternate trees
 * are left out, since they do not answer.
 *
 * <p>The cover of a leaf is the weight it has seen with what it inherited when it was split off;
 * that of an inner node is the sum of its children's. A node with a branch for each category has
 * one more child of cover 0, which answers for categories that have no branch.
 */
public final class FlatTree {
  /** What a leaf answers. */
  interface Value<L> {
    double of(L leaf, int label);
  }

  /** What the tree answers at a row. */
  interface Answer {
    double at(Features x, int label);
  }

  private final Answer answer;
  private Node<?>[] nodes = new Node<?>[16];
  private int[] parent = new int[16];
  private int[] branch = new int[16];
  private double[] cover = new double[16];
  private int size;
  private final LeafValue value;

  private interface LeafValue {
    double at(int node, int label);
  }

  private FlatTree(Answer answer, LeafValue value) {
    this.answer = answer;
    this.value = value;
  }

  /** The tree under a node. */
  static <L extends TreeLeaf> FlatTree of(
      Node<L> root, ToDoubleFunction<L> weight, Value<L> value, Answer answer) {
    Object[] leaves = new Object[1];
    @SuppressWarnings("unchecked") // what was put in below
    LeafValue at = (i, label) -> value.of(((L[]) leaves[0])[i], label);
    FlatTree t = new FlatTree(answer, at);
    t.gather(root);
    TreeLeaf[] all = new TreeLeaf[t.size];
    for (int i = t.size - 1; i >= 0; i--) {
      Node<?> n = t.nodes[i];
      if (n == null) {
        all[i] = t.nodes[t.parent[i]].leaf; // answers for categories without a branch
      } else if (n.isLeaf()) {
        all[i] = n.leaf;
        @SuppressWarnings("unchecked") // of a tree of such leaves
        L leaf = (L) n.leaf;
        t.cover[i] = weight.applyAsDouble(leaf);
      }
      if (i > 0) {
        t.cover[t.parent[i]] += t.cover[i];
      }
    }
    leaves[0] = all;
    return t;
  }

  private record Found(Node<?> node, int parent, int branch) {}

  private void gather(Node<?> root) {
    ArrayDeque<Found> stack = new ArrayDeque<>();
    stack.push(new Found(root, -1, 0));
    while (!stack.isEmpty()) {
      Found f = stack.pop();
      int at = add(f);
      Node<?> n = f.node;
      if (n == null) {
        continue;
      }
      if (n.branches != null) {
        stack.push(new Found(null, at, -1));
      }
      for (int i = n.arity() - 1; i >= 0; i--) {
        if (n.child(i) != null) {
          stack.push(new Found(n.child(i), at, i));
        }
      }
    }
  }

  private int add(Found f) {
    if (size == nodes.length) {
      int more = 2 * size;
      nodes = Arrays.copyOf(nodes, more);
      parent = Arrays.copyOf(parent, more);
      branch = Arrays.copyOf(branch, more);
      cover = Arrays.copyOf(cover, more);
    }
    nodes[size] = f.node;
    parent[size] = f.parent;
    branch[size] = f.branch;
    return size++;
  }

  /** Number of nodes; 0 is the root. */
  public int size() {
    return size;
  }

  public boolean isLeaf(int i) {
    return nodes[i] == null || nodes[i].isLeaf();
  }

  /** The node above; -1 of the root. */
  public int parent(int i) {
    return parent[i];
  }

  /** Which branch of its parent it is: 0 is the left one, or a category; -1 any other category. */
  public int branch(int i) {
    return branch[i];
  }

  /** The column an inner node tests. */
  public int feature(int i) {
    return nodes[i].feature;
  }

  /** Whether an inner node sends values up to {@link #threshold} to the left. */
  public boolean isNumeric(int i) {
    return nodes[i].kind == Node.NUMERIC;
  }

  /** Whether an inner node has one branch a category; else it sends one category to the left. */
  public boolean isMultiway(int i) {
    return nodes[i].kind == Node.MULTIWAY;
  }

  /** The largest value that goes to the left, or the category that does. */
  public double threshold(int i) {
    return nodes[i].threshold;
  }

  /** The branch a missing value takes. */
  public int missing(int i) {
    return nodes[i].missing;
  }

  /** Weight seen. */
  public double cover(int i) {
    return cover[i];
  }

  /** What a leaf answers whatever the row: the share of a class, or the mean of the targets. */
  public double value(int i, int label) {
    return value.at(i, label);
  }

  /** What the tree answers at a row: the probability of a label, or a number. */
  public double answer(Features x, int label) {
    return answer.at(x, label);
  }

  /** The child of an inner node that a row goes to, as a key for {@link #isChild}. */
  public Object taken(int i, Features x) {
    return nodes[i].child(x);
  }

  /** Whether a node is the child that {@link #taken} gave for its parent. */
  public boolean isChild(int i, Object taken) {
    return nodes[i] == taken;
  }
}
