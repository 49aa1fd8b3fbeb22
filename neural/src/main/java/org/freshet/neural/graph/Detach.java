package org.freshet.neural.graph;

/** Passes values on as they are, and no gradient back. */
public final class Detach extends Node {
  private final Node x;

  public Detach(Node x) {
    super(x.width());
    this.x = x;
  }

  @Override
  protected void forward(int rows, boolean training) {
    System.arraycopy(x.value(), 0, value(), 0, rows * stride());
  }

  @Override
  protected void backward(int rows, Update update) {
    // what lies beneath learns from elsewhere
  }
}
