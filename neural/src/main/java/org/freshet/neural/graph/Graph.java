package org.freshet.neural.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.kernel.FloatKernels;

/**
 * A network: nodes in the order they were added, run forwards for what they give and backwards for
 * gradients (reverse-mode differentiation). Nothing is allocated by a pass; a batch larger than any
 * before makes room once.
 *
 * <p>To learn: write the inputs, {@link #forward}, add the gradient of the loss to {@link
 * Node#gradient()} of any nodes ({@link Losses} do), then {@link #backward}.
 */
public final class Graph {
  private final FloatKernels kernels;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private final Gradients gradients;
  private float[] ones = {};
  private int capacity;

  public Graph(FloatKernels kernels) {
    this.kernels = kernels;
    gradients = new Gradients(kernels);
  }

  public FloatKernels kernels() {
    return kernels;
  }

  /** Adds an operation; its inputs must be in the graph already. */
  public <N extends Node> N add(N node) {
    nodes.add(node);
    node.capacity(capacity);
    return node;
  }

  /** Adds a matrix of weights; a node that is to learn it calls this, once for each use. */
  public Parameter use(Parameter p) {
    p.use();
    if (!parameters.contains(p)) {
      parameters.add(p);
    }
    return p;
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  /** The nodes of a kind, in order. */
  public <N extends Node> List<N> nodes(Class<N> kind) {
    return nodes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  // The short forms.

  public Input input(int width) {
    return add(new Input(width));
  }

  /** x·w + b, with weights drawn as He et al. 2015 for rectified units: N(0, 2 / inputs). */
  public Dense dense(String name, Node x, int units, Rng rng) {
    Parameter w = new Parameter(name + "_w", x.width(), units);
    w.gaussian(rng, Math.sqrt(2.0 / Math.max(1, x.width())));
    return add(new Dense(this, x, w, new Parameter(name + "_b", 1, units)));
  }

  public Activate activate(Node x, Activation kind) {
    return add(new Activate(x, kind));
  }

  /** Room for batches of {@code rows}; what the nodes hold is lost when it grows. */
  public void capacity(int rows) {
    if (rows > capacity) {
      capacity = rows;
      ones = new float[rows];
      Arrays.fill(ones, 1);
      for (Node n : nodes) {
        n.capacity(rows);
      }
    }
  }

  public int capacity() {
    return capacity;
  }

  /** A 1 for each row: the input of a bias. */
  float[] ones() {
    return ones;
  }

  /** Values for the first {@code rows} rows of the inputs, without a trace for learning. */
  public void predict(int rows) {
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).forward(rows, false);
    }
  }

  /** Values for the first {@code rows} rows of the inputs; gradients begin at 0. */
  public void forward(int rows) {
    for (int i = 0; i < nodes.size(); i++) {
      Node n = nodes.get(i);
      n.forward(rows, true);
      n.clearGradient(rows);
    }
  }

  /** Gradients of all weights, kept in {@link Parameter#gradient()}. */
  public void backward(int rows) {
    for (int i = 0; i < parameters.size(); i++) {
      parameters.get(i).clearGradient();
    }
    backward(rows, gradients);
  }

  /**
   * Gradients of all weights, kept in {@link Parameter#gradient()}, and how far those of rows are
   * apart: only weights that rows meet in a product count.
   *
   * @param squares the squared length of each row's gradient, overwritten
   */
  public void backward(int rows, double[] squares) {
    Arrays.fill(squares, 0, rows, 0);
    gradients.lengths(squares);
    backward(rows);
    gradients.lengths(null);
  }

  /** Gradients of all weights, given to {@code update} as they are found. */
  public void backward(int rows, Update update) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node n = nodes.get(i);
      if (n.wanted()) {
        n.backward(rows, update);
      }
    }
  }

  public long memoryBytes() {
    long sum = 256 + 4L * (ones.length + nodes.size() + parameters.size());
    for (Node n : nodes) {
      sum += n.memoryBytes();
    }
    for (Parameter p : parameters) {
      sum += p.memoryBytes();
    }
    return sum;
  }

  /** The weights and what is kept beside them. */
  public void save(StateWriter out) {
    for (Parameter p : parameters) {
      p.save(out.child(p.name()));
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).hasState()) {
        nodes.get(i).save(out.child("node-" + i));
      }
    }
  }

  /**
   * @param mostColumns bound on the columns of a parameter
   */
  public void load(StateReader in, int mostColumns, int mostSlots) {
    for (Parameter p : parameters) {
      p.load(in.child(p.name()), mostColumns, mostSlots);
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).hasState()) {
        nodes.get(i).load(in.child("node-" + i));
      }
    }
  }
}
