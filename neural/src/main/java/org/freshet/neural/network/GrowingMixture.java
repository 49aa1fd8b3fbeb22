package org.freshet.neural.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;

/**
 * A growing mixture of experts: from time to time the expert with most loss becomes two, between
 * which a gate learns to choose.
 *
 * <p>How it works: gates are the inner nodes of a tree, experts its leaves. A gate sends a row to
 * the right with σ(g · x + g_0), so that each expert i has a share π_i of it, and P(c | x) is Σ π_i
 * P_i(c | x). The share that expert i had in the answer to a labelled row is h_i = π_i P_i(y | x) /
 * P(y | x): it learns the row with weight h_i, and each gate moves by {@code learning_rate} · (h_R
 * − (h_L + h_R) σ) x, with h_L and h_R the sums below it. When {@code grow} says so, the expert
 * with the largest Σ −h_i ln P_i(y | x) since the last time is copied, and a gate of random
 * direction through the mean of its rows put over both: no answer changes.
 *
 * <p>Papers: L. Caccia, J. Xu, M. Ott, M. Ranzato, L. Denoyer, "On Anytime Learning at Macroscale",
 * CoLLAs 2022 (gMoE); M. I. Jordan, R. A. Jacobs, "Hierarchical Mixtures of Experts and the EM
 * Algorithm", Neural Computation 6(2), 1994 (gates and shares).
 *
 * <p>Where we differ: the first paper chooses one expert for a row; here all answer, as in the
 * second, so that gates learn from what the others would have said. Data need not come in
 * mega-batches.
 *
 * <p>Takes dense rows of numbers of about unit variance; for gates a missing value counts as 0 and
 * values are held in ±100. Costs a prediction an expert; experts that had less than a thousandth of
 * the answer do not learn. Memory is that of the experts.
 *
 * <pre>{@code
 * Classifier c =
 *     Components.classifier(
 *         "growing_mixture(learner=mlp(hidden=[50]), grow=every_events(events=10000))", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "growing_mixture",
    kinds = Kind.CLASSIFIER,
    family = "neural",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class GrowingMixture implements Classifier {
  /**
   * @param learner of which experts are made
   * @param experts at most
   * @param grow when an expert becomes two
   * @param learningRate of gates
   */
  public record Parameters(
      @Param(
              value = "learner of which experts are made",
              def = "mlp",
              kind = Kind.CLASSIFIER,
              origin = "as growing_ensemble")
          Spec learner,
      @Param(
              value = "experts at most",
              def = "5",
              range = "[1, 1000]",
              origin = "as growing_ensemble")
          int experts,
      @Param(
              value = "when an expert becomes two, until there are all",
              def = "every_events(events=5000)",
              origin = "as growing_ensemble")
          Spec grow,
      @Param(
              value = "size of the steps of gates",
              def = "0.05",
              range = "[0, 100]",
              origin = "ours")
          double learningRate) {}

  private static final double LEAST = 1e-12; // of a probability
  private static final double LEAST_SHARE = 1e-3;
  private static final double LARGEST = 100;

  private final Parameters p;
  private final Build build;
  private final Trigger trigger;
  private final int width;
  private final double[] row; // and a 1
  private final List<Node> nodes = new ArrayList<>(); // those above come first
  private double[] one = {};
  private int experts;
  private int labels;

  public GrowingMixture(Parameters p, Build build) {
    this.p = p;
    this.build = build;
    width = build.schema().width();
    row = new double[width + 1];
    trigger = build.create(p.grow(), Consolidation.class).trigger();
    labels = build.schema().declaredLabels();
    nodes.add(leaf(0));
  }

  private Node leaf(int index) {
    Node n = new Node();
    n.index = index;
    n.expert = build.child("learner", index).create(p.learner(), Classifier.class);
    n.mean = new double[width];
    experts++;
    return n;
  }

  /** Experts there are. */
  public int experts() {
    return experts;
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    room();
    Arrays.fill(scores, 0);
    share(x);
    for (int k = 0; k < nodes.size(); k++) {
      Node n = nodes.get(k);
      if (n.expert != null) {
        n.scores(x, one, labels);
        for (int c = 0; c < labels; c++) {
          scores[c] += n.share * one[c];
        }
      }
    }
  }

  private void room() {
    if (one.length < labels) {
      one = new double[labels];
    }
  }

  /** How much of a row comes to each node. */
  private void share(Features x) {
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      row[i] = Double.isNaN(v) ? 0 : Math.max(-LARGEST, Math.min(LARGEST, v));
    }
    row[width] = 1;
    nodes.get(0).share = 1;
    for (int k = 0; k < nodes.size(); k++) {
      Node n = nodes.get(k);
      if (n.expert == null) {
        double z = 0;
        for (int i = 0; i <= width; i++) {
          z += n.gate[i] * row[i];
        }
        n.right = 1 / (1 + Math.exp(-z));
        nodes.get(n.child).share = n.share * (1 - n.right);
        nodes.get(n.child + 1).share = n.share * n.right;
      }
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    labels = Math.max(labels, label + 1);
    room();
    share(x);
    double total = 0;
    for (int k = 0; k < nodes.size(); k++) {
      Node n = nodes.get(k);
      n.part = 0;
      if (n.expert != null) {
        n.scores(x, one, labels);
        n.right = Math.max(LEAST, one[label]);
        n.part = n.share * n.right;
        total += n.part;
      }
    }
    for (int k = nodes.size() - 1; k >= 0; k--) { // from the leaves to the root
      Node n = nodes.get(k);
      if (n.expert != null) {
        n.part = total > 0 ? n.part / total : n.share;
      } else {
        n.part = nodes.get(n.child).part + nodes.get(n.child + 1).part;
      }
    }
    for (int k = 0; k < nodes.size(); k++) {
      Node n = nodes.get(k);
      if (n.expert == null) {
        turn(n, weight);
      } else if (n.part >= LEAST_SHARE) {
        n.loss -= n.part * Math.log(n.right);
        n.rows += n.part;
        for (int i = 0; i < width; i++) {
          n.mean[i] += n.part / n.rows * (row[i] - n.mean[i]);
        }
        n.expert.learn(x, label, weight * n.part);
      }
    }
    if (experts < p.experts() && trigger.after(-Math.log(Math.max(LEAST, total)), 1)) {
      split();
    }
  }

  private void turn(Node n, double weight) {
    double move = nodes.get(n.child + 1).part - n.part * n.right;
    double step = p.learningRate() * Math.min(1, weight) * move;
    for (int i = 0; i <= width; i++) {
      n.gate[i] += step * row[i];
    }
  }

  /** The expert with most loss becomes two. */
  private void split() {
    Node most = nodes.get(0);
    for (Node n : nodes) {
      if (n.expert != null && (most.expert == null || n.loss > most.loss)) {
        most = n;
      }
    }
    Node right = leaf(experts);
    StateWriter out = new StateWriter();
    out.put("expert", most.expert);
    StateReader.open("an expert", out.toBytes()).load("expert", right.expert);
    right.mean = most.mean.clone();
    Node left = new Node();
    left.index = most.index;
    left.expert = most.expert;
    left.mean = most.mean;
    Rng rng = build.child("gate", experts).rng();
    most.gate = new double[width + 1];
    for (int i = 0; i < width; i++) {
      most.gate[i] = rng.nextGaussian() / Math.sqrt(width);
      most.gate[width] -= most.gate[i] * most.mean[i];
    }
    most.expert = null;
    most.mean = null;
    most.child = nodes.size();
    nodes.add(left);
    nodes.add(right);
    for (Node n : nodes) {
      n.loss = 0;
      n.rows = 0;
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    trigger.save(out.child("grow"));
    out.put("nodes", (long) nodes.size());
    for (int k = 0; k < nodes.size(); k++) {
      Node n = nodes.get(k);
      StateWriter to = out.child("node" + k);
      to.put("leaf", n.expert != null);
      if (n.expert == null) {
        to.put("child", (long) n.child);
        to.put("gate", n.gate);
      } else {
        to.put("index", (long) n.index);
        to.put("expert", n.expert);
        to.put("mean", n.mean);
        to.put("rows", n.rows);
        to.put("loss", n.loss);
      }
    }
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", labels);
    trigger.load(in.child("grow"));
    int size = in.intValue("nodes", 1, 2 * p.experts() - 1);
    nodes.clear();
    experts = 0;
    int below = 1; // the next pair of nodes that no gate is over
    for (int k = 0; k < size; k++) {
      StateReader from = in.child("node" + k);
      Node n;
      if (from.bool("leaf")) {
        n = leaf(from.intValue("index", 0, p.experts() - 1));
        from.load("expert", n.expert);
        n.mean = from.doubles("mean", width);
        n.rows = from.doubleValue("rows");
        n.loss = from.doubleValue("loss");
        if (n.expert.labels() > labels) {
          throw from.corrupt("expert", "knows more classes than there are");
        }
      } else {
        n = new Node();
        n.child = from.intValue("child", k + 1, size - 2);
        n.gate = from.doubles("gate", width + 1);
        below += 2;
      }
      nodes.add(n);
    }
    check(in, below);
  }

  /** Every node but the first is below one gate. */
  private void check(StateReader in, int below) {
    boolean[] seen = new boolean[nodes.size()];
    for (Node n : nodes) {
      if (n.expert == null) {
        if (seen[n.child] || seen[n.child + 1]) {
          throw in.corrupt("nodes", "are no tree");
        }
        seen[n.child] = true;
        seen[n.child + 1] = true;
      }
    }
    if (below != nodes.size()) {
      throw in.corrupt("nodes", "are " + nodes.size() + ", expected " + below);
    }
  }

  @Override
  public long memoryBytes() {
    long sum = 150 + 8L * (row.length + one.length) + trigger.memoryBytes();
    for (Node n : nodes) {
      sum += 100 + 8L * (width + 1) + (n.expert == null ? 0 : n.expert.memoryBytes());
    }
    return sum;
  }

  /** An expert, or a gate over two nodes that follow each other. */
  private static final class Node {
    private Classifier expert; // null for a gate
    private int index; // of the expert, in the order they were made
    private double[] gate;
    private int child;
    private double[] mean; // of the rows of an expert
    private double rows;
    private double loss;
    // Of the row at hand.
    private double share;
    private double right; // what a gate sends there; what an expert gave the label
    private double part; // in the answer to the label

    /** Probabilities, the same for all classes while it knows none. */
    void scores(Features x, double[] to, int labels) {
      if (expert.labels() > 0) {
        expert.scores(x, to);
        Arrays.fill(to, expert.labels(), labels, 0);
      } else {
        Arrays.fill(to, 0, labels, 1.0 / labels);
      }
    }
  }
}
