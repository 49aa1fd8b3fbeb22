package org.freshet.neural.graph;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.kernel.FloatKernels;

/**
 * One operation of a graph, with what it gave for each row of the batch and, after a backward pass,
 * the gradient of the loss by it. Rows are {@link #stride()} floats apart; what lies beyond {@link
 * #width()} is 0 and stays so.
 */
public abstract class Node {
  private static final float[] NONE = {};

  private final Node[] inputs;
  private int width;
  private int stride;
  private boolean wanted;
  private float[] value = NONE;
  private float[] gradient = NONE;

  /**
   * @param width floats a row
   */
  protected Node(int width, Node... inputs) {
    this.inputs = inputs;
    this.width = width;
    stride = FloatKernels.padded(width);
    for (Node n : inputs) {
      wanted |= n.wanted;
    }
  }

  /** Floats in use of a row. */
  public final int width() {
    return width;
  }

  /** Floats from one row to the next. */
  public final int stride() {
    return stride;
  }

  /** What it gave, row by row. */
  public final float[] value() {
    return value;
  }

  /** The gradient of the loss by its values; add to it before a backward pass to begin there. */
  public final float[] gradient() {
    return gradient;
  }

  /** Whether a backward pass must come here: something that learns lies beneath. */
  final boolean wanted() {
    return wanted;
  }

  /** To be called by nodes that learn, and for inputs whose gradient is asked for. */
  protected final void want() {
    wanted = true;
  }

  protected final Node input(int i) {
    return inputs[i];
  }

  /** Room for a batch; what is there is lost. */
  void capacity(int rows) {
    if (value.length < rows * stride) {
      value = new float[rows * stride];
      gradient = wanted ? new float[rows * stride] : NONE;
    }
  }

  /** More floats a row, as when a class opens; what is there is lost. */
  final void widen(int to, int rows) {
    width = to;
    stride = FloatKernels.padded(to);
    value = NONE;
    capacity(rows);
  }

  final void clearGradient(int rows) {
    if (wanted) {
      Arrays.fill(gradient, 0, rows * stride, 0);
    }
  }

  /**
   * Computes its values from those of its inputs.
   *
   * @param training whether the pass is one that learns (dropout, statistics)
   */
  protected abstract void forward(int rows, boolean training);

  /**
   * Adds its share to the gradients of its inputs that are wanted, and gives those of its weights.
   */
  protected abstract void backward(int rows, Update update);

  /** Whether it keeps something from batch to batch beside its weights. */
  boolean hasState() {
    return false;
  }

  void save(StateWriter out) {}

  void load(StateReader in) {}

  long memoryBytes() {
    return 48 + 16 + 4L * inputs.length + 32 + 4L * (value.length + gradient.length);
  }
}
