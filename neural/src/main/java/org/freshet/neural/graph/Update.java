package org.freshet.neural.graph;

/** Takes the gradients of weights as a backward pass finds them: to keep, or to step at once. */
public interface Update {
  /**
   * The gradient xᵀ·d of a matrix of weights.
   *
   * @param x rows × p.rows(), from {@code xAt} on, rows {@code xStride} apart
   * @param d rows × p.stride()
   */
  void product(Parameter p, float[] x, int xAt, int xStride, float[] d, int rows);

  /** The gradient of the weights {@code at} to {@code at+n-1}. */
  void stretch(Parameter p, int at, float[] g, int gAt, int n);
}
