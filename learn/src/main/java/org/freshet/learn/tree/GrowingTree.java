package org.freshet.learn.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A Hoeffding tree without the face of a component: what a single tree and the members of a forest
 * share. One walk serves prediction and learning of the same event.
 *
 * <p>Memory: each node and leaf is counted as it grows. Over the limit the leaves that have least
 * to gain (fewest errors of their majority class) stop observing until the rest fits 90 % of it;
 * when the nodes alone fill it, the tree stops growing and goes on learning in its leaves.
 */
public final class GrowingTree {
  private final TreeParameters p;
  private final Grower grower;
  private final int declared;
  private final double watch;
  private Node root;
  private int labels;
  private long bytes;
  private int nodes = 1;
  private boolean full;

  // The last visit: valid between visit() and absorb() of the same event.
  private final double[] xs;
  private double[] log = new double[8];
  private Node node;
  private boolean gathered;
  private boolean missing;
  private int bayesBest;
  private int depth;

  /**
   * @param rng draws subspaces, owned by the tree from now on; null when it takes all features
   */
  public GrowingTree(TreeParameters p, Schema schema, Rng rng) {
    this(p, schema, rng, 0);
  }

  /**
   * @param watch δ of the detector each node has; 0 for none
   */
  GrowingTree(TreeParameters p, Schema schema, Rng rng, double watch) {
    this.watch = watch;
    this.p = p;
    this.declared = schema.declaredLabels();
    this.grower = new Grower(p, schema, rng);
    this.labels = declared;
    this.xs = new double[Math.max(1, schema.width())];
    this.root = node(grower.newLeaf());
    this.bytes = root.bytes();
  }

  /** Number of label codes known. */
  public int labels() {
    return labels;
  }

  /** Nodes, leaves included. */
  public int nodes() {
    return nodes;
  }

  Node root() {
    return root;
  }

  private Node node(Leaf leaf) {
    Node n = new Node(leaf);
    n.watch = watch > 0 ? new Watch(watch) : null;
    return n;
  }

  /** Makes an empty leaf that is counted as part of this tree: the start of an alternate tree. */
  Node newAlternate() {
    Node n = node(grower.newLeaf());
    nodes++;
    grown(n.bytes());
    return n;
  }

  /** Whether the nodes alone fill the memory limit, so that nothing may be added. */
  boolean isFull() {
    return full;
  }

  /** Takes a subtree that was cut off, with its alternates, out of the count. */
  void discard(Node top) {
    ArrayDeque<Node> stack = new ArrayDeque<>();
    stack.push(top);
    while (!stack.isEmpty()) {
      Node n = stack.pop();
      bytes -= n.bytes();
      nodes--;
      push(stack, n);
    }
    full = full && bytes > p.maxBytes() / 2;
  }

  private static void push(ArrayDeque<Node> stack, Node n) {
    if (n.watch != null && n.watch.alternate != null) {
      stack.push(n.watch.alternate);
    }
    for (int i = n.arity() - 1; i >= 0; i--) {
      if (n.child(i) != null) {
        stack.push(n.child(i));
      }
    }
  }

  /** Gives the detector of a node an error; true when it found that errors became more. */
  boolean watch(Node n, double error) {
    long before = n.watch.bytes();
    boolean change = n.watch.update(error);
    bytes += n.watch.bytes() - before;
    return change;
  }

  /** Heap bytes of the tree with its scratch arrays. */
  public long memoryBytes() {
    return 700 + bytes + 8L * (xs.length + log.length) + grower.bytes();
  }

  /** Finds the leaf of a row and evaluates naive Bayes there, once. */
  private void visit(Features x) {
    visit(root, x);
  }

  void visit(Node top, Features x) {
    node = p.maxDepth() == Integer.MAX_VALUE ? top.sort(x) : sortCounting(top, x);
    Leaf leaf = node.leaf;
    gathered = false;
    bayesBest = -1;
    if (leaf.observes() && p.prediction() != LeafPrediction.MAJORITY) {
      missing = leaf.gather(x, xs);
      gathered = true;
      if (log.length < leaf.slots) {
        log = new double[2 * leaf.slots];
      }
      bayesBest = leaf.bayes(x, xs, missing, log);
    }
  }

  private Node sortCounting(Node top, Features x) {
    Node n = top;
    depth = 0;
    while (!n.isLeaf()) {
      Node c = n.child(x);
      if (c == null) {
        return n;
      }
      n = c;
      depth++;
    }
    return n;
  }

  /** Probabilities of all labels; entries from {@link #labels()} on are 0. Changes no state. */
  public void scores(Features x, double[] scores) {
    visit(x);
    write(scores);
  }

  private boolean answersByBayes(Leaf leaf) {
    return bayesBest >= 0
        && (p.prediction() == LeafPrediction.NAIVE_BAYES || leaf.bayesRight >= leaf.majorityRight);
  }

  /** The label the last visit answers, the lowest code on a tie. */
  int answer() {
    Leaf leaf = node.leaf;
    if (answersByBayes(leaf)) {
      return leaf.codes[bayesBest];
    }
    int majority = leaf.majority();
    return majority < 0 ? 0 : leaf.codes[majority];
  }

  void write(double[] scores) {
    java.util.Arrays.fill(scores, 0);
    Leaf leaf = node.leaf;
    if (answersByBayes(leaf)) {
      int n = leaf.slots;
      double top = log[bayesBest];
      double sum = 0;
      for (int s = 0; s < n; s++) {
        double d = log[s] - top;
        if (d > -Leaf.HOPELESS) {
          double e = s == bayesBest ? 1 : Math.exp(d);
          scores[leaf.codes[s]] = e;
          sum += e;
        }
      }
      if (sum > 0 && sum < Double.POSITIVE_INFINITY) {
        double inv = 1 / sum;
        for (int s = 0; s < n; s++) {
          scores[leaf.codes[s]] *= inv;
        }
        return;
      }
      java.util.Arrays.fill(scores, 0);
    }
    double total = leaf.total();
    if (total > 0) {
      for (int s = 0; s < leaf.slots; s++) {
        scores[leaf.codes[s]] = leaf.dist[s] / total;
      }
    } else if (labels > 0) {
      java.util.Arrays.fill(scores, 0, labels, 1.0 / labels);
    }
  }

  /** Learns one labelled example with a weight above 0. */
  public void learn(Features x, int label, double weight) {
    visit(x);
    absorb(x, label, weight);
  }

  /** Predicts, then learns, in one walk; with weight 0 it only predicts. */
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    visit(x);
    write(scores);
    if (weight > 0) {
      absorb(x, label, weight);
    }
  }

  /** Learns an example where the last visit led. */
  void absorb(Features x, int label, double weight) {
    if (label >= labels) {
      labels = label + 1;
    }
    if (!node.isLeaf() && !full) {
      branchFor(x);
    }
    Node at = node;
    Leaf leaf = at.leaf;
    if (p.prediction() == LeafPrediction.ADAPTIVE && leaf.slots > 0) {
      int majority = leaf.majority();
      if (leaf.codes[majority] == label) {
        leaf.majorityRight += weight;
      }
      if (leaf.codes[bayesBest >= 0 ? bayesBest : majority] == label) {
        leaf.bayesRight += weight;
      }
    }
    if (!gathered && leaf.active) {
      missing = leaf.gather(x, xs);
    }
    int slot = leaf.slotOf(label);
    if (slot >= 0 && leaf.observes() && !missing) {
      int more = leaf.learn(x, xs, false, slot, weight);
      if (more > 0) {
        grown(more);
      }
    } else {
      int before = leaf.bytes();
      slot = leaf.open(label);
      leaf.learn(x, xs, missing, slot, weight);
      grown(leaf.bytes() - before);
    }
    if (leaf.active && !full && grower.due(leaf)) {
      attempt(at);
    }
  }

  private void branchFor(Features x) {
    double v = x.get(node.feature);
    int branch = v >= 0 ? (int) v : node.missing;
    long before = node.bytes();
    if (branch >= node.branches.length) {
      node.branches = java.util.Arrays.copyOf(node.branches, branch + 1);
    }
    Node child = node(grower.newLeaf());
    node.branches[branch] = child;
    nodes++;
    grown(node.bytes() - before + child.bytes());
    node = child;
    gathered = false;
    bayesBest = -1;
  }

  private void attempt(Node at) {
    if (depth >= p.maxDepth()) {
      return;
    }
    long before = at.bytes();
    if (grower.attempt(at.leaf)) {
      long[] added = new long[2];
      grower.split(
          at,
          leaf -> {
            Node child = node(leaf);
            added[0] += child.bytes();
            added[1]++;
            return child;
          });
      nodes += (int) added[1];
      grown(at.bytes() - before + added[0]);
    } else {
      bytes += at.bytes() - before;
    }
  }

  private void grown(long more) {
    bytes += more;
    if (more > 0 && bytes > p.maxBytes() && !full) {
      shrink();
    }
  }

  /** Lets the leaves with least to gain stop observing; see the class. */
  private void shrink() {
    List<Leaf> leaves = new ArrayList<>();
    ArrayDeque<Node> stack = new ArrayDeque<>();
    stack.push(root);
    while (!stack.isEmpty()) {
      Node n = stack.pop();
      if (n.isLeaf()) {
        leaves.add(n.leaf);
      }
      push(stack, n);
    }
    leaves.sort(Comparator.comparingDouble(Leaf::promise).reversed());
    long room = (long) (0.9 * p.maxBytes());
    for (Leaf leaf : leaves) {
      bytes -= observedBytes(leaf);
    }
    full = bytes > room - 4096;
    for (Leaf leaf : leaves) {
      int need =
          leaf.observes() ? observedBytes(leaf) : Leaf.activeBytes(leaf.features, leaf.slots);
      boolean stays = !full && bytes + need <= room;
      if (leaf.observes() && stays) {
        bytes += need;
      } else if (stays) {
        leaf.active = true;
        room -= need;
      } else {
        leaf.forgetObservations(false);
      }
    }
  }

  private static int observedBytes(Leaf leaf) {
    return leaf.bytes() - leaf.bareBytes();
  }

  /** Depth and structure first, then the leaves, in preorder. */
  public void save(StateWriter out) {
    Tape tape = new Tape();
    int written = 0;
    ArrayDeque<Node> stack = new ArrayDeque<>();
    stack.push(root);
    while (!stack.isEmpty()) {
      Node n = stack.pop();
      saveNode(tape, n);
      if (n.watch != null) {
        out.put("watch-" + written++, n.watch.error);
      }
      push(stack, n);
    }
    out.put("labels", labels);
    out.put("full", full);
    tape.save(out);
  }

  private void saveNode(Tape tape, Node n) {
    tape.put(n.isLeaf() ? 0 : n.arity());
    if (!n.isLeaf()) {
      tape.put(n.feature);
      tape.put(n.kind);
      tape.put(n.missing);
      tape.put(n.threshold);
      for (int i = 0; i < n.arity(); i++) {
        tape.put(n.child(i) == null ? 0 : 1);
      }
    }
    if (n.watch != null) {
      tape.put(n.watch.alternate == null ? 0 : 1);
    }
    tape.put(n.leaf == null ? 0 : 1);
    if (n.leaf != null) {
      grower.saveFeatures(tape, n.leaf);
      LeafState.save(n.leaf, tape);
    }
  }

  /** Replaces the tree by one saved with the same parameters and schema. */
  public void load(StateReader in) {
    labels = in.intValue("labels", declared, 1 << 24);
    full = in.bool("full");
    Tape tape = Tape.load(in);
    bytes = 0;
    nodes = 0;
    Node holder = new Node(null);
    holder.branches = new Node[1];
    ArrayDeque<Slot> stack = new ArrayDeque<>();
    stack.push(new Slot(holder, 0));
    while (!stack.isEmpty()) {
      Slot slot = stack.pop();
      Node n = node(null);
      boolean[] present = loadNode(tape, n, in);
      slot.fill(n);
      if (n.watch != null) {
        in.load("watch-" + nodes, n.watch.error);
      }
      bytes += n.bytes();
      nodes++;
      if (n.watch != null && n.watch.alternate == n) {
        n.watch.alternate = null;
        stack.push(new Slot(n, -1));
      }
      for (int i = present.length - 1; i >= 0; i--) {
        if (present[i]) {
          stack.push(new Slot(n, i));
        }
      }
    }
    tape.end();
    root = holder.branches[0];
  }

  /** Where a node that is still to be read belongs: a child, or with -1 the alternate of a node. */
  private record Slot(Node parent, int child) {
    void fill(Node n) {
      if (child < 0) {
        parent.watch.alternate = n;
      } else {
        parent.setChild(child, n);
      }
    }
  }

  private boolean[] loadNode(Tape tape, Node n, StateReader in) {
    int arity = tape.nextInt(0, 1 << 24);
    boolean[] present = new boolean[Math.min(arity, tape.remainingInts())];
    if (arity > 0) {
      n.feature = tape.nextInt(0, grower.width() - 1);
      n.kind = tape.nextInt(Node.NUMERIC, Node.MULTIWAY);
      n.missing = tape.nextInt(0, arity - 1);
      n.threshold = tape.nextDouble();
      if (n.kind == Node.MULTIWAY) {
        n.branches = new Node[present.length];
      }
      for (int i = 0; i < present.length; i++) {
        present[i] = tape.nextInt(n.kind == Node.MULTIWAY ? 0 : 1, 1) == 1;
      }
    }
    if (n.watch != null && tape.nextInt(0, 1) == 1) {
      n.watch.alternate = n; // read next; see load
    }
    boolean bad = arity != present.length || arity > 0 && n.kind != Node.MULTIWAY && arity != 2;
    boolean holds = tape.nextInt(0, 1) == 1;
    if (bad || holds != (arity == 0 || n.kind == Node.MULTIWAY)) {
      throw in.corrupt("shape", "has a node that cannot be");
    }
    if (holds) {
      n.leaf = LeafState.load(tape, grower.loadFeatures(tape));
      if (n.leaf.slots > 0 && n.leaf.codes[n.leaf.slots - 1] >= labels) {
        throw in.corrupt("shape", "has a class that is not known");
      }
    }
    return present;
  }
}
