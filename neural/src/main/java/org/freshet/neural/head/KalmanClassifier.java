package org.freshet.neural.head;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A Kalman filter over the weights of a linear classifier, which forgets at a rate it learns. For
 * streams whose world changes: weights drift back to 0 a little with each event, and become less
 * certain, so that what is new counts more than what is old.
 *
 * <p>How it works: the weights w_c of each class drift as w ← γ w + √(1 − γ²) ε with ε ~ N(0, σ_w²
 * I), and the indicator of class c is w_c·x plus noise of variance σ². All classes share one
 * covariance A. Each labelled event: m_c ← γ m_c, A ← γ² A + (1 − γ²) σ_w² I, then the update of
 * Kalman with s = xᵀ A x + σ²: m_c ← m_c + A x ([c = y] − m_c·x) / s, A ← A − A x xᵀ A / s. P(c |
 * x) is the mean of softmax(a f) over f_c ~ N(m_c·x, v), v = xᵀ A x, by softmax(a m·x / √(1 + π a²
 * v / 8)). γ = exp(−δ / 2), and log δ and log a follow −∂ log P(y | x), through the drift and the
 * prediction of this event alone, by steps of Adam.
 *
 * <p>Paper: M. K. Titsias, A. Galashov, A. Rannen-Triki, R. Pascanu, Y. W. Teh, J. Bornschein,
 * "Kalman Filter for Online Classification of Non-Stationary Data", ICLR 2024. The mean of a
 * softmax: D. J. C. MacKay, "The Evidence Framework Applied to Classification Networks", Neural
 * Computation 4, 1992.
 *
 * <p>Where we differ: the paper averages the softmax over random draws; MacKay's formula needs
 * none, so predictions are not random. Steps are in log δ, which keeps γ below 1, and δ is held in
 * 1e-8 to 1. The features are not trained: put {@code random_relu} or an encoder before it. The
 * {@code variance} also says how fast weights may drift: 1 follows labels that repeat themselves,
 * and where labels are noisy 0.01 is better.
 *
 * <p>With {@code forgetting=1} it is {@code analytic_ridge} with the penalty σ² / σ_w². A weight
 * divides σ². Takes dense rows of numbers; a missing value counts as 0 and values are held in ±1e6.
 * An event costs some 2 n² multiplications for n columns and memory is 8 n² bytes; rows too wide
 * for {@code max_bytes} are refused.
 *
 * <pre>{@code
 * Classifier c = Components.classifier(
 *     "standard_scaler | random_relu(units=256) | kalman_classifier", schema, 1);
 * c.testThenLearn(x, label, 1.0, scores);
 * }</pre>
 */
@Component(
    name = "kalman_classifier",
    kinds = Kind.CLASSIFIER,
    family = "head",
    traits = {Trait.NUMERIC, Trait.MISSING, Trait.OPEN_LABELS, Trait.BOUNDED_MEMORY})
public final class KalmanClassifier implements Classifier {
  /**
   * @param forgetting γ at the start; 1 never forgets
   * @param learningRate of log δ and log a
   * @param noise σ²
   * @param variance σ_w²
   * @param sharpness a at the start
   * @param intercept whether there is a column of ones
   * @param maxBytes most memory
   */
  public record Parameters(
      @Param(
              value =
                  "what weights keep of themselves with each event, at the start; 1 never forgets",
              def = "0.9999",
              range = "[0.5, 1]",
              origin = "forgets slowly until it learns otherwise")
          double forgetting,
      @Param(
              value = "steps of the logarithms of forgetting and sharpness; 0 keeps both",
              def = "0.001",
              range = "[0, 1]",
              origin = "Adam's default")
          double learningRate,
      @Param(
              value = "variance of the noise of an indicator",
              def = "0.1",
              range = "[1e-9, 1e9]",
              origin = "one over ten classes")
          double noise,
      @Param(
              value = "variance of a weight before anything is learnt, and where it drifts to",
              def = "1",
              range = "[1e-9, 1e9]",
              origin = "features of about unit size")
          double variance,
      @Param(
              value = "how sharply indicators become probabilities, at the start",
              def = "5",
              range = "[0.01, 1000]",
              origin = "an indicator near 1 is almost sure")
          double sharpness,
      @Param(
              value = "whether there is a column of ones",
              def = "true",
              origin = "as analytic_ridge")
          boolean intercept,
      @Param(
              value = "memory limit; wider rows are refused",
              def = "512MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "8,000 columns")
          long maxBytes) {}

  private static final double LEAST_DELTA = 1e-8;

  private final Parameters p;
  private final int width;
  private final int n;
  private final Recursion recursion;
  private final double[] row;
  private double[] margins;
  private double variance; // of a margin of the row at hand, before drift
  private double logDelta;
  private double logSharpness;
  private final ScalarAdam deltaSteps = new ScalarAdam();
  private final ScalarAdam sharpnessSteps = new ScalarAdam();
  private int labels;

  public KalmanClassifier(Parameters p, Build build) {
    Schema schema = build.schema();
    this.p = p;
    width = schema.width();
    n = width + (p.intercept() ? 1 : 0);
    VectorRow.checkBytes(
        "kalman_classifier", schema, Recursion.bytes(n), build.limit(p.maxBytes()));
    recursion = new Recursion(n, p.variance());
    row = new double[n];
    labels = schema.declaredLabels();
    recursion.grow(labels);
    margins = new double[Math.max(2, labels)];
    logDelta = Math.log(Math.max(LEAST_DELTA, -2 * Math.log(p.forgetting())));
    logSharpness = Math.log(p.sharpness());
  }

  /** γ as learnt so far. */
  public double forgetting() {
    return p.forgetting() == 1 ? 1 : Math.exp(-Math.exp(logDelta) / 2);
  }

  /** a as learnt so far. */
  public double sharpness() {
    return Math.exp(logSharpness);
  }

  @Override
  public int labels() {
    return labels;
  }

  /** Reads the row and what the weights say of it before they drift. */
  private void look(Features x) {
    VectorRow.read(x, row, width);
    if (n > width) {
      row[width] = 1;
    }
    recursion.predict(row, margins, labels);
    variance = recursion.variance(row);
  }

  /** Variance of a margin after the drift of this event. */
  private double drifted(double gamma) {
    double square = gamma * gamma;
    return square * variance + (1 - square) * p.variance() * Kernels.dot(row, 0, row, 0, n);
  }

  private void write(double[] scores) {
    double gamma = forgetting();
    double a = sharpness();
    double k = 1 / Math.sqrt(1 + Math.PI / 8 * a * a * drifted(gamma));
    for (int c = 0; c < labels; c++) {
      scores[c] = a * k * gamma * margins[c];
    }
    Kernels.softmax(scores, labels);
  }

  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels > 0) {
      look(x);
      write(scores);
    }
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      open(label + 1);
      look(x);
      update(label, weight);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    scores(x, scores);
    if (label >= 0 && weight > 0) {
      if (labels == 0) {
        look(x);
      }
      open(label + 1);
      update(label, weight);
    }
  }

  private void open(int count) {
    if (count > labels) {
      recursion.grow(count);
      margins = Arrays.copyOf(margins, Math.max(count, margins.length));
      Arrays.fill(margins, labels, count, 0);
      labels = count;
    }
  }

  private void update(int label, double weight) {
    double gamma = forgetting();
    if (p.learningRate() > 0) {
      adapt(label, gamma);
    }
    if (gamma < 1) {
      recursion.forget(gamma, p.variance());
    }
    recursion.learn(row, label, p.noise() / VectorRow.weight(weight));
  }

  /** Steps of log δ and log a against the gradient of −log P(label). */
  private void adapt(int label, double gamma) {
    double a = sharpness();
    double v = drifted(gamma);
    double k = 1 / Math.sqrt(1 + Math.PI / 8 * a * a * v);
    double top = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < labels; c++) {
      top = Math.max(top, a * k * gamma * margins[c]);
    }
    double sum = 0;
    double mean = 0; // Σ P(c) m_c·x
    for (int c = 0; c < labels; c++) {
      double e = Math.exp(a * k * gamma * margins[c] - top);
      sum += e;
      mean += e * margins[c];
    }
    double pull = mean / sum - margins[label]; // ∂ −log P(label) / ∂ (a k γ)
    double byVariance = -Math.PI / 16 * a * a * k * k * k;
    double slope = 2 * gamma * (variance - p.variance() * Kernels.dot(row, 0, row, 0, n));
    double byGamma = pull * a * (k + gamma * byVariance * slope);
    double bySharpness = pull * gamma * k * k * k * a;
    double delta = Math.exp(logDelta);
    if (p.forgetting() < 1) {
      logDelta += deltaSteps.step(-byGamma * delta * gamma / 2, p.learningRate());
      logDelta = Math.max(Math.log(LEAST_DELTA), Math.min(0, logDelta));
    }
    logSharpness += sharpnessSteps.step(bySharpness, p.learningRate());
    logSharpness = Math.max(Math.log(0.01), Math.min(Math.log(1000), logSharpness));
  }

  /** Weights of a class: n columns, the last of them for the ones. */
  double[] weights(int label) {
    return recursion.weights(label);
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    recursion.save(out.child("recursion"));
    out.put("log_delta", logDelta);
    out.put("log_sharpness", logSharpness);
    deltaSteps.save(out.child("delta"));
    sharpnessSteps.save(out.child("sharpness"));
  }

  @Override
  public void load(StateReader in) {
    int known = in.labels("labels", labels);
    recursion.load(in.child("recursion"), known);
    open(known);
    logDelta = in.doubleValue("log_delta");
    logSharpness = in.doubleValue("log_sharpness");
    if (!(logDelta <= 0 && logDelta > -100 && Math.abs(logSharpness) < 10)) {
      throw in.corrupt("log_delta", "is " + logDelta + " with sharpness " + logSharpness);
    }
    deltaSteps.load(in.child("delta"));
    sharpnessSteps.load(in.child("sharpness"));
  }

  @Override
  public long memoryBytes() {
    return 240 + 8L * (n + margins.length) + recursion.memoryBytes();
  }
}
