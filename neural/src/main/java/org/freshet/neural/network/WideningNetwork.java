package org.freshet.neural.network;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.neural.graph.Activate;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Dense;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;

/** A multilayer perceptron to whose hidden layers units can be added. */
final class WideningNetwork extends Network {
  private final List<Dense> sums;
  private final List<Activate> layers;
  private final int most;

  private WideningNetwork(
      Graph graph, Input input, List<Dense> sums, List<Activate> layers, Dense head, int most) {
    super(graph, input, layers.get(layers.size() - 1), head);
    this.sums = sums;
    this.layers = layers;
    this.most = most;
  }

  /**
   * @param hidden units of each hidden layer to begin with
   * @param most units of each at most
   */
  static WideningNetwork of(
      Graph graph, Input input, int[] hidden, Activation kind, int most, Schema schema, Rng rng) {
    List<Dense> sums = new ArrayList<>();
    List<Activate> layers = new ArrayList<>();
    Node last = input;
    for (int i = 0; i < hidden.length; i++) {
      sums.add(graph.dense("hidden" + i, last, hidden[i], rng));
      layers.add(graph.activate(sums.get(i), kind));
      last = layers.get(i);
    }
    Parameter w = new Parameter("head_w", last.width(), Math.max(1, schema.declaredLabels()));
    Dense head = graph.add(new Dense(graph, last, w, new Parameter("head_b", 1, w.columns())));
    return new WideningNetwork(graph, input, sums, layers, head, most);
  }

  int hidden() {
    return layers.size();
  }

  /** What hidden layer {@code i} gives. */
  Activate layer(int i) {
    return layers.get(i);
  }

  /** What hidden layer {@code i} sees. */
  Node below(int i) {
    return i == 0 ? input() : layers.get(i - 1);
  }

  /** The sums that see what hidden layer {@code i} gives. */
  Dense above(int i) {
    return i + 1 < sums.size() ? sums.get(i + 1) : head();
  }

  boolean full(int i) {
    return layers.get(i).width() >= most;
  }

  /** Adds a unit that nothing above listens to yet; what the nodes hold is lost. */
  void add(int i, float[] weights, float bias) {
    int unit = layers.get(i).width();
    widen(i, unit + 1);
    Parameter w = sums.get(i).weights();
    for (int r = 0; r < w.rows(); r++) {
      w.value()[r * w.stride() + unit] = weights[r];
    }
    sums.get(i).bias().value()[unit] = bias;
  }

  private void widen(int i, int units) {
    int more = units - layers.get(i).width();
    if (more > 0) {
      sums.get(i).grow(units);
      layers.get(i).grow(units, graph().capacity());
      above(i).weights().addRows(more);
    }
  }

  @Override
  public void load(StateReader in, int mostOutputs) {
    for (int i = 0; i < sums.size(); i++) {
      int units = sums.get(i).width();
      String name = sums.get(i).weights().name();
      widen(i, in.child(name).intValue("columns", units, Math.max(units, most)));
    }
    super.load(in, mostOutputs);
  }
}
