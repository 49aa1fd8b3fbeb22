package org.freshet.neural.graph;

import java.util.Arrays;

/** Nodes side by side. */
public final class Concatenate extends Node {
  private final int parts;

  public Concatenate(Node... parts) {
    super(Arrays.stream(parts).mapToInt(Node::width).sum(), parts);
    this.parts = parts.length;
  }

  @Override
  protected void forward(int rows, boolean training) {
    int from = 0;
    for (int k = 0; k < parts; k++) {
      Node x = input(k);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(x.value(), r * x.stride(), value(), r * stride() + from, x.width());
      }
      from += x.width();
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    int from = 0;
    for (int k = 0; k < parts; k++) {
      Node x = input(k);
      for (int r = 0; x.wanted() && r < rows; r++) {
        int at = r * stride() + from;
        int to = r * x.stride();
        for (int i = 0; i < x.width(); i++) {
          x.gradient()[to + i] += gradient()[at + i];
        }
      }
      from += x.width();
    }
  }
}
