package org.freshet.learn.ensemble;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Divisible;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.IntervalRegressor;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.tree.RegressionParameters;
import org.freshet.learn.tree.RegressionPrediction;
import org.freshet.learn.tree.Trees;

/**
 * Predicts a number, with an interval around it, for a stream whose relation changes: a random
 * forest of regression trees, each of which watches its own error and is replaced when it drifts.
 *
 * <p>How it works. Each of the n trees learns each example k times, k ~ Poisson(λ = 6), and each
 * leaf observes a random subspace of m of the M features. A warning detector on the tree's error
 * starts a background tree; a drift detector, less easily alarmed, replaces the tree by it. The
 * answer ŷ is the mean of the trees. The interval is ŷ ± s·sqrt(v), v being the mean squared error
 * in the leaves plus the variance of the trees' answers; s grows by a small factor whenever a
 * target falls outside, and shrinks whenever one falls inside, so that the share inside comes to
 * {@code coverage}.
 *
 * <p>Source: H. M. Gomes, J. P. Barddal, L. E. Boiko Ferreira, A. Bifet, "Adaptive random forests
 * for data stream regression", ESANN 2018; the steps of s: I. Gibbs, E. Candès, "Adaptive conformal
 * inference under distribution shift", NeurIPS 2021, equation 2, on a logarithmic scale.
 *
 * <p>Where we differ. Trees are those of {@code fimt_dd}, with its intervals and adaptive leaves,
 * without alternates; detectors get |y − ŷ| of the tree before learning, in deviations of the
 * target, at most 1. A background tree learns with the same weights as its tree. The grace period
 * counts examples, not the weights drawn for them, which sum to λ times as much. ADWIN's cuts count
 * only when the error rose. A leaf that could not split waits until the Hoeffding bound could reach
 * the ratio it saw, at most a fifth longer. Intervals are ours. Members do not depend on each
 * other, so they run over blocks of rows, on any number of threads, with the same result bit for
 * bit.
 *
 * <p>Accepts numeric columns, categories, missing values. O(n) walks of O(depth + M) an example;
 * memory bounded by {@code max_bytes}, shared evenly by the trees and their background trees: at
 * the limit the leaves of a tree with the smallest squared error stop observing.
 *
 * <pre>
 * Regressor forest = Components.regressor("adaptive_random_forest_regressor", schema, 1);
 * double answer = forest.testThenLearn(Features.of(0.2, 1.5), 3.7, 1.0);
 * </pre>
 */
@Component(
    name = "adaptive_random_forest_regressor",
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
public final class AdaptiveRandomForestRegressor
    implements IntervalRegressor, Divisible, DriftReporter, Trees {
  /** Step of ln s. */
  private static final double STEP = 0.05;

  /** Of what a member says, its answer and its spread are used. */
  private static final int VOTE = RegressionForestMember.SPREAD + 1;

  private final RegressionForest forest;
  private final double[] votes;
  private final double coverage;
  private double scale = 2;
  private long learnt;
  private double half; // of the interval last made

  // Where the rows of the batch being worked on go.
  private final RegressionForest.Combiner combiner = this::combine;
  private double[] answers;
  private double[] bounds;

  /** Parameters; the defaults are those of MOA 2024.07, but for the number of members. */
  public record Parameters(
      @Param(
              value = "n, trees in the forest",
              def = "10",
              range = "[1, 1000]",
              origin = "Gomes et al. 2018 use 10 to 100")
          int members,
      ForestMembers trees,
      @Param(
              value = "share of the targets the intervals are meant to hold",
              def = "95%",
              range = "(0, 1)",
              origin = "ours")
          double coverage,
      ForestSplits splits,
      @Param(value = "how a leaf answers", def = "adaptive", origin = "ours; MOA: model")
          RegressionPrediction leafPrediction,
      @Param(
              value = "η₀ of the linear models",
              def = "0.02",
              range = "(0, 1]",
              origin = "MOA default")
          double learningRate,
      @Param(
              value = "decay: η = η₀ / (1 + decay · weight learnt)",
              def = "0.001",
              range = "[0, 1]",
              origin = "MOA default")
          double learningRateDecay,
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

  public AdaptiveRandomForestRegressor(Parameters p, Build build) {
    RegressionParameters tree =
        new RegressionParameters(
            p.splits.gracePeriod() * p.trees.lambda(),
            p.splits.splitConfidence(),
            p.splits.tieThreshold(),
            p.splits.splitCriterion(),
            p.leafPrediction,
            p.learningRate,
            p.learningRateDecay,
            p.splitPoints + p.splitPoints % 2,
            0.01,
            build.limit(p.maxBytes) / (2L * p.members),
            Integer.MAX_VALUE,
            RegressionForest.subspace(build.schema().width(), p.trees.subspace()),
            true,
            false);
    this.forest = new RegressionForest(tree, p.members, p.trees, build);
    this.coverage = p.coverage;
    this.votes = new double[p.members * VOTE];
  }

  @Override
  public List<Part> parts() {
    return forest.parts();
  }

  /** Nodes of all trees. */
  public int nodes() {
    return forest.nodes();
  }

  /** The mean of what the members said about a row; sets {@link #half}. */
  private double mean(int row) {
    forest.said(row, VOTE, votes);
    return mean(votes);
  }

  private double mean(double[] said) {
    double sum = 0;
    double spread = 0;
    int n = forest.size();
    for (int i = 0; i < n; i++) {
      sum += said[i * VOTE + RegressionForestMember.ANSWER];
      spread += said[i * VOTE + RegressionForestMember.SPREAD];
    }
    double mean = sum / n;
    for (int i = 0; i < n; i++) {
      double d = said[i * VOTE + RegressionForestMember.ANSWER] - mean;
      spread += d * d;
    }
    half = learnt < 2 ? Double.POSITIVE_INFINITY : scale * Math.sqrt(spread / n);
    return mean;
  }

  private void follow(double target, double mean) {
    learnt++;
    if (half < Double.POSITIVE_INFINITY) {
      boolean inside = Math.abs(target - mean) <= half;
      scale *= Math.exp(STEP * (inside ? coverage - 1 : coverage));
      scale = Math.max(1e-6, Math.min(1e6, scale));
    }
  }

  private static void bounds(double mean, double half, double[] out, int at) {
    out[at] = mean - half;
    out[at + 1] = mean + half;
  }

  private void combine(int row, double target, int out) {
    double mean = mean(row);
    answers[out] = mean;
    if (bounds != null) {
      bounds(mean, half, bounds, 2 * out);
    }
    if (!Double.isNaN(target)) {
      follow(target, mean);
    }
  }

  @Override
  public double predict(Features x) {
    forest.predict(x);
    return mean(0);
  }

  @Override
  public double nominalCoverage() {
    return coverage;
  }

  @Override
  public void interval(Features x, double[] out) {
    bounds(predict(x), half, out, 0);
  }

  @Override
  public void learn(Features x, double target, double weight) {
    testThenLearn(x, target, weight);
  }

  @Override
  public double testThenLearn(Features x, double target, double weight) {
    forest.testThenLearn(x, target, weight);
    double mean = mean(0);
    if (RegressionForest.learns(target, weight)) {
      follow(target, mean);
    }
    return mean;
  }

  @Override
  public double testThenLearn(Features x, double target, double weight, double[] out) {
    forest.testThenLearn(x, target, weight);
    double mean = mean(0);
    bounds(mean, half, out, 0);
    if (RegressionForest.learns(target, weight)) {
      follow(target, mean);
    }
    return mean;
  }

  @Override
  public void testThenLearn(Batch rows, int from, int to, double[] predictions) {
    testThenLearn(rows, from, to, predictions, null);
  }

  @Override
  public void testThenLearn(Batch rows, int from, int to, double[] predictions, double[] out) {
    answers = predictions;
    bounds = out;
    forest.testThenLearn(rows, from, to, combiner);
    answers = null;
    bounds = null;
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
  public double join(double[] all, int known, double[] answer) {
    double mean = mean(all);
    bounds(mean, half, answer, 0);
    return mean;
  }

  @Override
  public boolean joiningLearns() {
    return true;
  }

  @Override
  public void learnJoining(double[] all, int known, double target, double weight) {
    if (RegressionForest.learns(target, weight)) {
      follow(target, mean(all));
    }
  }

  @Override
  public DriftLog drifts() {
    return forest.drifts();
  }

  @Override
  public void save(StateWriter out) {
    if (forest.joins()) {
      out.put("scale", scale);
      out.put("learnt", learnt);
    }
    forest.save(out);
  }

  @Override
  public void load(StateReader in) {
    if (forest.joins()) {
      scale = in.doubleValue("scale");
      learnt = in.longValue("learnt", 0, Long.MAX_VALUE - 1);
    }
    forest.load(in);
  }

  @Override
  public long memoryBytes() {
    return 100 + 8L * votes.length + forest.memoryBytes();
  }
}
