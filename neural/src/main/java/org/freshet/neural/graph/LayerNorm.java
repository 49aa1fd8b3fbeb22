package org.freshet.neural.graph;

import java.util.Arrays;

/**
 * Each row brought to mean 0 and variance 1, then scaled and shifted by learnt weights: y = γ (x −
 * μ) / √(σ² + ε) + β (Ba, Kiros and Hinton 2016).
 */
public final class LayerNorm extends Node {
  private static final double EPSILON = 1e-5;
  private final Parameter gamma;
  private final Parameter beta;
  private float[] normal = {};
  private float[] inverse = {};
  private float[] scratch;

  public LayerNorm(Graph graph, String name, Node x) {
    super(x.width(), x);
    gamma = graph.use(new Parameter(name + "_gamma", 1, x.width()).fill(1));
    beta = graph.use(new Parameter(name + "_beta", 1, x.width()));
    scratch = new float[stride()];
    want();
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    if (inverse.length < rows) {
      inverse = new float[rows];
      normal = new float[rows * stride()];
    }
  }

  @Override
  protected void forward(int rows, boolean training) {
    float[] x = input(0).value();
    float[] g = gamma.value();
    float[] b = beta.value();
    int n = width();
    for (int r = 0; r < rows; r++) {
      int at = r * stride();
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += x[at + i];
      }
      double mean = sum / n;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double d = x[at + i] - mean;
        squares += d * d;
      }
      float inv = (float) (1 / Math.sqrt(squares / n + EPSILON));
      inverse[r] = inv;
      float m = (float) mean;
      for (int i = 0; i < n; i++) {
        float z = (x[at + i] - m) * inv;
        normal[at + i] = z;
        value()[at + i] = g[i] * z + b[i];
      }
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    Node x = input(0);
    float[] g = gamma.value();
    int n = width();
    for (int r = 0; r < rows; r++) {
      int at = r * stride();
      double sum = 0;
      double dot = 0;
      for (int i = 0; i < n; i++) {
        float d = gradient()[at + i] * g[i];
        sum += d;
        dot += d * normal[at + i];
      }
      if (x.wanted()) {
        float mean = (float) (sum / n);
        float along = (float) (dot / n);
        for (int i = 0; i < n; i++) {
          float d = gradient()[at + i] * g[i];
          x.gradient()[at + i] += inverse[r] * (d - mean - normal[at + i] * along);
        }
      }
    }
    Arrays.fill(scratch, 0);
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < n; i++) {
        scratch[i] += gradient()[r * stride() + i] * normal[r * stride() + i];
      }
    }
    update.stretch(gamma, 0, scratch, 0, stride());
    Arrays.fill(scratch, 0);
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < n; i++) {
        scratch[i] += gradient()[r * stride() + i];
      }
    }
    update.stretch(beta, 0, scratch, 0, stride());
  }

  @Override
  long memoryBytes() {
    return super.memoryBytes() + 4L * (normal.length + inverse.length + scratch.length) + 64;
  }
}
