package org.freshet.neural.head;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Mergeable;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.matrix.Scatter;
import org.freshet.neural.matrix.Symmetric;

/**
 * Linear discriminant analysis, one event at a time. It has no learning rate, forgets nothing and
 * gives the same answer in any order of the events, so that classes may come one after another. Put
 * it on the features of an encoder or on {@code random_relu}.
 *
 * <p>How it works: each class has its weight n_c and the mean m_c of its rows; all share the
 * scatter within classes S. An event of class c: S ← S + (x − m_c)(x − m_c)ᵀ n_c / (n_c + 1), then
 * n_c and m_c. With N rows of C classes, Σ = (1 − ε) S / (N − C) + ε I, the {@code shrinkage} ε,
 * and P(c | x) is the softmax of w_c·x + b_c with w_c = Σ⁻¹ m_c and b_c = log(n_c / N) − m_c·w_c /
 * 2.
 *
 * <p>Papers: T. L. Hayes, C. Kanan, "Lifelong Machine Learning with Deep Streaming Linear
 * Discriminant Analysis", CVPR Workshops 2020; A. Panos et al., "First Session Adaptation: A Strong
 * Replay-Free Baseline for Class-Incremental Learning", ICCV 2023 (the same head, with the sums
 * kept).
 *
 * <p>Where we differ: Deep SLDA divides by N and gives all classes the same prior ({@code
 * uniform_priors=true}). The equations are solved when somebody asks, with all that was learnt;
 * {@code refresh} lets them wait.
 *
 * <p>Takes dense rows of numbers; a missing value counts as 0 and values are held in ±1e6. Learning
 * costs n² / 2 multiplications for n columns, in double precision; a prediction classes · n, the
 * first after something was learnt n³ / 6 more: with hundreds of columns and test-then-train set
 * {@code refresh} to 100 or so, and the model follows every hundredth event. Memory is 8 n² bytes;
 * rows too wide for {@code max_bytes} are refused. Copies merge exactly: all it keeps are sums.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("random_relu(units=512) | streaming_lda", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "streaming_lda",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class StreamingLda implements Classifier, Mergeable {
  /**
   * @param shrinkage ε
   * @param uniformPriors whether classes are equally likely
   * @param refresh labelled events after which the equations are solved
   * @param maxBytes most memory
   */
  public record Parameters(
      @Param(
              value = "share of the identity in the covariance",
              def = "1e-4",
              range = "[1e-12, 1]",
              origin = "Hayes and Kanan 2020")
          double shrinkage,
      @Param(
              value = "whether classes are taken as equally likely, however frequent",
              def = "false",
              origin = "Bayes' rule")
          boolean uniformPriors,
      @Param(
              value = "labelled events until the equations are solved anew; 1 for every prediction",
              def = "1",
              range = "[1, 1000000]",
              unit = "events",
              origin = "exact")
          int refresh,
      @Param(
              value = "memory limit; wider rows are refused",
              def = "512MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "8,000 columns")
          long maxBytes) {}

  private final Parameters p;
  private final int n;
  private final double[] row;
  private final Scatter scatter;
  private final double[][] factor; // of Σ, used again at each solution
  private double[][] means = {};
  private double[] weights = {};
  private double[][] slopes = {};
  private double[] offsets = {};
  private boolean stale;
  private long learnt;
  private int labels;

  public StreamingLda(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    n = schema.width();
    VectorRow.checkBytes("streaming_lda", schema, bytes(), build.limit(p.maxBytes()));
    row = new double[n];
    scatter = new Scatter(n);
    factor = Symmetric.lower(n);
    open(schema.declaredLabels());
  }

  private long bytes() {
    return 160 + 8L * n + Scatter.bytes(n) + Symmetric.lowerBytes(n);
  }

  private void open(int count) {
    if (count > labels) {
      means = Arrays.copyOf(means, count);
      slopes = Arrays.copyOf(slopes, count);
      for (int c = labels; c < count; c++) {
        means[c] = new double[n];
        slopes[c] = new double[n];
      }
      weights = Arrays.copyOf(weights, count);
      offsets = Arrays.copyOf(offsets, count);
      Arrays.fill(offsets, labels, count, Double.NEGATIVE_INFINITY);
      labels = count;
    }
  }

  @Override
  public int labels() {
    return labels;
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels == 0) {
      return;
    }
    if (stale) {
      solve();
    }
    VectorRow.read(x, row, n);
    for (int c = 0; c < labels; c++) {
      scores[c] = offsets[c] + Symmetric.dot(slopes[c], row, 0, n);
    }
    Kernels.softmax(scores, labels);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    open(label + 1);
    VectorRow.read(x, row, n);
    double w = VectorRow.weight(weight);
    double total = weights[label] + w;
    scatter.add(row, means[label], w * weights[label] / total);
    weights[label] = total;
    double[] m = means[label];
    double share = w / total;
    for (int j = 0; j < n; j++) {
      m[j] += share * (row[j] - m[j]);
    }
    learnt++;
    if (p.refresh() == 1) {
      stale = true;
    } else if (learnt % p.refresh() == 0) {
      solve();
    }
  }

  /** Finds slopes and offsets; those of classes never seen stay as impossible as they were. */
  private void solve() {
    stale = false;
    double total = 0;
    int seen = 0;
    for (double w : weights) {
      total += w;
      seen += w > 0 ? 1 : 0;
    }
    double freedom = Math.max(1, total - seen);
    scatter.copyTo(factor, (1 - p.shrinkage()) / freedom, p.shrinkage());
    Symmetric.cholesky(factor, n);
    for (int c = 0; c < labels; c++) {
      if (weights[c] > 0) {
        System.arraycopy(means[c], 0, slopes[c], 0, n);
        Symmetric.solve(factor, n, slopes[c]);
        double prior = p.uniformPriors() ? 0 : Math.log(weights[c] / total);
        offsets[c] = prior - Symmetric.dot(means[c], slopes[c], 0, n) / 2;
      }
    }
  }

  /** Σ⁻¹ m_c. */
  double[] slope(int label) {
    if (stale) {
      solve();
    }
    return slopes[label];
  }

  /** b_c. */
  double offset(int label) {
    if (stale) {
      solve();
    }
    return offsets[label];
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    StreamingLda a = (StreamingLda) newer;
    StreamingLda b = (StreamingLda) older;
    if (a.learnt <= b.learnt) {
      return;
    }
    open(a.labels);
    scatter.add(a.scatter, b.scatter);
    for (int c = 0; c < a.labels; c++) {
      double had = c < b.labels ? b.weights[c] : 0;
      double more = a.weights[c] - had;
      if (more > 0) {
        join(c, more, a.means[c], c < b.labels ? b.means[c] : a.means[c], had);
      }
    }
    learnt += a.learnt - b.learnt;
    solve();
    stale = p.refresh() == 1;
  }

  /**
   * Takes rows of a class in: {@code more} of those whose mean is {@code now}, without {@code had}.
   */
  private void join(int c, double more, double[] now, double[] before, double had) {
    double all = weights[c] + more;
    double[] mean = new double[n];
    for (int j = 0; j < n; j++) {
      mean[j] = now[j] + (now[j] - before[j]) * (had / more);
    }
    scatter.shift(before, mean, -had * more / (had + more));
    scatter.shift(means[c], mean, weights[c] * more / all);
    for (int j = 0; j < n; j++) {
      means[c][j] += (mean[j] - means[c][j]) * (more / all);
    }
    weights[c] = all;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    out.put("weights", weights);
    out.put("learnt", learnt);
    scatter.save(out.child("scatter"));
    for (int c = 0; c < labels; c++) {
      out.put("mean-" + c, means[c]);
      if (p.refresh() > 1) { // it answers from an earlier solution
        out.put("slope-" + c, slopes[c]);
      }
    }
    if (p.refresh() > 1) {
      out.put("offsets", offsets);
    }
  }

  @Override
  public void load(StateReader in) {
    int known = in.labels("labels", labels);
    double[] w = in.doubles("weights", known);
    for (double v : w) {
      if (!(v >= 0 && v < 1e300)) {
        throw in.corrupt("weights", "holds " + v);
      }
    }
    double[][] m = new double[known][];
    for (int c = 0; c < known; c++) {
      m[c] = in.doubles("mean-" + c, n);
    }
    learnt = in.longValue("learnt", 0, Long.MAX_VALUE);
    scatter.load(in.child("scatter"));
    open(known);
    weights = w;
    means = m;
    stale = p.refresh() == 1;
    if (p.refresh() > 1) {
      for (int c = 0; c < known; c++) {
        slopes[c] = in.doubles("slope-" + c, n);
      }
      offsets = in.doubles("offsets", known);
    }
  }

  @Override
  public long memoryBytes() {
    return bytes() + labels * (16L * n + 56);
  }
}
