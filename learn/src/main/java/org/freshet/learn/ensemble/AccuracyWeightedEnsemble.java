package org.freshet.learn.ensemble;

import org.freshet.core.Classifier;
import org.freshet.core.Kernels;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Predicts classes of a stream whose concept changes by learners of single chunks of it, weighted
 * by how much better than guessing they are on the newest chunk (AWE). Suits concepts that come
 * back.
 *
 * <p>How it works. A classifier is made of each chunk S of examples and never learns again. With
 * f_i(y) the probability classifier i gives the true class y, MSE_i = (1/|S|) Σ (1 − f_i(y))² on
 * the newest chunk, and MSE_r = Σ_y p(y)(1 − p(y))² the error of guessing by its class shares p(y),
 * its weight is w_i = MSE_r − MSE_i. The error of the classifier made of the chunk itself is found
 * by cross-validation over it. The {@code members} classifiers with the largest weights above 0
 * vote with their probabilities times their weight; up to {@code stored} are kept to choose from.
 *
 * <p>Source: H. Wang, W. Fan, P. S. Yu, J. Han, "Mining Concept-Drifting Data Streams using
 * Ensemble Classifiers", KDD 2003, equations (8) and (9), algorithm 1; keeping more classifiers
 * than vote: MOA.
 *
 * <p>Where we differ. Classifiers are asked at each event, not again at the end of a chunk: as they
 * never change the error is the same. Until the first chunk is full the classifier in the making
 * answers, and while none is better than guessing the newest (the paper has no answer then). Folds
 * are every {@code folds}-th row.
 *
 * <p>Accepts what its learner accepts. One thread. Each example goes through each stored classifier
 * once and is learnt {@code folds} times, once per fold and by the classifier; memory: the rows of
 * a chunk, at most a quarter of {@code max_bytes} (with rows too wide for that the chunk is
 * shorter), and the learners, which share the rest evenly: at the limit each does what its own page
 * says.
 *
 * <pre>
 * Classifier c = Components.classifier("accuracy_weighted_ensemble(members=15)", schema, 1);
 * c.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "accuracy_weighted_ensemble",
    kinds = Kind.CLASSIFIER,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    },
    coupled = "they are weighed, made and dropped by how they compare with each other")
public final class AccuracyWeightedEnsemble extends ChunkEnsemble {
  private final int voters;
  private final int stored;
  private final int folds;
  private final double[] errors; // Σ weight · (1 - f(y))² over the chunk so far
  private final double[] weighed; // Σ weight of the same
  private long validated;

  /** Parameters; the defaults are those of MOA 2024.07. */
  public record Parameters(
      @Param(
              value = "K, the most classifiers that vote",
              def = "15",
              range = "[1, 1000]",
              origin = "MOA default; Wang et al. 2003 use 2 to 10")
          int members,
      @Param(
              value = "the most classifiers kept to choose from; at least members",
              def = "30",
              range = "[1, 1000]",
              origin = "MOA default")
          int stored,
      @Param(
              value = "makes a classifier of a chunk; may be a pipeline",
              def =
                  "hoeffding_tree(grace_period=100, split_confidence=0.01,"
                      + " leaf_prediction=naive_bayes)",
              kind = Kind.CLASSIFIER,
              origin = "MOA default")
          Spec learner,
      @Param(
              value = "examples in a chunk",
              def = "500",
              range = "[2, 1000000]",
              unit = "events",
              origin = "MOA default")
          int chunk,
      @Param(
              value = "folds of the cross-validation",
              def = "10",
              range = "[2, 100]",
              origin = "MOA default")
          int folds,
      @Param(
              value = "memory limit of all classifiers and the chunk",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public AccuracyWeightedEnsemble(Parameters p, Build build) {
    super(p.learner, Math.max(p.members, p.stored), 1, p.chunk, build, build.limit(p.maxBytes), 3);
    this.voters = p.members;
    this.stored = Math.max(p.members, p.stored);
    this.folds = p.folds;
    this.errors = pool.column(1);
    this.weighed = pool.column(2);
  }

  @Override
  void cast(double weight, double[] scores, double[] sum) {
    castScores(weight, scores, sum);
  }

  @Override
  void note(int member, double[] scores, int label, double weight) {
    errors[member] += weight * (1 - scores[label]) * (1 - scores[label]);
    weighed[member] += weight;
  }

  @Override
  void endChunk() {
    double guessing = guessing();
    int n = members() + 1;
    double[] gain = new double[n];
    for (int i = 0; i < n - 1; i++) {
      gain[i] = guessing - errors[i] / weighed[i];
      errors[i] = 0;
      weighed[i] = 0;
    }
    gain[n - 1] = guessing - crossValidated();
    if (n > stored) {
      int worst = Pool.least(gain, n);
      pool.remove(worst);
      n--;
      System.arraycopy(gain, worst + 1, gain, worst, n - worst);
    }
    for (int i = 0; i < n; i++) {
      weights[i] = gain[i] > 0 && rank(gain, n, i) < voters ? gain[i] : 0;
    }
    pool.add();
    if (gain[Kernels.argmax(gain, n)] <= 0) {
      weights[n - 1] = 1;
    }
  }

  /** How many are better, or as good and younger. */
  private static int rank(double[] gain, int n, int i) {
    int before = 0;
    for (int j = 0; j < n; j++) {
      before += gain[j] > gain[i] || gain[j] == gain[i] && j > i ? 1 : 0;
    }
    return before;
  }

  /** Mean of (1 - f(y))² over the chunk, each row asked of a learner of the other folds. */
  private double crossValidated() {
    double error = 0;
    double n = 0;
    for (int f = 0; f < folds; f++) {
      Classifier other = pool.make("fold", validated * folds + f);
      for (int r = 0; r < filled(); r++) {
        if (r % folds != f) {
          other.learn(row(r), rowLabel(r), rowWeight(r));
        }
      }
      for (int r = f; r < filled(); r += folds) {
        double p = scores(other, row(r))[rowLabel(r)];
        error += rowWeight(r) * (1 - p) * (1 - p);
        n += rowWeight(r);
      }
    }
    validated++;
    return error / n;
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    out.put("validated", validated);
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    validated = in.longValue("validated", 0, Long.MAX_VALUE / 200);
  }
}
