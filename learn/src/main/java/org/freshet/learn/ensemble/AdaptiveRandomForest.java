package org.freshet.learn.ensemble;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.tree.LeafPrediction;
import org.freshet.learn.tree.SplitCriterion;
import org.freshet.learn.tree.TreeParameters;

/**
 * Predicts classes of a stream whose concept changes, abruptly or slowly: a random forest in which
 * each tree watches its own error and is replaced when it drifts. The usual first choice for
 * tables.
 *
 * <p>How it works. Each of the n trees learns each example k times, k ~ Poisson(λ = 6), and each
 * leaf observes a random subspace of m of the M features. A warning detector on the tree's error
 * starts a background tree; a drift detector, less easily alarmed, replaces the tree by it. The
 * trees vote with their class probabilities times their accuracy since they were last replaced.
 *
 * <p>Source: H. M. Gomes, A. Bifet, J. Read et al., "Adaptive random forests for evolving data
 * stream classification", Machine Learning 106, 2017, algorithms 1 and 2.
 *
 * <p>Where we differ. The detectors get the error of the vote given before learning (the paper
 * leaves it open, MOA predicts a second time after learning), which saves a walk per tree. ADWIN's
 * cuts count only when the error rose. Subspaces are drawn once per leaf, as in MOA. A leaf that
 * could not split waits until the Hoeffding bound could reach the gap it saw, at most a fifth
 * longer. Members do not depend on each other, so they run over blocks of rows, on any number of
 * threads, with the same result bit for bit.
 *
 * <p>Accepts numeric and categorical columns, missing values, new categories and classes. O(n)
 * walks of O(depth + c·m) an example; memory bounded by {@code max_bytes}, shared evenly by the
 * trees and their background trees.
 *
 * <pre>
 * Classifier forest = Components.classifier("adaptive_random_forest(members=10)", schema, 1);
 * forest.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "adaptive_random_forest",
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
    })
public final class AdaptiveRandomForest implements Classifier, DriftReporter {
  /** Votes a member gives at a time, rows × labels: they stay in the cache. */
  private static final int BLOCK = 4096;

  private final ForestMember[] members;
  private final Workers workers;
  private final DriftLog log = new DriftLog();
  private final int declared;
  private int labels;
  private double[] sum = new double[8];

  // The block being worked on; read by the workers.
  private final IntConsumer piece = this::runMember;
  private final Features[] views;
  private Batch rows;
  private int from;
  private int to;
  private int stride;

  /** Parameters; the defaults are those of the paper and of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "n, trees in the forest",
              def = "10",
              range = "[1, 1000]",
              origin = "Gomes et al. 2017 use 10 to 100")
          int members,
      @Param(
              value = "share m/M of the features each leaf observes; at least one",
              def = "60%",
              range = "(0, 1]",
              origin = "MOA default; Gomes et al. 2017 use sqrt(M)+1")
          double subspace,
      @Param(
              value = "λ of the Poisson weights",
              def = "6",
              range = "(0, 30]",
              origin = "Gomes et al. 2017; leveraging bagging, Bifet et al. 2010")
          double lambda,
      @Param(
              value = "detector that starts a background tree",
              def = "adwin(delta=0.01)",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Gomes et al. 2017 (ARF moderate)")
          Spec warning,
      @Param(
              value = "detector that replaces the tree",
              def = "adwin(delta=0.001)",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Gomes et al. 2017 (ARF moderate)")
          Spec drift,
      @Param(value = "weigh votes by accuracy", def = "true", origin = "Gomes et al. 2017")
          boolean weightedVote,
      @Param(
              value = "weight a leaf takes in between two attempts to split",
              def = "50",
              range = "[1, inf)",
              unit = "events",
              origin = "Gomes et al. 2017")
          double gracePeriod,
      @Param(
              value = "δ of the Hoeffding bound",
              def = "0.01",
              range = "(0, 1)",
              origin = "Gomes et al. 2017")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this splits though two tests are tied",
              def = "0.05",
              range = "[0, 1]",
              origin = "Gomes et al. 2017")
          double tieThreshold,
      @Param(value = "merit of a split", def = "info_gain", origin = "Gomes et al. 2017")
          SplitCriterion splitCriterion,
      @Param(value = "how a leaf answers", def = "adaptive", origin = "MOA default")
          LeafPrediction leafPrediction,
      @Param(
              value = "candidate points tried per numeric feature",
              def = "10",
              range = "[1, 1000]",
              origin = "MOA default")
          int splitPoints,
      @Param(
              value = "memory limit of the forest",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public AdaptiveRandomForest(Parameters p, Build build) {
    int width = build.schema().width();
    int subspace = Math.max(1, Math.min(width, (int) Math.round(width * p.subspace)));
    TreeParameters tree =
        new TreeParameters(
            p.gracePeriod,
            p.splitConfidence,
            p.tieThreshold,
            p.splitCriterion,
            p.leafPrediction,
            p.splitPoints,
            0.01,
            false,
            false,
            build.limit(p.maxBytes) / (2L * p.members),
            Integer.MAX_VALUE,
            subspace,
            true);
    this.members = new ForestMember[p.members];
    this.views = new Features[p.members];
    for (int i = 0; i < p.members; i++) {
      Build own = build.child("member", i);
      ForestMember.Detectors make =
          new ForestMember.Detectors() {
            @Override
            public DriftDetector warning() {
              return own.create(p.warning, DriftDetector.class);
            }

            @Override
            public DriftDetector drift() {
              return own.create(p.drift, DriftDetector.class);
            }
          };
      members[i] =
          new ForestMember(tree, build.schema(), make, p.lambda, p.weightedVote, own.rng());
      views[i] = Batch.newView();
    }
    this.workers = build.workers();
    this.declared = build.schema().declaredLabels();
    this.labels = declared;
  }

  @Override
  public int labels() {
    return labels;
  }

  /** Nodes of all trees. */
  public int nodes() {
    int n = 0;
    for (ForestMember m : members) {
      n += m.nodes();
    }
    return n;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    for (ForestMember m : members) {
      m.vote(x, scores, labels);
    }
    if (labels > 0) {
      Kernels.normalize(scores, labels);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      open(label);
      room(labels);
      step(x, label, weight, null);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0 || !(weight > 0)) {
      scores(x, scores);
      return;
    }
    int known = labels;
    open(label);
    room(labels);
    Arrays.fill(scores, 0);
    step(x, label, weight, scores);
    if (known > 0) {
      Arrays.fill(scores, known, scores.length, 0);
      Kernels.normalize(scores, known);
    } else {
      Arrays.fill(scores, 0);
    }
  }

  private void step(Features x, int label, double weight, double[] scores) {
    log.tick();
    for (int i = 0; i < members.length; i++) {
      if (members[i].testThenLearn(x, label, weight, sum, 0, labels)) {
        log.add("member " + i);
      }
      if (scores != null) {
        for (int c = 0; c < labels && c < scores.length; c++) {
          scores[c] += sum[c];
        }
      }
    }
  }

  private void open(int label) {
    if (label >= labels) {
      labels = label + 1;
    }
  }

  private void room(int n) {
    if (sum.length < n) {
      sum = new double[Math.max(n, 2 * sum.length)];
    }
  }

  @Override
  public void testThenLearn(Batch batch, int first, int end, double[] scores, int width) {
    rows = batch;
    stride = width;
    int block = Math.max(32, BLOCK / Math.max(1, width));
    for (from = first; from < end; from = to) {
      to = Math.min(end, from + block);
      workers.run(members.length, piece);
      combine(scores, (from - first) * width);
      noteDrifts();
    }
    rows = null;
  }

  private void runMember(int i) {
    members[i].testThenLearn(rows, from, to, stride, views[i]);
  }

  /** Adds up the votes in the order of the members, over the labels known at each row. */
  private void combine(double[] scores, int at) {
    int n = (to - from) * stride;
    System.arraycopy(members[0].votes, 0, scores, at, n);
    for (int i = 1; i < members.length; i++) {
      double[] v = members[i].votes;
      for (int j = 0; j < n; j++) {
        scores[at + j] += v[j];
      }
    }
    room(stride);
    for (int r = from; r < to; r++) {
      int o = at + (r - from) * stride;
      System.arraycopy(scores, o, sum, 0, stride);
      Arrays.fill(sum, labels, stride, 0);
      if (labels > 0) {
        Kernels.normalize(sum, labels);
      }
      System.arraycopy(sum, 0, scores, o, stride);
      if (rows.weight(r) > 0) {
        open(rows.labelCode(r));
      }
    }
  }

  /** Drifts of the block in the order of rows, then members. */
  private void noteDrifts() {
    long base = log.ticks();
    boolean any = false;
    for (ForestMember m : members) {
      any |= m.drifts > 0;
    }
    long learnt = 0;
    for (int r = from; r < to; r++) {
      if (rows.labelCode(r) < 0 || !(rows.weight(r) > 0)) {
        continue;
      }
      log.tick();
      learnt++;
      for (int i = 0; any && i < members.length; i++) {
        for (int d = 0; d < members[i].drifts; d++) {
          if (members[i].driftRows[d] == r) {
            log.add(base + learnt, "member " + i);
          }
        }
      }
    }
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    for (int i = 0; i < members.length; i++) {
      members[i].save(out.child("member-" + i));
    }
  }

  @Override
  public void load(StateReader in) {
    labels = in.intValue("labels", declared, 1 << 24);
    for (int i = 0; i < members.length; i++) {
      members[i].load(in.child("member-" + i));
      if (members[i].labels() > labels) {
        throw in.corrupt("labels", "is below the labels of its members");
      }
    }
  }

  @Override
  public long memoryBytes() {
    long bytes = 400 + 8L * sum.length + 88L * members.length;
    for (ForestMember m : members) {
      bytes += m.memoryBytes();
    }
    return bytes;
  }
}
