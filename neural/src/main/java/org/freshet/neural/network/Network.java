package org.freshet.neural.network;

import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;

/**
 * A body that turns rows into features and a head that turns features into a number for each
 * output. Outputs may be added.
 */
public class Network {
  private static final int MOST_SLOTS = 80;

  private final Graph graph;
  private final Input input;
  private final Node features;
  private final Dense head;

  /**
   * @param features what the head sees
   */
  public Network(Graph graph, Input input, Node features, Dense head) {
    this.graph = graph;
    this.input = input;
    this.features = features;
    this.head = head;
  }

  /** Puts a head on a body, with an output for each class declared, or one for a number. */
  public static Network of(Graph graph, Input input, Node features, Schema schema) {
    Parameter w = new Parameter("head_w", features.width(), Math.max(1, schema.declaredLabels()));
    Parameter b = new Parameter("head_b", 1, w.columns());
    return new Network(graph, input, features, graph.add(new Dense(graph, features, w, b)));
  }

  public Graph graph() {
    return graph;
  }

  public Input input() {
    return input;
  }

  public Node features() {
    return features;
  }

  /** The outputs before any softmax: logits. */
  public Dense head() {
    return head;
  }

  public int outputs() {
    return head.width();
  }

  /** More outputs, whose weights begin at 0. */
  public void grow(int outputs) {
    if (outputs > head.width()) {
      head.grow(outputs);
    }
  }

  public long weights() {
    long sum = 0;
    for (Parameter p : graph.parameters()) {
      sum += (long) p.rows() * p.columns();
    }
    return sum;
  }

  public long memoryBytes() {
    return graph.memoryBytes() + 40;
  }

  public void save(StateWriter out) {
    graph.save(out);
  }

  /**
   * @param mostOutputs bound on the outputs
   */
  public void load(StateReader in, int mostOutputs) {
    int outputs = in.child(head.weights().name()).intValue("columns", 0, mostOutputs);
    grow(outputs);
    graph.load(in, Math.max(mostOutputs, 1 << 20), MOST_SLOTS);
  }
}
