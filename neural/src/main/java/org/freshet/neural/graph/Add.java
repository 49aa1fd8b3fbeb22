package org.freshet.neural.graph;

/** The sum of two nodes of the same width: a residual connection (He et al. 2016). */
public final class Add extends Node {
  public Add(Node a, Node b) {
    super(a.width(), a, b);
    if (a.width() != b.width()) {
      throw new IllegalArgumentException("widths " + a.width() + " and " + b.width() + " differ");
    }
  }

  @Override
  protected void forward(int rows, boolean training) {
    float[] a = input(0).value();
    float[] b = input(1).value();
    float[] y = value();
    for (int i = 0; i < rows * stride(); i++) {
      y[i] = a[i] + b[i];
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    for (int k = 0; k < 2; k++) {
      if (input(k).wanted()) {
        float[] g = gradient();
        float[] to = input(k).gradient();
        for (int i = 0; i < rows * stride(); i++) {
          to[i] += g[i];
        }
      }
    }
  }
}
