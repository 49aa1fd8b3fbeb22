package org.freshet.neural.graph;

/** Each value by itself: y = f(x). */
public final class Activate extends Node {
  private final Activation kind;

  public Activate(Node x, Activation kind) {
    super(x.width(), x);
    this.kind = kind;
  }

  /** More units, after those below have become more; what the node holds is lost. */
  public void grow(int units, int rows) {
    widen(units, rows);
  }

  @Override
  protected void forward(int rows, boolean training) {
    Node x = input(0);
    for (int r = 0; r < rows; r++) {
      kind.apply(x.value(), r * stride(), value(), r * stride(), width());
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    Node x = input(0);
    for (int r = 0; r < rows; r++) {
      int at = r * stride();
      kind.back(x.value(), at, value(), gradient(), at, x.gradient(), width());
    }
  }
}
