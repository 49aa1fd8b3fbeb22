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

/**
 * Analytic learning: ridge regression on the indicators of the classes, exact after every event. It
 * has no learning rate and forgets nothing: whatever the order of the events, the answer is that of
 * all of them at once. Put {@code random_relu} before it, the more units the better.
 *
 * <p>How it works: R = (Σ x xᵀ + λ I)⁻¹ starts as I / λ. An event (x, y) with target vector t, 1 at
 * y and 0 elsewhere, gives W ← W + R x (t − W x)ᵀ / (1 + xᵀ R x) and R ← R − R x xᵀ R / (1 + xᵀ R
 * x). A class seen first is a new row of W, all 0, as it would be had it been there from the start.
 * A score is the share of max(W x, 0.001).
 *
 * <p>With {@code balanced} rare classes count as much as frequent ones. Sums of the rows of each
 * class are kept; with n_c rows of mean m_c in class c, n̄ the mean of the n_c, the answer is W =
 * (R⁻¹ + Σ_c (n̄ − n_c) m_c m_cᵀ)⁻¹ [n̄ m_c]: as if every class had n̄ rows, with the spread within
 * classes that was seen. It is found from R by a system of as many equations as classes. Where a
 * class has fewer rows than there are columns, a {@code ridge} of 10 to 100 helps it further.
 *
 * <p>Papers: H. Zhuang et al., "ACIL: Analytic Class-Incremental Learning with Absolute
 * Memorization and Privacy Protection", NeurIPS 2022 (the recursion); H. Zhuang et al., "Online
 * Analytic Exemplar-Free Continual Learning with Large Models for Imbalanced Autonomous Driving
 * Task", 2024 (the balance).
 *
 * <p>Where we differ: AEF-OCL draws pseudo-features of rare classes from normal distributions with
 * their variances and learns them; we add the expectation of what such rows with the mean of their
 * class would add, and draw nothing. There is a column of ones unless {@code intercept} is false;
 * it is penalised like the others. Events are learnt in blocks of up to 64, which changes no
 * answer.
 *
 * <p>Takes dense rows of numbers; a missing value counts as 0 and values are held in ±1e6. Learning
 * costs 1.5 n² multiplications for n columns, in double precision, and memory is 8 n² bytes;
 * predicting costs classes · n, with {@code balanced} classes · n² more after each learnt event.
 * Rows too wide for {@code max_bytes} are refused. Copies merge exactly by their sums, R⁻¹ and R⁻¹
 * Wᵀ, which costs 3 n³ multiplications.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("random_relu(units=2048) | analytic_ridge", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "analytic_ridge",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {
      Trait.NUMERIC,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.MERGEABLE,
      Trait.BOUNDED_MEMORY
    })
public final class AnalyticRidge implements Classifier, Mergeable {
  /**
   * @param ridge λ
   * @param balanced whether classes count alike
   * @param intercept whether there is a column of ones
   * @param maxBytes most memory
   */
  public record Parameters(
      @Param(
              value = "penalty on squared weights",
              def = "0.1",
              range = "[1e-9, 1e12]",
              origin = "the authors' code of ACIL")
          double ridge,
      @Param(
              value = "whether every class counts as much as the others, however rare",
              def = "false",
              origin = "plain ridge regression")
          boolean balanced,
      @Param(
              value = "whether there is a column of ones",
              def = "true",
              origin = "scores of classes differ in their mean")
          boolean intercept,
      @Param(
              value = "memory limit; wider rows are refused",
              def = "512MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "8,000 columns")
          long maxBytes) {}

  private static final double LEAST_SCORE = 1e-3;

  private final Parameters p;
  private final int width;
  private final int n;
  private final Recursion recursion;
  private final double[] row;
  private double[][] sums = {}; // of the rows of each class, when balanced
  private double[] counts = {};
  private double[][] repaired = {};
  private boolean stale = true; // whether the repaired weights lack what was learnt last
  private int labels;

  public AnalyticRidge(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    width = schema.width();
    n = width + (p.intercept() ? 1 : 0);
    VectorRow.checkBytes("analytic_ridge", schema, Recursion.bytes(n), build.limit(p.maxBytes()));
    recursion = new Recursion(n, 1 / p.ridge());
    row = new double[n];
    open(schema.declaredLabels());
  }

  private void open(int count) {
    if (count <= labels) {
      return;
    }
    recursion.grow(count);
    if (p.balanced()) {
      sums = Arrays.copyOf(sums, count);
      repaired = Arrays.copyOf(repaired, count);
      for (int c = labels; c < count; c++) {
        sums[c] = new double[n];
        repaired[c] = new double[n];
      }
      counts = Arrays.copyOf(counts, count);
    }
    labels = count;
  }

  private void read(Features x) {
    VectorRow.read(x, row, width);
    if (n > width) {
      row[width] = 1;
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
    read(x);
    if (p.balanced()) {
      repair();
      for (int c = 0; c < labels; c++) {
        scores[c] = Kernels.dot(repaired[c], 0, row, 0, n);
      }
    } else {
      recursion.predict(row, scores, labels);
    }
    for (int c = 0; c < labels; c++) {
      scores[c] = scores[c] > LEAST_SCORE ? scores[c] : LEAST_SCORE;
    }
    Kernels.normalize(scores, labels);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (!(weight > 0)) {
      return;
    }
    open(label + 1);
    read(x);
    double w = VectorRow.weight(weight);
    recursion.learn(row, label, 1 / w);
    if (p.balanced()) {
      for (int j = 0; j < n; j++) {
        sums[label][j] += w * row[j];
      }
      counts[label] += w;
      stale = true;
    }
  }

  /** Weights of a class: n columns, the last of them for the ones. */
  double[] weights(int label) {
    if (p.balanced()) {
      repair();
      return repaired[label];
    }
    return recursion.weights(label);
  }

  /** R M (I + D Mᵀ R M)⁻¹ n̄, with the means of the classes as columns of M. */
  private void repair() {
    if (!stale) {
      return;
    }
    stale = false;
    int[] seen = new int[labels];
    int k = 0;
    double total = 0;
    for (int c = 0; c < labels; c++) {
      Arrays.fill(repaired[c], 0);
      if (counts[c] > 0) {
        seen[k++] = c;
        total += counts[c];
      }
    }
    double mean = total / Math.max(1, k);
    double[][] m = new double[k][n];
    double[][] rm = new double[k][n];
    for (int a = 0; a < k; a++) {
      for (int j = 0; j < n; j++) {
        m[a][j] = sums[seen[a]][j] / counts[seen[a]];
      }
      recursion.covarianceTimes(m[a], rm[a]);
    }
    double[][] system = new double[k][k];
    double[][] to = new double[k][];
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < k; b++) { // transposed: its rows act on the classes
        double d = mean - counts[seen[b]];
        system[a][b] = (a == b ? 1 : 0) + d * Kernels.dot(m[b], 0, rm[a], 0, n);
      }
      to[a] = repaired[seen[a]];
      for (int j = 0; j < n; j++) {
        to[a][j] = mean * rm[a][j];
      }
    }
    Elimination.solve(system, to, n);
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public void add(Learner newer, Learner older, double share) {
    AnalyticRidge a = (AnalyticRidge) newer;
    AnalyticRidge b = (AnalyticRidge) older;
    open(a.labels);
    recursion.add(a.recursion, b.recursion);
    for (int c = 0; c < (p.balanced() ? a.labels : 0); c++) {
      counts[c] += Math.max(0, a.counts[c] - (c < b.labels ? b.counts[c] : 0));
      for (int j = 0; j < n; j++) {
        sums[c][j] += a.sums[c][j] - (c < b.labels ? b.sums[c][j] : 0);
      }
    }
    stale = true;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    recursion.save(out.child("recursion"));
    if (p.balanced()) {
      out.put("counts", counts);
      for (int c = 0; c < labels; c++) {
        out.put("sum-" + c, sums[c]);
      }
    }
  }

  @Override
  public void load(StateReader in) {
    int known = in.labels("labels", labels);
    recursion.load(in.child("recursion"), known);
    if (p.balanced()) {
      double[] saved = in.doubles("counts", known);
      double[][] s = new double[known][];
      for (int c = 0; c < known; c++) {
        s[c] = in.doubles("sum-" + c, n);
        if (!(saved[c] >= 0)) {
          throw in.corrupt("counts", "holds " + saved[c]);
        }
      }
      open(known);
      counts = saved;
      sums = s;
      stale = true;
    }
    labels = known;
  }

  @Override
  public long memoryBytes() {
    long more = p.balanced() ? labels * (16L * n + 48) : 0;
    return 120 + 8L * n + recursion.memoryBytes() + more;
  }
}
