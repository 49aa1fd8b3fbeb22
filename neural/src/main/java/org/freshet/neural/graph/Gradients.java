package org.freshet.neural.graph;

import org.freshet.neural.kernel.FloatKernels;

/** Keeps gradients beside their weights, summed over all nodes that use them. */
final class Gradients implements Update {
  private static final double[] NONE = {};

  private final FloatKernels kernels;
  private double[] squares = NONE;

  Gradients(FloatKernels kernels) {
    this.kernels = kernels;
  }

  /** From now on the squared length of each row's share is added here; none for no one. */
  void lengths(double[] to) {
    squares = to == null ? NONE : to;
  }

  @Override
  public void product(Parameter p, float[] x, int xAt, int xStride, float[] d, int rows) {
    if (squares.length > 0) {
      // A row's share is the product of two vectors, so it is as long as both.
      for (int r = 0; r < rows; r++) {
        squares[r] +=
            square(x, xAt + r * xStride, p.rows()) * square(d, r * p.stride(), p.stride());
      }
    }
    kernels.outer(1, x, xAt, xStride, d, p.gradient(), 0, rows, 0, p.rows(), p.stride());
  }

  @Override
  public void stretch(Parameter p, int at, float[] g, int gAt, int n) {
    float[] to = p.gradient();
    for (int i = 0; i < n; i++) {
      to[at + i] += g[gAt + i];
    }
  }

  private static double square(float[] a, int at, int n) {
    double sum = 0;
    for (int i = at; i < at + n; i++) {
      sum += a[i] * a[i];
    }
    return sum;
  }
}
