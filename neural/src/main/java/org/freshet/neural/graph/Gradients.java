package org.freshet.neural.graph;

import org.freshet.neural.kernel.FloatKernels;

/** Keeps gradients beside their weights, summed over all nodes that use them. */
final class Gradients implements Update {
  private final FloatKernels kernels;

  Gradients(FloatKernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void product(Parameter p, float[] x, int xAt, int xStride, float[] d, int rows) {
    kernels.outer(1, x, xAt, xStride, d, p.gradient(), 0, rows, 0, p.rows(), p.stride());
  }

  @Override
  public void stretch(Parameter p, int at, float[] g, int gAt, int n) {
    float[] to = p.gradient();
    for (int i = 0; i < n; i++) {
      to[at + i] += g[gAt + i];
    }
  }
}
