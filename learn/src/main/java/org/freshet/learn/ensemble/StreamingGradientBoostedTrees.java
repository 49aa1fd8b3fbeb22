package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes of a stream whose concept changes: gradient boosting in which each step is a
 * regression tree that keeps learning and replaces what has drifted by itself.
 *
 * <p>How it works. The logits F of the classes are sums over S steps of η times a tree; class 0 has
 * F = 0. An example passes through the steps. At each of them p = softmax(F), with gradient g = p −
 * y and hessian h = p (1 − p) of the cross-entropy; the tree of class c learns the target −g / h,
 * and then η times what it answered is added to F. A step sees a random subset of the columns. The
 * trees are FIMT-DD: drift detectors at their nodes, alternate trees.
 *
 * <p>Paper: N. Gunasekara, B. Pfahringer, H. M. Gomes, A. Bifet, "Gradient boosted trees for
 * evolving data streams", Machine Learning 113, 2024, algorithm 1 (SGBT), with {@code skip} (SK)
 * and {@code iterations} (MI).
 *
 * <p>Where we differ. The paper weighs an example by h; here only with {@code weighted}, as MOA's
 * trees do not and are the better for it. Leaves begin with the mean of their side of the split at
 * the weight of one example, so that they follow the stream at once. Categories go to the trees as
 * they are; MOA makes indicators of them. A tree answers before it learns the example, so one walk
 * does both. The hessian is at least {@code min_hessian}, which bounds targets. A class that
 * appears later gets a chain of its own.
 *
 * <p>Accepts what its learner accepts: with the default numeric and categorical columns and missing
 * values. Costs S · (classes − 1) walks an example. A step needs the answers of the steps before
 * it, so over blocks of rows threads follow each other through the steps, with the same result bit
 * for bit. Memory {@code max_bytes}: half is shared by the trees of the classes declared (at least
 * two), half of what is left goes to each class that appears later; where that is not enough for
 * trees, a class has only a constant logit, and with less than 16 KB for each tree there are fewer
 * steps.
 *
 * <pre>
 * Classifier c = Components.classifier("streaming_gradient_boosted_trees(members=50)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "streaming_gradient_boosted_trees",
    kinds = Kind.CLASSIFIER,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL
    },
    coupled = "each learns what the members before it leave over")
public final class StreamingGradientBoostedTrees implements Classifier, DriftReporter {
  /** Bytes under which a tree is not worth having. */
  static final long SMALLEST = 16 << 10;

  /** How far one example moves the logit of a class without trees. */
  private static final double STEP = 0.1;

  /** Logits of a block at most, and rows, which they are the logits of. */
  private static final int BLOCK = 4096;

  private static final int ROWS = 512;

  private final Parameters p;
  private final BoostingSteps steps;
  private final BoostingSteps.Stage stage = this::step;
  private final Rng rng;
  private final DriftLog log = new DriftLog();
  private final int declared;
  private int labels;
  private long learnt;

  /** Bytes not given to a chain yet. */
  private long left;

  /** The chain of each class but the first; null for a class that has a constant logit. */
  private final List<Regressor[]> chains = new ArrayList<>();

  private double[] constants = new double[4];
  private boolean constant; // whether any class has no chain

  // The block of rows being worked on.
  private double[] logits = new double[4]; // row · labels + class
  private double[] probabilities = new double[4];
  private double[] weights = new double[1]; // 0: only predicted
  private int[] classes = new int[1];
  private int[] joined = new int[1]; // steps that have begun
  private long[] ticks = new long[1];

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "S, boosting steps: trees a class has",
              def = "100",
              range = "[1, 1000]",
              origin = "Gunasekara et al. 2024; MOA default")
          int members,
      @Param(
              value = "the regressor of each step",
              def =
                  "fimt_dd(grace_period=25, split_confidence=0.05, leaf_prediction=mean, split_points=16, inherited_weight=1)",
              kind = Kind.REGRESSOR,
              origin = "Gunasekara et al. 2024; MOA default")
          Spec learner,
      @Param(
              value = "η, what a step's answer is scaled by",
              def = "0.0125",
              range = "(0, 1]",
              origin = "Gunasekara et al. 2024; MOA default")
          double learningRate,
      @Param(
              value = "share of the columns each step sees; at least one",
              def = "75%",
              range = "(0, 1]",
              origin = "Gunasekara et al. 2024; MOA default")
          double subspace,
      @Param(
              value = "every so many examples, drawn at random, one is not learnt; 1 for none",
              def = "1",
              range = "[1, 1000000]",
              origin = "Gunasekara et al. 2024 (SK); MOA default")
          int skip,
      @Param(
              value = "M: an example is learnt ceil(M · h) times by a tree",
              def = "1",
              range = "[1, 100]",
              origin = "Gunasekara et al. 2024 (MI); MOA default")
          double iterations,
      @Param(
              value = "least h, so that a target is at most 1 / min_hessian",
              def = "0.001",
              range = "(0, 0.25]",
              origin = "ours")
          double minHessian,
      @Param(
              value = "weigh examples by h, as in the paper's formula",
              def = "false",
              origin = "ours: tried on the first rows of Electricity, as in-sample")
          boolean weighted,
      @Param(
              value =
                  "examples over which the steps begin one after another, the first at once; 0: all at once",
              def = "0",
              range = "[0, 1000000000]",
              unit = "events",
              origin = "Gunasekara et al. 2024: none; Montiel et al. 2020 fill their ensemble so")
          int warmUp,
      @Param(
              value = "memory limit of all trees",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public StreamingGradientBoostedTrees(Parameters p, Build build) {
    this.p = p;
    this.rng = build.rng();
    this.declared = build.schema().declaredLabels();
    long limit = build.limit(p.maxBytes);
    this.left = Math.max(limit / 2, limit - 20 * BLOCK);
    int first = Math.max(1, declared - 1);
    long fit = left / 2 / SMALLEST / first;
    int size = (int) Math.max(1, Math.min(p.members, fit));
    this.steps = new BoostingSteps(p.learner, size, p.subspace, build);
    long share = left / 2 / first / size;
    for (int c = 1; c <= first; c++) {
      chains.add(share < SMALLEST ? null : steps.chain(c, share));
      left -= share * size;
    }
    open(declared);
  }

  @Override
  public int labels() {
    return labels;
  }

  /** Makes room for classes up to a number of them. */
  private void open(int n) {
    labels = Math.max(labels, n);
    while (chains.size() < labels - 1) {
      long share = left / 2 / steps.size();
      boolean trees = share >= SMALLEST;
      chains.add(trees ? steps.chain(chains.size() + 1, share) : null);
      left -= trees ? share * steps.size() : 0;
    }
    constant = chains.contains(null);
    if (constants.length < labels) {
      constants = Arrays.copyOf(constants, Math.max(labels, 2 * constants.length));
    }
    room(1);
  }

  private void room(int rows) {
    if (logits.length < rows * labels) {
      logits = new double[Math.max(rows * labels, constants.length)];
      probabilities = new double[logits.length];
    }
    if (weights.length < rows) {
      weights = new double[rows];
      classes = new int[rows];
      joined = new int[rows];
      ticks = new long[rows];
    }
  }

  /** Puts an example into the block. */
  private void take(int row, int label, double weight) {
    boolean learns = label >= 0 && weight > 0;
    if (learns) {
      log.tick();
      learns = p.skip == 1 || rng.nextInt(p.skip) > 0;
    }
    weights[row] = learns ? weight : 0;
    classes[row] = label;
    ticks[row] = log.ticks();
    begin(row);
    learnt += learns ? 1 : 0;
  }

  private void begin(int row) {
    joined[row] = steps.joined(learnt, p.warmUp);
    System.arraycopy(constants, 0, logits, row * labels, labels);
  }

  @Override
  public void scores(Features x, double[] scores) {
    weights[0] = 0;
    begin(0);
    steps.run(x, stage);
    write(0, scores, 0, scores.length, labels);
  }

  private void write(int row, double[] scores, int at, int stride, int known) {
    Arrays.fill(scores, at, at + stride, 0);
    if (known > 0) {
      System.arraycopy(logits, row * labels, scores, at, known);
      Kernels.softmax(scores, at, known);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (label >= 0 && weight > 0) {
      one(x, label, weight);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    int known = labels;
    one(x, label, weight);
    write(0, scores, 0, scores.length, known);
  }

  private void one(Features x, int label, double weight) {
    if (weight > 0) {
      open(label + 1);
    }
    take(0, label, weight);
    steps.run(x, stage);
    steps.report(log);
    learnConstants();
  }

  @Override
  public void testThenLearn(Batch rows, int from, int to, double[] scores, int stride) {
    int end;
    for (int first = from; first < to; first = end) {
      int known = labels;
      if (rows.weight(first) > 0) {
        open(rows.labelCode(first) + 1);
      }
      end = block(rows, first, to, labels > known);
      room(end - first);
      for (int r = first; r < end; r++) {
        take(r - first, rows.labelCode(r), rows.weight(r));
      }
      steps.run(rows, first, end, stage);
      steps.report(log);
      learnConstants();
      for (int r = first; r < end; r++) {
        write(r - first, scores, (r - from) * stride, stride, known);
      }
    }
  }

  /** Where a block ends: a row that opens a class stands alone, as does any row with constants. */
  private int block(Batch rows, int first, int to, boolean alone) {
    int room = Math.max(1, Math.min(ROWS, BLOCK / Math.max(1, labels)));
    int most = constant || alone ? 1 : room;
    int end = first + 1;
    while (end < to
        && end - first < most
        && (rows.labelCode(end) < labels || !(rows.weight(end) > 0))) {
      end++;
    }
    return end;
  }

  /** A step of a row of the block: its answer is added to the logits, and it learns. */
  private void step(int m, int row, Features view) {
    if (m >= joined[row]) {
      return;
    }
    double weight = weights[row];
    int at = row * labels;
    if (weight > 0) {
      System.arraycopy(logits, at, probabilities, at, labels);
      Kernels.softmax(probabilities, at, labels);
    }
    for (int c = 1; c < labels; c++) {
      Regressor[] chain = chains.get(c - 1);
      if (chain == null) {
        continue;
      }
      double answer =
          weight > 0
              ? learn(chain[m], view, c == classes[row], probabilities[at + c], weight)
              : chain[m].predict(view);
      logits[at + c] += p.learningRate * answer;
      if (weight > 0) {
        steps.note(m, ticks[row], chain[m]);
      }
    }
  }

  /** The constant logits learn row 0, if there are any, by its probabilities at the last step. */
  private void learnConstants() {
    for (int c = 1; constant && weights[0] > 0 && c < labels; c++) {
      if (chains.get(c - 1) == null) {
        double miss = (c == classes[0] ? 1 : 0) - probabilities[c];
        constants[c] += STEP * Math.min(1, weights[0]) * miss;
      }
    }
  }

  /** One tree learns its gradient; what it answered before. */
  private double learn(Regressor tree, Features x, boolean hit, double q, double weight) {
    double h = Math.max(q * (1 - q), p.minHessian);
    double target = ((hit ? 1 : 0) - q) / h;
    double w = p.weighted ? h * weight : weight;
    double answer = tree.testThenLearn(x, target, w);
    for (int i = 1; i < Math.ceil(p.iterations * h); i++) {
      tree.learn(x, target, w);
    }
    return answer;
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    rng.save(out, "rng");
    out.put("labels", labels);
    out.put("learnt", learnt);
    out.put("constants", Arrays.copyOf(constants, labels));
    for (int c = 0; c < chains.size(); c++) {
      if (chains.get(c) != null) {
        BoostingSteps.save(chains.get(c), out.child("class-" + (c + 1)));
      }
    }
  }

  @Override
  public void load(StateReader in) {
    rng.load(in, "rng");
    int n = in.labels("labels", declared);
    learnt = in.longValue("learnt", 0, Long.MAX_VALUE - 1);
    double[] saved = in.doubles("constants", n);
    open(n);
    System.arraycopy(saved, 0, constants, 0, n);
    for (int c = 0; c < chains.size(); c++) {
      if (chains.get(c) != null) {
        BoostingSteps.load(chains.get(c), in.child("class-" + (c + 1)));
      }
    }
  }

  @Override
  public long memoryBytes() {
    long bytes =
        450
            + 16L * logits.length
            + 8L * constants.length
            + 24L * weights.length
            + steps.memoryBytes();
    for (Regressor[] chain : chains) {
      bytes += 4 + (chain == null ? 0 : BoostingSteps.memoryBytes(chain));
    }
    return bytes;
  }
}
