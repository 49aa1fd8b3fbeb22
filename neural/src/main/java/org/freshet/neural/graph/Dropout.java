package org.freshet.neural.graph;

import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * In passes that learn, sets each value to 0 with probability {@code rate} and divides the others
 * by 1 − rate, so that what is expected stays the same; predictions see every value (Srivastava et
 * al., JMLR 15, 2014, scaled while learning).
 */
public final class Dropout extends Node {
  private final double rate;
  private final Rng rng;
  private float[] mask = {};

  /**
   * @param rate in 0 … 1, without 1
   */
  public Dropout(Node x, double rate, Rng rng) {
    super(x.width(), x);
    this.rate = rate;
    this.rng = rng;
  }

  @Override
  void capacity(int rows) {
    super.capacity(rows);
    if (mask.length < rows * stride()) {
      mask = new float[rows * stride()];
    }
  }

  @Override
  protected void forward(int rows, boolean training) {
    Node x = input(0);
    if (!training) {
      System.arraycopy(x.value(), 0, value(), 0, rows * stride());
      return;
    }
    float kept = (float) (1 / (1 - rate));
    for (int r = 0; r < rows; r++) {
      for (int i = r * stride(); i < r * stride() + width(); i++) {
        mask[i] = rng.nextDouble() < rate ? 0 : kept;
      }
    }
    for (int i = 0; i < rows * stride(); i++) {
      value()[i] = x.value()[i] * mask[i];
    }
  }

  @Override
  protected void backward(int rows, Update update) {
    Node x = input(0);
    for (int i = 0; i < rows * stride(); i++) {
      x.gradient()[i] += gradient()[i] * mask[i];
    }
  }

  @Override
  boolean hasState() {
    return true;
  }

  @Override
  void save(StateWriter out) {
    rng.save(out, "rng");
  }

  @Override
  void load(StateReader in) {
    rng.load(in, "rng");
  }

  @Override
  long memoryBytes() {
    return super.memoryBytes() + 16 + 64 + 16 + 4L * mask.length;
  }
}
