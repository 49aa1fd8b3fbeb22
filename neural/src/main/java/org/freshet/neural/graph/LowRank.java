package org.freshet.neural.graph;

import java.util.Arrays;
import org.freshet.core.Rng;

/**
 * A product of two thin matrices beside the weights of a dense layer: y = x·W + b + (x·A)·B. While
 * W is frozen, the pair learns for it with a fraction of its weights (Hu et al., "LoRA: Low-Rank
 * Adaptation of Large Language Models", ICLR 2022). A begins at random and B at 0, so that the
 * layer gives at first what it gave without.
 */
public final class LowRank {
  private final Graph graph;
  private final Node x;
  private final Dense layer;
  private final Parameter a;
  private final Parameter b;
  private boolean on;
  private float[] inner = {};
  private float[] byInner = {};
  private float[] outer = {};
  private float[] zeros = {};

  LowRank(Graph graph, Node x, Dense layer, String name, int rank) {
    this.graph = graph;
    this.x = x;
    this.layer = layer;
    a = graph.use(new Parameter(name + "_a", x.width(), rank));
    b = graph.use(new Parameter(name + "_b", rank, layer.width()));
  }

  /** Columns of inputs to the rank. */
  public Parameter a() {
    return a;
  }

  /** The rank to the units. */
  public Parameter b() {
    return b;
  }

  public boolean on() {
    return on;
  }

  /** From now on the pair learns, and the layer's own weights do not. */
  public void on(boolean to) {
    on = to;
    layer.weights().freeze(to);
    layer.bias().freeze(to);
  }

  /** A new pair that changes nothing yet. */
  public void renew(Rng rng) {
    a.gaussian(rng, 1 / Math.sqrt(x.width()));
    Arrays.fill(b.value(), 0);
  }

  /** Adds the product to the layer's weights. */
  public void merge() {
    float[] w = layer.weights().value();
    int n = b.stride();
    for (int i = 0; i < a.rows(); i++) {
      for (int q = 0; q < a.columns(); q++) {
        float v = a.value()[i * a.stride() + q];
        for (int c = 0; c < n; c++) {
          w[i * n + c] += v * b.value()[q * n + c];
        }
      }
    }
  }

  void capacity(int rows) {
    if (inner.length < rows * a.stride()) {
      inner = new float[rows * a.stride()];
      byInner = new float[inner.length];
      outer = new float[rows * b.stride()];
      zeros = new float[Math.max(a.stride(), b.stride())];
    }
  }

  void forward(int rows) {
    int n = b.stride();
    graph
        .kernels()
        .affine(x.value(), 0, x.stride(), a.value(), zeros, inner, rows, x.width(), a.stride());
    graph.kernels().affine(inner, 0, a.stride(), b.value(), zeros, outer, rows, b.rows(), n);
    float[] y = layer.value();
    for (int i = 0; i < rows * n; i++) {
      y[i] += outer[i];
    }
  }

  /** All that needs the matrices comes before they may move. */
  void backward(int rows, Update update) {
    Arrays.fill(byInner, 0, rows * a.stride(), 0);
    graph
        .kernels()
        .back(layer.gradient(), b.value(), byInner, a.stride(), rows, b.rows(), b.stride());
    if (x.wanted()) {
      graph
          .kernels()
          .back(byInner, a.value(), x.gradient(), x.stride(), rows, x.width(), a.stride());
    }
    update.product(b, inner, 0, a.stride(), layer.gradient(), rows);
    update.product(a, x.value(), 0, x.stride(), byInner, rows);
  }

  long memoryBytes() {
    return 64 + 4 * 16 + 4L * (inner.length + byInner.length + outer.length + zeros.length);
  }
}
