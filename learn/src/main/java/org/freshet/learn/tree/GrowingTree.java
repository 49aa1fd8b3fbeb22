package org.freshet.learn.tree;

import java.util.List;
import java.util.function.Supplier;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A Hoeffding tree without the face of a component: what a single tree and the members of a forest
 * share. One walk serves prediction and learning of the same event. At the memory limit the leaves
 * with the fewest errors of their majority class stop observing first; see {@link Nodes}.
 */
public final class GrowingTree implements Classifier, Trees {
  private final TreeParameters p;
  private final Grower grower;
  private final int declared;
  private final Nodes<Leaf> nodes;
  private final boolean bayes; // leaves ask it
  private final boolean chooses; // leaves answer by it only where it has been better
  private final Perceptrons perceptrons; // null where leaves answer without
  private int labels;

  // The last visit: valid between visit() and absorb() of the same event.
  private final double[] xs;
  private double[] log = new double[8];
  private Node<Leaf> node;
  private boolean gathered;
  private boolean missing;
  private int bayesBest;
  private int scored; // slots of the leaf then
  private int depth;

  /**
   * @param rng draws subspaces, owned by the tree from now on; null when it takes all features
   */
  public GrowingTree(TreeParameters p, Schema schema, Rng rng) {
    this(p, schema, rng, () -> null);
  }

  /**
   * @param watch makes what watches a node; null for nothing
   */
  GrowingTree(TreeParameters p, Schema schema, Rng rng, Supplier<Watch<Leaf>> watch) {
    this.p = p;
    this.bayes = p.prediction().bayes;
    this.chooses = p.prediction().chooses;
    this.declared = schema.declaredLabels();
    this.grower = new Grower(p, schema, rng);
    this.labels = declared;
    this.perceptrons = p.prediction().perceptron ? new Perceptrons(p.prediction(), schema) : null;
    this.xs = new double[Math.max(1, schema.width())];
    this.nodes = new Nodes<>(new Leaves(watch), p.maxBytes(), schema.width());
  }

  /** Number of label codes known. */
  @Override
  public int labels() {
    return labels;
  }

  /** Nodes, leaves included. */
  public int nodes() {
    return nodes.count();
  }

  /** Begins anew from one empty leaf; the classes stay known. */
  void reset() {
    nodes.clear();
    node = null;
  }

  /** The tree as it is now; one that knows no label has no say. */
  @Override
  public List<Part> parts() {
    double[] scores = new double[Math.max(1, labels)];
    FlatTree flat =
        FlatTree.of(
            nodes.root(),
            Leaf::total,
            this::share,
            (x, label) -> {
              scores(x, scores);
              return label < labels ? scores[label] : 0;
            });
    return List.of(new Part(flat, labels > 0 ? 1 : 0));
  }

  /** The share of a label in a leaf, all alike in one that has seen nothing. */
  private double share(Leaf leaf, int label) {
    double total = leaf.total();
    if (!(total > 0)) {
      return label < labels ? 1.0 / labels : 0;
    }
    int slot = leaf.slotOf(label);
    return slot < 0 ? 0 : leaf.dist[slot] / total;
  }

  /** The nodes, for who changes them besides. */
  Nodes<Leaf> counted() {
    return nodes;
  }

  Node<Leaf> root() {
    return nodes.root();
  }

  /** Puts a leaf in the place of the root, which has no children. */
  void begin(Leaf leaf) {
    Node<Leaf> root = nodes.root();
    long before = root.bytes();
    root.leaf = leaf;
    labels = leaf.slots > 0 ? Math.max(labels, leaf.codes[leaf.slots - 1] + 1) : labels;
    nodes.changed(root.bytes() - before);
  }

  /** Lets the root, which has no children, answer on and observe no more. */
  void stopObserving() {
    Node<Leaf> root = nodes.root();
    long before = root.bytes();
    root.leaf.forgetObservations(false);
    nodes.changed(root.bytes() - before);
  }

  /** Makes an empty leaf that is counted as part of this tree: the start of an alternate tree. */
  Node<Leaf> newAlternate() {
    return nodes.newAlternate();
  }

  /** Whether the nodes alone fill the memory limit, so that nothing may be added. */
  boolean isFull() {
    return nodes.isFull();
  }

  /** Takes a subtree that was cut off, with its alternates, out of the count. */
  void discard(Node<Leaf> top) {
    nodes.discard(top);
  }

  /** Gives the detector of a node an error; true when it found that errors became more. */
  boolean watch(Node<Leaf> n, double error) {
    return nodes.watch(n, error);
  }

  /** Heap bytes of the tree with its scratch arrays. */
  @Override
  public long memoryBytes() {
    return 700
        + nodes.bytes()
        + 8L * (xs.length + log.length)
        + grower.bytes()
        + (perceptrons == null ? 0 : perceptrons.bytes());
  }

  /** Finds the leaf of a row and evaluates naive Bayes there, once. */
  private void visit(Features x) {
    visit(nodes.root(), x);
  }

  void visit(Node<Leaf> top, Features x) {
    visit(top, x, 0);
  }

  /**
   * @param from depth of the node to begin at
   */
  void visit(Node<Leaf> top, Features x, int from) {
    depth = from;
    node = p.maxDepth() == Integer.MAX_VALUE ? top.sort(x) : sortCounting(top, x);
    Leaf leaf = node.leaf;
    gathered = false;
    bayesBest = -1;
    scored = leaf.slots;
    if (leaf.observes() && bayes) {
      missing = leaf.gather(x, xs);
      gathered = true;
      if (log.length < leaf.slots) {
        log = new double[2 * leaf.slots];
      }
      bayesBest = leaf.bayes(xs, missing, log);
    }
    if (perceptrons != null) {
      perceptrons.visit(x, leaf);
    }
  }

  private Node<Leaf> sortCounting(Node<Leaf> top, Features x) {
    Node<Leaf> n = top;
    while (!n.isLeaf()) {
      Node<Leaf> c = n.child(x);
      if (c == null) {
        return n;
      }
      n = c;
      depth++;
    }
    return n;
  }

  /** Probabilities of all labels; entries from {@link #labels()} on are 0. Changes no state. */
  @Override
  public void scores(Features x, double[] scores) {
    visit(x);
    write(scores);
  }

  private boolean answersByBayes(Leaf leaf) {
    return bayesBest >= 0 && (!chooses || leaf.bayesRight >= leaf.majorityRight);
  }

  /** The label the last visit answers, the lowest code on a tie. */
  int answer() {
    Leaf leaf = node.leaf;
    if (perceptrons != null && perceptrons.answer(leaf)) {
      return leaf.codes[perceptrons.best()];
    }
    if (answersByBayes(leaf)) {
      return leaf.codes[bayesBest];
    }
    int majority = leaf.majority();
    return majority < 0 ? 0 : leaf.codes[majority];
  }

  void write(double[] scores) {
    java.util.Arrays.fill(scores, 0);
    Leaf leaf = node.leaf;
    if (perceptrons != null && perceptrons.answer(leaf)) {
      perceptrons.write(leaf, scores);
      return;
    }
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
  @Override
  public void learn(Features x, int label, double weight) {
    visit(x);
    absorb(x, label, weight);
  }

  /** Predicts, then learns, in one walk; with weight 0 it only predicts. */
  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    visit(x);
    write(scores);
    if (weight > 0) {
      absorb(x, label, weight);
    }
  }

  /**
   * Whether the tree as it is now answers a label for the row of the last visit. Where that was
   * learnt, only the score of its class has changed, unless the leaf did.
   */
  boolean answers(Features x, int label, boolean learnt) {
    if (learnt && !scoredAnew(label)) {
      visit(x);
    }
    if (bayesBest >= 0 && log[bayesBest] == Double.NEGATIVE_INFINITY) {
      bayesBest = -1; // ruled out like all others: the majority answers
    }
    return label < labels && answer() == label;
  }

  private boolean scoredAnew(int label) {
    if (node == null || !node.isLeaf() || bayesBest < 0 || perceptrons != null) {
      return false;
    }
    Leaf leaf = node.leaf;
    if (!leaf.observes() || leaf.slots != scored) {
      return false;
    }
    bayesBest = leaf.bayesAfter(xs, missing, log, bayesBest, label);
    return bayesBest >= 0;
  }

  /** Learns an example where the last visit led. */
  void absorb(Features x, int label, double weight) {
    if (label >= labels) {
      labels = label + 1;
    }
    if (!node.isLeaf() && !nodes.isFull()) {
      branchFor(x);
    }
    Node<Leaf> at = node;
    Leaf leaf = at.leaf;
    if (chooses && leaf.slots > 0) {
      int majority = leaf.majority();
      if (leaf.codes[majority] == label) {
        leaf.majorityRight += weight;
      }
      if (leaf.codes[bayesBest >= 0 ? bayesBest : majority] == label) {
        leaf.bayesRight += weight;
      }
    }
    observe(leaf, x, label, weight);
    if (perceptrons != null && leaf.active) {
      nodes.grown(perceptrons.learn(leaf, leaf.slotOf(label), weight));
    }
    if (leaf.active && !nodes.isFull() && grower.due(leaf)) {
      attempt(at);
    }
  }

  /** Adds an example to what a node has seen, and nothing else. */
  void observe(Leaf leaf, Features x, int label, double weight) {
    if (!gathered && leaf.active) {
      missing = leaf.gather(x, xs);
      gathered = grower.sharesFeatures();
    }
    int slot = leaf.slotOf(label);
    if (slot >= 0 && leaf.observes() && !missing) {
      int more = leaf.learn(xs, false, slot, weight);
      if (more > 0) {
        nodes.grown(more);
      }
    } else {
      int before = leaf.bytes();
      slot = leaf.open(label);
      leaf.learn(xs, missing, slot, weight);
      nodes.grown(leaf.bytes() - before);
    }
  }

  private void branchFor(Features x) {
    double v = x.get(node.feature);
    int branch = v >= 0 ? (int) v : node.missing;
    long before = node.bytes();
    if (branch >= node.branches.length) {
      node.branches = java.util.Arrays.copyOf(node.branches, branch + 1);
    }
    Node<Leaf> child = nodes.node(grower.newLeaf());
    node.branches[branch] = child;
    nodes.added(1, node.bytes() - before + child.bytes());
    node = child;
    gathered = false;
    bayesBest = -1;
    if (perceptrons != null) {
      perceptrons.visit(x, child.leaf);
    }
  }

  /** Where the last visit ended. */
  Node<Leaf> reached() {
    return node;
  }

  Grower grower() {
    return grower;
  }

  /** Splits a leaf if the best test wins; counts what that adds. */
  void attempt(Node<Leaf> at) {
    if (depth >= p.maxDepth()) {
      return;
    }
    long before = at.bytes();
    boolean wins = grower.attempt(at.leaf);
    nodes.changed(at.bytes() - before);
    if (wins) {
      split(at);
    }
  }

  /** Cuts off the children of a node, which takes them out of the count. */
  void release(Node<Leaf> at) {
    for (int i = 0; i < at.arity(); i++) {
      if (at.child(i) != null) {
        nodes.discard(at.child(i));
      }
    }
    long before = at.bytes();
    at.left = null;
    at.right = null;
    at.branches = null;
    nodes.changed(at.bytes() - before);
  }

  /** A node that is part of no tree yet; {@link #adopt} counts it with what hangs on it. */
  Node<Leaf> detached(Leaf leaf) {
    return nodes.node(leaf);
  }

  void adopt(Node<Leaf> top) {
    nodes.adopt(top);
  }

  void enforceLimit() {
    nodes.enforceLimit();
  }

  /** Makes a node without children the test the search holds. */
  void split(Node<Leaf> at) {
    long before = at.bytes();
    if (p.growth() == TreeParameters.Growth.ON_DEMAND) {
      at.watch = nodes.node(null).watch; // an inner node is not watched: what it held is dropped
    }
    long[] added = new long[2];
    grower.split(
        at,
        leaf -> {
          Node<Leaf> child = nodes.node(leaf);
          added[0] += child.bytes();
          added[1]++;
          return child;
        });
    nodes.added((int) added[1], at.bytes() - before + added[0]);
  }

  /** Structure and leaves, in preorder. */
  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    if (perceptrons != null) {
      perceptrons.save(out.child("scaler"));
    }
    nodes.save(out);
  }

  /** Replaces the tree by one saved with the same parameters and schema. */
  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", declared);
    if (perceptrons != null) {
      perceptrons.load(in.child("scaler"));
    }
    nodes.load(in);
  }

  /** Leaves of classes. */
  private final class Leaves implements Nodes.Kind<Leaf> {
    private final Supplier<Watch<Leaf>> watch;

    Leaves(Supplier<Watch<Leaf>> watch) {
      this.watch = watch;
    }

    @Override
    public boolean keepsInner() {
      return p.keepsInner();
    }

    @Override
    public int lastTest() {
      return p.growth() == TreeParameters.Growth.OPTIONS ? Node.OPTIONS : Node.MULTIWAY;
    }

    @Override
    public Leaf newLeaf() {
      return grower.newLeaf();
    }

    @Override
    public Watch<Leaf> newWatch() {
      return watch.get();
    }

    @Override
    public void save(Leaf leaf, Tape out) {
      grower.saveFeatures(out, leaf);
      LeafState.save(leaf, out);
      if (perceptrons != null) {
        perceptrons.save(leaf, out);
      }
    }

    @Override
    public Leaf load(Tape in, StateReader from) {
      Leaf leaf = LeafState.load(in, grower.loadFeatures(in));
      if (perceptrons != null) {
        perceptrons.load(leaf, in);
      }
      if (leaf.slots > 0 && leaf.codes[leaf.slots - 1] >= labels) {
        throw from.corrupt("shape", "has a class that is not known");
      }
      return leaf;
    }
  }
}
