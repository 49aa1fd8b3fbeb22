package org.freshet.learn.ensemble;

import org.freshet.core.Batch;
import org.freshet.core.Divisible;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.tree.RegressionParameters;
import org.freshet.learn.tree.RegressionPrediction;

/**
 * Predicts a number for a stream whose relation changes: an adaptive random forest of which only
 * the trees answer whose leaf lies nearest to the row; self-optimising k nearest leaves.
 *
 * <p>How it works. The forest is that of {@code adaptive_random_forest_regressor}. Each leaf also
 * keeps the mean c of the rows it holds. For a row x the n leaves it reaches, one a tree, are
 * ordered by their distance |x − c|; ŷ_k is the mean of the answers of the k nearest. The sum of (y
 * − ŷ_k)² is kept for each k from 1 to n, and the k with the smallest sum so far answers.
 *
 * <p>Source: Y. Sun, B. Pfahringer, H. M. Gomes, A. Bifet, "SOKNL: A novel way of integrating
 * k-nearest neighbours with adaptive random forest regression for data streams", Data Mining and
 * Knowledge Discovery 36, 2022, sections 3.2 and 3.3.
 *
 * <p>Where we differ. Distances are in deviations of each column, so that no unit dominates;
 * categories have no part in them. A new leaf begins at the middle of its parent, moved to its side
 * of the split. A leaf answers by its linear model while that errs less than its mean; {@code
 * leaf_prediction=mean} gives the paper's answers. The sums fade by {@code fading}. With {@code k}
 * above 0 that many leaves answer always. The rest as in {@code adaptive_random_forest_regressor};
 * there are no intervals.
 *
 * <p>Accepts numeric columns, categories, missing values. An example costs O(n) walks of O(depth +
 * M) and O(n²) at worst for the order; memory bounded by {@code max_bytes}, shared evenly by the
 * trees and their background trees: at the limit the leaves of a tree with the smallest squared
 * error stop observing. Members run over blocks of rows, on any number of threads, with the same
 * result bit for bit.
 *
 * <pre>
 * Regressor forest = Components.regressor("soknl(members=30)", schema, 1);
 * double answer = forest.testThenLearn(Features.of(0.2, 1.5), 3.7, 1.0);
 * </pre>
 */
@Component(
    name = "soknl",
    kinds = Kind.REGRESSOR,
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL,
      Trait.DIVISIBLE
    })
public final class Soknl implements Regressor, Divisible, DriftReporter {
  private static final int VOTE = RegressionForestMember.SAID;

  private final RegressionForest forest;
  private final double[] votes;
  private final Parameters p;
  private final double[] losses; // of k = index + 1
  private final double[] distances;
  private final double[] nearest; // answers in order of distance, then their running means

  private final RegressionForest.Combiner combiner = this::combine;
  private double[] answers;

  /** Parameters; the defaults are those of MOA 2024.07, but for the number of members. */
  public record Parameters(
      @Param(
              value = "n, trees in the forest",
              def = "10",
              range = "[1, 1000]",
              origin = "ours; Sun et al. 2022 use 100")
          int members,
      @Param(
              value = "nearest leaves that answer; 0 lets the stream choose",
              def = "0",
              range = "[0, 1000]",
              origin = "Sun et al. 2022")
          int k,
      @Param(
              value = "fading of the sums by which k is chosen, an example",
              def = "1.0",
              range = "(0, 1]",
              origin = "Sun et al. 2022: none")
          double fading,
      ForestMembers trees,
      ForestSplits splits,
      @Param(value = "how a leaf answers", def = "adaptive", origin = "ours; Sun et al. 2022: mean")
          RegressionPrediction leafPrediction,
      @Param(
              value = "intervals, and so candidate points, per numeric feature; even",
              def = "10",
              range = "[4, 4096]",
              origin = "as in adaptive_random_forest")
          int splitPoints,
      @Param(
              value = "memory limit of the forest",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public Soknl(Parameters p, Build build) {
    RegressionParameters tree =
        new RegressionParameters(
            p.splits.gracePeriod() * p.trees.lambda(),
            p.splits.splitConfidence(),
            p.splits.tieThreshold(),
            p.splits.splitCriterion(),
            p.leafPrediction,
            0.02,
            0.001,
            p.splitPoints + p.splitPoints % 2,
            0.01,
            build.limit(p.maxBytes) / (2L * p.members),
            Integer.MAX_VALUE,
            RegressionForest.subspace(build.schema().width(), p.trees.subspace()),
            true,
            true);
    this.p = p;
    this.forest = new RegressionForest(tree, p.members, p.trees, build);
    this.votes = new double[p.members * VOTE];
    this.losses = new double[p.members];
    this.distances = new double[p.members];
    this.nearest = new double[p.members];
  }

  /** Nodes of all trees. */
  public int nodes() {
    return forest.nodes();
  }

  /** How many of the nearest leaves answer now. */
  public int k() {
    if (p.k > 0) {
      return Math.min(p.k, losses.length);
    }
    // Ties go to the largest k: before anything is known all trees answer.
    int best = losses.length - 1;
    for (int i = best - 1; i >= 0; i--) {
      best = losses[i] < losses[best] ? i : best;
    }
    return best + 1;
  }

  /** Orders what the members said about a row; {@link #nearest} holds ŷ_k at k - 1. */
  private double answer(int row) {
    forest.said(row, VOTE, votes);
    return answer(votes);
  }

  private double answer(double[] said) {
    int n = forest.size();
    for (int i = 0; i < n; i++) {
      double d = said[i * VOTE + RegressionForestMember.DISTANCE];
      double y = said[i * VOTE + RegressionForestMember.ANSWER];
      int j = i;
      for (; j > 0 && distances[j - 1] > d; j--) {
        distances[j] = distances[j - 1];
        nearest[j] = nearest[j - 1];
      }
      distances[j] = d;
      nearest[j] = y;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += nearest[i];
      nearest[i] = sum / (i + 1);
    }
    return nearest[k() - 1];
  }

  private void judge(double target) {
    for (int i = 0; i < losses.length; i++) {
      double e = target - nearest[i];
      losses[i] = Math.min(Double.MAX_VALUE, p.fading * losses[i] + e * e);
    }
  }

  private void combine(int row, double target, int out) {
    answers[out] = answer(row);
    if (!Double.isNaN(target)) {
      judge(target);
    }
  }

  @Override
  public double predict(Features x) {
    forest.predict(x);
    return answer(0);
  }

  @Override
  public void learn(Features x, double target, double weight) {
    testThenLearn(x, target, weight);
  }

  @Override
  public double testThenLearn(Features x, double target, double weight) {
    forest.testThenLearn(x, target, weight);
    double y = answer(0);
    if (RegressionForest.learns(target, weight)) {
      judge(target);
    }
    return y;
  }

  @Override
  public void testThenLearn(Batch rows, int from, int to, double[] predictions) {
    answers = predictions;
    forest.testThenLearn(rows, from, to, combiner);
    answers = null;
  }

  @Override
  public Share share() {
    return forest.share();
  }

  @Override
  public void keep(int from, int to) {
    forest.keep(from, to);
  }

  @Override
  public int voteWidth(int known) {
    return VOTE;
  }

  @Override
  public void vote(Features x, double[] out) {
    forest.predict(x);
    forest.said(0, VOTE, out);
  }

  @Override
  public void voteThenLearn(Features x, double target, double weight, double[] out) {
    forest.testThenLearn(x, target, weight);
    forest.said(0, VOTE, out);
  }

  @Override
  public double join(double[] all, int known, double[] unused) {
    return answer(all);
  }

  @Override
  public boolean joiningLearns() {
    return true;
  }

  @Override
  public void learnJoining(double[] all, int known, double target, double weight) {
    if (RegressionForest.learns(target, weight)) {
      answer(all);
      judge(target);
    }
  }

  @Override
  public DriftLog drifts() {
    return forest.drifts();
  }

  @Override
  public void save(StateWriter out) {
    if (forest.joins()) {
      out.put("losses", losses);
    }
    forest.save(out);
  }

  @Override
  public void load(StateReader in) {
    if (forest.joins()) {
      System.arraycopy(in.doubles("losses", losses.length), 0, losses, 0, losses.length);
    }
    forest.load(in);
  }

  @Override
  public long memoryBytes() {
    return 170 + 24L * losses.length + 8L * votes.length + forest.memoryBytes();
  }
}
