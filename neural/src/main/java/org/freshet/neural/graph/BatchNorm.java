package org.freshet.neural.graph;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted by learnt
 * weights: y = γ (x − μ) / √(σ² + ε) + β (Ioffe and Szegedy, ICML 2015). Predictions use fading
 * means of μ and σ², never the batch.
 */
public final class BatchNorm extends Node {
  /** Whose statistics a pass that learns uses. */
  public enum Statistics {
    /** Those of the batch, which gradients go through; a batch of one row says nothing. */
    BATCH,
    /** The fading means, with the batch counted in first; constants to gradients. Any batch. */
    ADAPTIVE,
    /** The fading means as they are, which no longer change. */
    FROZEN
  }

  private static final float EPSILON = 1e-5f;

  private final Shape shape;
  private final Statistics statistics;
  private final float momentum;
  private final Parameter gamma;
  private final Parameter beta;
  private final float[] mean;
  private final float[] variance;
  private final float[] center; // used in the last pass, as is inverse
  private final float[] inverse;
  private final float[] byGamma;
  private final float[] byBeta;
  private float[] normal = {};

  /**
   * @param shape how a row of x is an image; {@code Shape.of(1, 1, x.width())} where it is none
   * @param momentum share of the batch in the fading means, 0.1 in the paper's followers
   */
  public BatchNorm(
      Graph graph, String name, Node x, Shape shape, Statistics statistics, double momentum) {
    super(x.width(), x);
    this.shape = shape;
    this.statistics = statistics;
    this.momentum = (float) momentum;
    int n = shape.channels();
    gamma = graph.use(new Parameter(name + "_gamma", 1, n).fill(1));
    beta = graph.use(new Parameter(name + "_beta", 1, n));
    mean = new float[n];
    variance = new float[n];
    Arrays.fill(variance, 1);
    center = new float[n];
    inverse = new float[n];
    byGamma = new float[gamma.stride()];
    byBeta = new float[gamma.stride()];
    want();
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    if (normal.length < rows * stride()) {
      normal = new float[rows * stride()];
    }
  }

  @Override
  protected void forward(int rows, boolean training) {
    boolean batch = training && statistics == Statistics.BATCH;
    if (training && statistics != Statistics.FROZEN) {
      measure(rows, batch);
    }
    for (int c = 0; c < mean.length; c++) {
      if (!batch) {
        center[c] = mean[c];
        inverse[c] = (float) (1 / Math.sqrt(variance[c] + EPSILON));
      }
    }
    float[] x = input(0).value();
    for (int r = 0; r < rows; r++) {
      for (int p = 0; p < shape.pixels(); p++) {
        int at = r * stride() + p * shape.gap();
        for (int c = 0; c < mean.length; c++) {
          float z = (x[at + c] - center[c]) * inverse[c];
          normal[at + c] = z;
          value()[at + c] = gamma.value()[c] * z + beta.value()[c];
        }
      }
    }
  }

  /** Counts the batch into the fading means. */
  private void measure(int rows, boolean use) {
    float[] x = input(0).value();
    double n = (double) rows * shape.pixels();
    for (int c = 0; c < mean.length; c++) {
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        for (int p = 0; p < shape.pixels(); p++) {
          sum += x[r * stride() + p * shape.gap() + c];
        }
      }
      double about = use ? sum / n : mean[c] + momentum * (sum / n - mean[c]);
      double squares = 0;
      for (int r = 0; r < rows; r++) {
        for (int p = 0; p < shape.pixels(); p++) {
          double d = x[r * stride() + p * shape.gap() + c] - about;
          squares += d * d;
        }
      }
      if (use) {
        center[c] = (float) about;
        inverse[c] = (float) (1 / Math.sqrt(squares / n + EPSILON));
      }
      mean[c] += momentum * (float) (sum / n - mean[c]);
      variance[c] += momentum * (float) (squares / n - variance[c]);
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    float[] g = gradient();
    Arrays.fill(byGamma, 0);
    Arrays.fill(byBeta, 0);
    for (int r = 0; r < rows; r++) {
      for (int p = 0; p < shape.pixels(); p++) {
        int at = r * stride() + p * shape.gap();
        for (int c = 0; c < mean.length; c++) {
          byGamma[c] += g[at + c] * normal[at + c];
          byBeta[c] += g[at + c];
        }
      }
    }
    if (input(0).wanted()) {
      boolean through = statistics == Statistics.BATCH;
      float share = through ? 1f / (rows * shape.pixels()) : 0;
      float[] back = input(0).gradient();
      for (int r = 0; r < rows; r++) {
        for (int p = 0; p < shape.pixels(); p++) {
          int at = r * stride() + p * shape.gap();
          for (int c = 0; c < mean.length; c++) {
            float own = g[at + c] - share * (byBeta[c] + normal[at + c] * byGamma[c]);
            back[at + c] += gamma.value()[c] * inverse[c] * own;
          }
        }
      }
    }
    update.stretch(gamma, 0, byGamma, 0, byGamma.length);
    update.stretch(beta, 0, byBeta, 0, byBeta.length);
  }

  @Override
  boolean hasState() {
    return true;
  }

  @Override
  void save(StateWriter out) {
    out.put("mean", mean);
    out.put("variance", variance);
  }

  @Override
  void load(StateReader in) {
    float[] m = in.floats("mean");
    float[] v = in.floats("variance");
    if (m.length != mean.length || v.length != mean.length) {
      throw in.corrupt("mean", "has " + m.length + " channels, expected " + mean.length);
    }
    for (float f : v) {
      if (!(f >= 0)) {
        throw in.corrupt("variance", "has " + f);
      }
    }
    System.arraycopy(m, 0, mean, 0, m.length);
    System.arraycopy(v, 0, variance, 0, v.length);
  }

  @Override
  long memoryBytes() {
    return super.memoryBytes() + 200 + 4L * (4 * mean.length + 2 * byGamma.length + normal.length);
  }
}
