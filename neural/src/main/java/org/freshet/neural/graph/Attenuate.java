package org.freshet.neural.graph;

/** Passes values on as they are, and gradients back times a factor that may change. */
public final class Attenuate extends Node {
  private float factor = 1;

  public Attenuate(Node x) {
    super(x.width(), x);
  }

  public void factor(double f) {
    factor = (float) f;
  }

  @Override
  protected void forward(int rows, boolean training) {
    System.arraycopy(input(0).value(), 0, value(), 0, rows * stride());
  }

  @Override
  protected void backward(int rows, Update update) {
    float[] to = input(0).gradient();
    float[] from = gradient();
    for (int i = 0; i < rows * stride(); i++) {
      to[i] += factor * from[i];
    }
  }
}
