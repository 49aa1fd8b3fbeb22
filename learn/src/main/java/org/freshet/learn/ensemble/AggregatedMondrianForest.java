package org.freshet.learn.ensemble;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Divisible;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.tree.MondrianClasses;
import org.freshet.learn.tree.MondrianParameters;
import org.freshet.learn.tree.MondrianValues;

/**
 * Predicts classes or a number of a stream whose concept is stable or, with {@code fading}, drifts
 * slowly: a forest of random trees each of which mixes all its own prunings, so that no depth or
 * split rule has to be chosen. Strong from few events on, and where classes lie in clusters.
 *
 * <p>How it works. Each of the M trees partitions the space by a Mondrian process that grows with
 * the examples (see {@code mondrian_tree}): a node splits at random where an example falls outside
 * the box of those before it. In a tree, every node answers by its class shares (n_c + δ)/(n + δC)
 * or its mean, and all prunings are mixed with weights exp(−η Σ loss) by context-tree weighting.
 * The forest answers with the mean of its trees.
 *
 * <p>Source: J. Mourtada, S. Gaïffas, E. Scornet, "AMF: Aggregated Mondrian Forests for Online
 * Learning", Journal of the Royal Statistical Society B 83(3), 2021, algorithms 1 to 4.
 *
 * <p>Where we differ. No resampling, as in the paper; distances are measured in the range of each
 * feature, so that no scaler is needed; squared errors are divided by twice their mean so far. The
 * paper's trees grow for ever: here, at the memory limit, each new leaf takes the place of the one
 * reached least lately, whose split is undone, so that a full forest keeps following the stream.
 * {@code fading} is ours too. Trees do not depend on each other, so they run over blocks of rows,
 * on any number of threads, with the same result bit for bit.
 *
 * <p>Accepts numbers, missing values (they extend no box and go to the heavier side; so do values
 * beyond 1e100), new classes, and categories by their code as a number, for which {@code one_hot}
 * before it may serve better. With d features, c classes: O(M · depth · (d + c)) an example; memory
 * 16 d + 8 c + 56 bytes a node, at most two nodes an example and tree, bounded by {@code
 * max_bytes}, shared evenly.
 *
 * <pre>
 * Classifier forest = Components.classifier("aggregated_mondrian_forest(members=10)", schema, 1);
 * forest.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "aggregated_mondrian_forest",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "ensemble",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED,
      Trait.PARALLEL,
      Trait.DIVISIBLE
    })
public final class AggregatedMondrianForest {
  /** Answers a member gives at a time, rows × labels: they stay in the cache. */
  private static final int BLOCK = 4096;

  /** What a member takes besides its tree: the votes of a block, and scratch arrays. */
  private static final long VOTE_BYTES = 8 * BLOCK + 16_384;

  /** Parameters; the defaults are those of the paper. */
  public record Parameters(
      @Param(
              value = "M, trees in the forest",
              def = "10",
              range = "[1, 1000]",
              origin = "Mourtada et al. 2021, section 5")
          int members,
      MondrianParameters tree,
      @Param(
              value = "memory limit of the forest",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  private AggregatedMondrianForest() {}

  /** A classifier or a regressor, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    return build.schema().target() == Schema.Target.NUMBER
        ? new OfRegressor(p, build)
        : new OfClassifier(p, build);
  }

  static final class OfClassifier implements Classifier, Divisible {
    private MondrianClasses[] trees; // of this part
    private final int all;
    private boolean part;
    private int first;
    private final double[][] answers;
    private final double[][] rowAnswers;
    private final Features[] views;
    private final Workers workers;
    private final IntConsumer piece = this::runTree;
    private double[] own = new double[8];

    // The block being worked on; read by the workers.
    private Batch rows;
    private int from;
    private int to;
    private int stride;

    private OfClassifier(Parameters p, Build build) {
      Schema s = build.schema();
      trees = new MondrianClasses[p.members];
      all = p.members;
      answers = new double[p.members][0];
      rowAnswers = new double[p.members][0];
      views = new Features[p.members];
      workers = build.workers();
      for (int i = 0; i < p.members; i++) {
        Build member = build.child("member", i);
        long bytes = Math.max(16_384, build.limit(p.maxBytes) / p.members - VOTE_BYTES);
        trees[i] = new MondrianClasses(p.tree, s.width(), s.declaredLabels(), bytes, member.rng());
        views[i] = Batch.newView();
      }
    }

    @Override
    public int labels() {
      return trees.length == 0 ? 0 : trees[0].labels();
    }

    @Override
    public void scores(Features x, double[] scores) {
      run(x, -1, 0, scores);
    }

    @Override
    public void learn(Features x, int label, double weight) {
      if (weight > 0) {
        for (MondrianClasses t : trees) {
          t.learn(x, label, weight);
        }
      }
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores) {
      run(x, label, weight, scores);
    }

    private void run(Features x, int label, double weight, double[] scores) {
      int n = labels();
      if (own.length < n) {
        own = new double[n];
      }
      Arrays.fill(scores, 0);
      for (MondrianClasses t : trees) {
        t.testThenLearn(x, label, weight, own);
        for (int c = 0; c < n; c++) {
          scores[c] += own[c];
        }
      }
      if (n > 0) {
        Kernels.normalize(scores, n);
      }
    }

    @Override
    public void testThenLearn(Batch batch, int first, int end, double[] scores, int width) {
      rows = batch;
      stride = width;
      int block = Math.max(32, BLOCK / Math.max(1, width));
      if (own.length < width) {
        own = new double[width];
      }
      for (from = first; from < end; from = to) {
        to = Math.min(end, from + block);
        workers.run(trees.length, piece);
        combine(scores, (from - first) * width);
      }
      rows = null;
    }

    private void runTree(int i) {
      int n = (to - from) * stride;
      if (answers[i].length < n) {
        answers[i] = new double[n];
      }
      if (rowAnswers[i].length != stride) {
        rowAnswers[i] = new double[stride];
      }
      double[] row = rowAnswers[i];
      for (int r = from; r < to; r++) {
        Features x = rows.row(r, views[i]);
        trees[i].testThenLearn(x, rows.labelCode(r), rows.weight(r), row);
        System.arraycopy(row, 0, answers[i], (r - from) * stride, stride);
      }
    }

    /** Adds up in the order of the trees; what a row does not know is 0 in all of them. */
    private void combine(double[] scores, int at) {
      int n = (to - from) * stride;
      Arrays.fill(scores, at, at + n, 0);
      for (double[] a : answers) {
        for (int j = 0; j < n; j++) {
          scores[at + j] += a[j];
        }
      }
      for (int r = from; r < to; r++) {
        int o = at + (r - from) * stride;
        double sum = Kernels.sum(scores, o, stride);
        if (sum > 0) {
          Kernels.scale(1 / sum, scores, o, stride);
        }
      }
    }

    @Override
    public Share share() {
      return new Share(all, first, first + trees.length, part);
    }

    @Override
    public void keep(int begin, int end) {
      trees = Arrays.copyOfRange(trees, begin, end);
      first = begin;
      part = true;
    }

    @Override
    public int voteWidth(int known) {
      return known;
    }

    @Override
    public void vote(Features x, double[] votes) {
      voteThenLearn(x, -1, 0, votes);
    }

    @Override
    public void voteThenLearn(Features x, double label, double weight, double[] votes) {
      int n = labels();
      if (own.length < n) {
        own = new double[n];
      }
      for (int i = 0; i < trees.length; i++) {
        trees[i].testThenLearn(x, (int) label, weight, own);
        System.arraycopy(own, 0, votes, i * n, n);
      }
    }

    @Override
    public double join(double[] votes, int known, double[] answer) {
      Arrays.fill(answer, 0);
      for (int i = 0; i < all; i++) {
        for (int l = 0; l < known; l++) {
          answer[l] += votes[i * known + l];
        }
      }
      if (known > 0) {
        Kernels.normalize(answer, known);
      }
      return Double.NaN;
    }

    @Override
    public void save(StateWriter out) {
      for (int i = 0; i < trees.length; i++) {
        trees[i].save(out.child("member-" + (first + i)));
      }
    }

    @Override
    public void load(StateReader in) {
      for (int i = 0; i < trees.length; i++) {
        trees[i].load(in.child("member-" + (first + i)));
        if (trees[i].labels() != trees[0].labels()) {
          throw in.corrupt("member-" + (first + i), "knows other labels than the first");
        }
      }
    }

    @Override
    public long memoryBytes() {
      long bytes = 200 + 8L * own.length + 80L * trees.length;
      for (int i = 0; i < trees.length; i++) {
        bytes += trees[i].memoryBytes() + 8L * (answers[i].length + rowAnswers[i].length);
      }
      return bytes;
    }
  }

  static final class OfRegressor implements Regressor, Divisible {
    private MondrianValues[] trees; // of this part
    private final int all;
    private boolean part;
    private int first;
    private final double[][] answers;
    private final Features[] views;
    private final Workers workers;
    private final IntConsumer piece = this::runTree;

    // The block being worked on; read by the workers.
    private Batch rows;
    private int from;
    private int to;

    private OfRegressor(Parameters p, Build build) {
      trees = new MondrianValues[p.members];
      all = p.members;
      answers = new double[p.members][0];
      views = new Features[p.members];
      workers = build.workers();
      for (int i = 0; i < p.members; i++) {
        Build member = build.child("member", i);
        long bytes = Math.max(16_384, build.limit(p.maxBytes) / p.members - VOTE_BYTES);
        trees[i] = new MondrianValues(p.tree, build.schema().width(), bytes, member.rng());
        views[i] = Batch.newView();
      }
    }

    @Override
    public double predict(Features x) {
      double sum = 0;
      for (MondrianValues t : trees) {
        sum += t.predict(x);
      }
      return sum / trees.length;
    }

    @Override
    public void learn(Features x, double target, double weight) {
      testThenLearn(x, target, weight);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      double sum = 0;
      for (MondrianValues t : trees) {
        sum += t.testThenLearn(x, target, weight);
      }
      return sum / trees.length;
    }

    @Override
    public void testThenLearn(Batch batch, int first, int end, double[] predictions) {
      rows = batch;
      for (from = first; from < end; from = to) {
        to = Math.min(end, from + BLOCK);
        workers.run(trees.length, piece);
        for (int r = from; r < to; r++) {
          double sum = 0;
          for (double[] a : answers) {
            sum += a[r - from];
          }
          predictions[r - first] = sum / trees.length;
        }
      }
      rows = null;
    }

    private void runTree(int i) {
      if (answers[i].length < to - from) {
        answers[i] = new double[to - from];
      }
      for (int r = from; r < to; r++) {
        Features x = rows.row(r, views[i]);
        answers[i][r - from] = trees[i].testThenLearn(x, rows.label(r), rows.weight(r));
      }
    }

    @Override
    public Share share() {
      return new Share(all, first, first + trees.length, part);
    }

    @Override
    public void keep(int begin, int end) {
      trees = Arrays.copyOfRange(trees, begin, end);
      first = begin;
      part = true;
    }

    @Override
    public int voteWidth(int known) {
      return 1;
    }

    @Override
    public void vote(Features x, double[] votes) {
      for (int i = 0; i < trees.length; i++) {
        votes[i] = trees[i].predict(x);
      }
    }

    @Override
    public void voteThenLearn(Features x, double target, double weight, double[] votes) {
      for (int i = 0; i < trees.length; i++) {
        votes[i] = trees[i].testThenLearn(x, target, weight);
      }
    }

    @Override
    public double join(double[] votes, int known, double[] answer) {
      double sum = 0;
      for (int i = 0; i < all; i++) {
        sum += votes[i];
      }
      return sum / all;
    }

    @Override
    public void save(StateWriter out) {
      for (int i = 0; i < trees.length; i++) {
        trees[i].save(out.child("member-" + (first + i)));
      }
    }

    @Override
    public void load(StateReader in) {
      for (int i = 0; i < trees.length; i++) {
        trees[i].load(in.child("member-" + (first + i)));
      }
    }

    @Override
    public long memoryBytes() {
      long bytes = 180 + 80L * trees.length;
      for (int i = 0; i < trees.length; i++) {
        bytes += trees[i].memoryBytes() + 8L * answers[i].length;
      }
      return bytes;
    }
  }
}
