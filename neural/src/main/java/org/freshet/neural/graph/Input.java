package org.freshet.neural.graph;

/** Rows written from outside. */
public final class Input extends Node {
  Input(int width) {
    super(width);
  }

  /** Asks that backward passes leave the gradient by the input; before the graph is built on. */
  public Input differentiable() {
    want();
    return this;
  }

  @Override
  protected void forward(int rows, boolean training) {
    // written from outside
  }

  @Override
  protected void backward(int rows, Update update) {
    // its gradient is the result
  }
}
