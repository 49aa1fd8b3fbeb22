package org.freshet.neural.network;

import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Activation;
import org.freshet.neural.graph.Graph;
import org.freshet.neural.graph.Input;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.kernel.FloatKernels;
import org.freshet.neural.optimizer.Rule;
import org.freshet.neural.optimizer.Rules;
import org.freshet.neural.optimizer.Steps;

/** Gives rows back through a narrow layer: well those like what it has learnt, others badly. */
final class Reconstruction {
  private static final int MOST_SLOTS = 80;

  private final Graph graph;
  private final Input input;
  private final Node output;
  private final Rule rule;
  private final Steps steps;
  private final float[] one = {1};

  /**
   * @param width of rows
   * @param code units of the narrow layer
   */
  Reconstruction(int width, int code, Spec optimizer, Build build) {
    graph = new Graph(FloatKernels.fastest());
    Rng rng = build.rng();
    input = graph.input(width);
    Node narrow = graph.activate(graph.dense("code", input, code, rng), Activation.LEAKY_RELU);
    output = graph.dense("row", narrow, width, rng);
    rule = Rules.rule(optimizer, build);
    steps = new Steps(graph, rule);
    graph.capacity(1);
  }

  /** A step towards giving a row back. */
  void learn(float[] row) {
    put(row);
    graph.forward(1);
    Losses.squared(output, input.value(), input.stride(), one, 0, 1);
    steps.step(1);
  }

  /** The squared distance of a row from what is given back, and that in {@code to}. */
  double apply(float[] row, float[] to) {
    put(row);
    graph.predict(1);
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      to[i] = output.value()[i];
      double d = row[i] - to[i];
      sum += d * d;
    }
    return sum;
  }

  private void put(float[] row) {
    System.arraycopy(row, 0, input.value(), 0, row.length);
  }

  void save(StateWriter out) {
    graph.save(out.child("network"));
    rule.save(out.child("optimizer"));
  }

  void load(StateReader in) {
    graph.load(in.child("network"), Math.max(input.width(), 1 << 20), MOST_SLOTS);
    rule.load(in.child("optimizer"));
  }

  long memoryBytes() {
    return 60 + graph.memoryBytes() + steps.memoryBytes();
  }
}
