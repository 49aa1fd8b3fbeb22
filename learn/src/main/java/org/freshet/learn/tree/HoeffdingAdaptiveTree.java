package org.freshet.learn.tree;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;

/**
 * Predicts classes of a stream whose concept changes: a Hoeffding tree that watches the error of
 * each of its nodes and grows another subtree where it rises.
 *
 * <p>How it works. An ADWIN detector at each node takes the error of the leaf an example reaches
 * from there. When it finds that the error of a node rose, an alternate tree begins at that node
 * and learns the same examples. Once both have seen enough, the alternate replaces the subtree if
 * its error is lower by more than sqrt(2 e (1−e) ln(2/δ) (1/n₀ + 1/n₁)), e being the error of the
 * old one, and is dropped if it is higher by as much. With {@code bootstrap_sampling} an example
 * counts k times in its leaf, k ~ Poisson(1), and once when k is 0.
 *
 * <p>Source: A. Bifet, R. Gavaldà, "Adaptive Learning from Evolving Data Streams", IDA 2009,
 * HAT-ADWIN (figures 1 and 2, section 4.2).
 *
 * <p>Where we differ. A leaf whose error rises also gets an alternate (MOA: inner nodes only), or a
 * tree of one leaf would never forget. An alternate must have seen {@code min_compare} examples, as
 * must the old subtree (MOA's rule; the paper leaves it open). A draw of 0 counts as 1, as in MOA
 * and River, which was the more accurate choice on Electricity. Alternates of alternates stop at
 * depth 4. The error fed to the detectors is that of the prediction made before the example is
 * learnt. Growing, leaves and missing values are those of {@code hoeffding_tree}.
 *
 * <p>Accepts numeric and categorical columns, missing values, new categories and classes. An
 * example costs one walk for the tree and one for each alternate on its path, and an ADWIN update a
 * node: O(depth·(1 + alternates) + c·d). Memory bounded by {@code max_bytes}, detectors and
 * alternates included.
 *
 * <pre>
 * Classifier tree = Components.classifier("hoeffding_adaptive_tree(delta=0.01)", schema, 1);
 * tree.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "hoeffding_adaptive_tree",
    kinds = Kind.CLASSIFIER,
    family = "tree",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class HoeffdingAdaptiveTree implements Classifier, DriftReporter, Trees {
  /** Alternates of alternates go no deeper. */
  private static final int MAX_NESTING = 4;

  private final Parameters p;
  private final GrowingTree tree;
  private final Rng rng;
  private final DriftLog log = new DriftLog();
  private Node<Leaf>[] waiting = Node.array(16);
  private int waitingEnd;

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "δ of the ADWIN detector of each node",
              def = "0.002",
              range = "(0, 1)",
              origin = "Bifet & Gavaldà 2007; MOA default")
          double delta,
      @Param(
              value = "examples both subtrees must have seen before they are compared",
              def = "300",
              range = "[1, inf)",
              unit = "events",
              origin = "MOA")
          int minCompare,
      @Param(
              value = "δ of the comparison of a subtree with its alternate",
              def = "0.05",
              range = "(0, 1)",
              origin = "MOA")
          double switchConfidence,
      @Param(
              value = "weigh each example in a leaf by a draw from Poisson(1), at least 1",
              def = "true",
              origin = "MOA and River")
          boolean bootstrapSampling,
      SplitAttempts attempts,
      TreeLeaves leaves,
      @Param(
              value = "memory limit of the tree with detectors and alternates",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "MOA default")
          long maxBytes) {}

  public HoeffdingAdaptiveTree(Parameters p, Build build) {
    this.p = p;
    this.rng = build.rng();
    TreeParameters t = new TreeParameters(p.attempts, p.leaves, build.limit(p.maxBytes));
    this.tree = new GrowingTree(t, build.schema(), null, () -> new AdwinWatch<>(p.delta));
  }

  @Override
  public List<Part> parts() {
    return tree.parts();
  }

  @Override
  public int labels() {
    return tree.labels();
  }

  /** Number of nodes, leaves and alternates included. */
  public int nodes() {
    return tree.nodes();
  }

  @Override
  public void scores(Features x, double[] scores) {
    tree.scores(x, scores);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      log.tick();
      tree.visit(tree.root(), x);
      learn(tree.root(), x, label, weight, 0);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    tree.visit(tree.root(), x);
    tree.write(scores);
    if (label >= 0 && weight > 0) {
      log.tick();
      learn(tree.root(), x, label, weight, 0);
    }
  }

  /** Teaches the subtree at {@code top}, which the last visit of the tree began at. */
  private void learn(Node<Leaf> top, Features x, int label, double weight, int nesting) {
    double error = tree.answer() == label ? 0 : 1;
    int base = waitingEnd;
    boolean switched = false;
    for (Node<Leaf> n = top; n != null && !switched; n = n.isLeaf() ? null : n.child(x)) {
      boolean change = tree.watch(n, error);
      if (n.watch.alternate == null) {
        if (change && nesting < MAX_NESTING && !tree.isFull()) {
          log.add(n.isLeaf() ? "leaf" : "node on column " + n.feature);
          n.watch.alternate = tree.newAlternate();
          wait(n.watch.alternate);
        }
        continue;
      }
      int verdict = compare(n);
      if (verdict == 0) {
        wait(n.watch.alternate);
      } else {
        settle(n, verdict > 0);
        if (verdict > 0) {
          wait(n);
          switched = true;
        }
      }
    }
    if (!switched) {
      double k = p.bootstrapSampling ? Math.max(1, rng.nextPoisson(1)) : 1;
      tree.absorb(x, label, k * weight);
    }
    teachWaiting(base, x, label, weight, nesting);
  }

  private void teachWaiting(int base, Features x, int label, double weight, int nesting) {
    int end = waitingEnd;
    for (int i = base; i < end; i++) {
      tree.visit(waiting[i], x);
      learn(waiting[i], x, label, weight, nesting + 1);
      waiting[i] = null;
    }
    waitingEnd = base;
  }

  /** 1 when the alternate is better, -1 when it is worse, 0 when it is too early to tell. */
  private int compare(Node<Leaf> n) {
    Adwin old = AdwinWatch.of(n);
    Adwin young = AdwinWatch.of(n.watch.alternate);
    if (old.width() <= p.minCompare || young.width() <= p.minCompare) {
      return 0;
    }
    double e = old.estimate();
    double share = 1.0 / old.width() + 1.0 / young.width();
    double bound = Math.sqrt(2 * e * (1 - e) * Math.log(2 / p.switchConfidence) * share);
    double gain = e - young.estimate();
    return gain > bound ? 1 : -gain > bound ? -1 : 0;
  }

  private void settle(Node<Leaf> n, boolean alternateWins) {
    Node<Leaf> alternate = n.watch.alternate;
    n.watch.alternate = null;
    if (alternateWins) {
      tree.discard(n.moved());
      n.become(alternate);
    } else {
      tree.discard(alternate);
    }
  }

  private void wait(Node<Leaf> n) {
    if (waitingEnd == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * waitingEnd);
    }
    waiting[waitingEnd++] = n;
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    rng.save(out, "rng");
    tree.save(out);
  }

  @Override
  public void load(StateReader in) {
    rng.load(in, "rng");
    tree.load(in);
  }

  @Override
  public long memoryBytes() {
    return 300 + tree.memoryBytes() + 4L * waiting.length;
  }
}
