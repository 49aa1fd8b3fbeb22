package org.freshet.neural.graph;

import java.util.Arrays;

/**
 * Similarity of each row to each unit, whatever their lengths: y_c = scale · x·w_c / (|x| |w_c|).
 * Units shorter than 1 count as if they had that length, so that those of new classes, which begin
 * at 0, do not leap at their first gradient. Its weights may be those of another node.
 */
public final class Cosine extends Node {
  private static final double LEAST = 1e-8;
  private static final double SHORT = 1;

  private final Graph graph;
  private final Parameter w;
  private final float scale;
  private float[] normal = {}; // rows of x at length 1
  private float[] unit = {}; // columns of w at length 1, or shorter
  private float[] byUnit = {};
  private float[] byNormal = {};
  private float[] lengths = {};
  private float[] zeros = {};
  private double[] sums = {};

  /**
   * @param w x.width() rows, a column for each unit
   */
  public Cosine(Graph graph, Node x, Parameter w, double scale) {
    super(w.columns(), x);
    this.graph = graph;
    this.w = graph.use(w);
    this.scale = (float) scale;
    want();
  }

  /** As wide as its weights, which another node has grown. */
  public void grow() {
    widen(w.columns(), graph.capacity());
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    Node x = input(0);
    if (normal.length < rows * x.stride()) {
      normal = new float[rows * x.stride()];
      byNormal = new float[rows * x.stride()];
      lengths = new float[rows];
    }
    if (unit.length != w.value().length) {
      unit = new float[w.value().length];
      byUnit = new float[unit.length];
      zeros = new float[stride()];
      sums = new double[2 * stride()];
    }
  }

  @Override
  protected void forward(int rows, boolean training) {
    Node x = input(0);
    for (int r = 0; r < rows; r++) {
      int at = r * x.stride();
      double length = Math.sqrt(graph.kernels().dot(x.value(), at, x.value(), at, x.stride()));
      float inverse = (float) (1 / Math.max(LEAST, length));
      lengths[r] = inverse;
      for (int i = 0; i < x.width(); i++) {
        normal[at + i] = x.value()[at + i] * inverse;
      }
    }
    normalize();
    graph.kernels().affine(normal, 0, x.stride(), unit, zeros, value(), rows, x.width(), stride());
    for (int i = 0; i < rows * stride(); i++) {
      value()[i] *= scale;
    }
  }

  /** Columns of the weights at length 1; sums keeps 1 / length of each. */
  private void normalize() {
    int n = stride();
    float[] v = w.value();
    Arrays.fill(sums, 0, n, 0);
    for (int i = 0; i < w.rows(); i++) {
      for (int c = 0; c < n; c++) {
        double d = v[i * n + c];
        sums[c] += d * d;
      }
    }
    for (int c = 0; c < n; c++) {
      sums[c] = 1 / Math.max(SHORT, Math.sqrt(sums[c]));
    }
    for (int i = 0; i < w.rows(); i++) {
      for (int c = 0; c < n; c++) {
        unit[i * n + c] = (float) (v[i * n + c] * sums[c]);
      }
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    Node x = input(0);
    int n = stride();
    int k = x.width();
    for (int i = 0; i < rows * n; i++) {
      gradient()[i] *= scale;
    }
    if (x.wanted()) {
      Arrays.fill(byNormal, 0, rows * x.stride(), 0);
      graph.kernels().back(gradient(), unit, byNormal, x.stride(), rows, k, n);
      for (int r = 0; r < rows; r++) {
        int at = r * x.stride();
        float along = graph.kernels().dot(byNormal, at, normal, at, x.stride());
        for (int i = 0; i < k; i++) {
          x.gradient()[at + i] += lengths[r] * (byNormal[at + i] - along * normal[at + i]);
        }
      }
    }
    Arrays.fill(byUnit, 0);
    graph.kernels().outer(1, normal, 0, x.stride(), gradient(), byUnit, 0, rows, 0, k, n);
    Arrays.fill(sums, n, 2 * n, 0);
    for (int i = 0; i < k; i++) {
      for (int c = 0; c < n; c++) {
        sums[n + c] += (double) unit[i * n + c] * byUnit[i * n + c];
      }
    }
    for (int c = 0; c < n; c++) {
      sums[n + c] = sums[c] < 1 / SHORT ? sums[n + c] : 0; // a short one is not at length 1
    }
    for (int i = 0; i < k; i++) {
      for (int c = 0; c < n; c++) {
        byUnit[i * n + c] = (float) (sums[c] * (byUnit[i * n + c] - sums[n + c] * unit[i * n + c]));
      }
    }
    update.stretch(w, 0, byUnit, 0, k * n);
  }

  @Override
  long memoryBytes() {
    return super.memoryBytes()
        + 7 * 16
        + 4L * (2 * normal.length + 2 * unit.length + lengths.length + zeros.length)
        + 8L * sums.length;
  }
}
