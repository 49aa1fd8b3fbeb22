package org.freshet.neural.strategy;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.network.Network;

/** Weights are worth what gradients on the last rows of the stream say. */
abstract class Measured extends Anchored {
  private final int rows;
  private Recent recent;

  Measured(double lambda, double largest, int rows, Trigger trigger) {
    super(lambda, largest, trigger);
    this.rows = rows;
  }

  /** Writes the gradient at the head for the row that was run. */
  abstract void seed(Lesson l);

  /** Adds what the gradients of a row say of the weights. */
  abstract void add(float[] gradients, float share, float[] fresh);

  /** Calls {@link #hold}. */
  abstract void hold(Parameter p, float[] fresh);

  @Override
  final int slots() {
    return 1;
  }

  @Override
  public void begin(Lesson l) {
    super.begin(l);
    recent = new Recent(rows, l.network().input().stride());
  }

  @Override
  public void learn(Lesson l) {
    for (int r = 0; r < l.streamed(); r++) {
      recent.add(l.network().input().value(), r * l.network().input().stride(), l.labels()[r]);
    }
    super.learn(l);
  }

  @Override
  final void consolidate(Lesson l) {
    Network n = l.network();
    List<Parameter> all = n.graph().parameters();
    for (int i = 0; i < all.size(); i++) {
      Arrays.fill(own(all.get(i), 0), 0);
    }
    for (int r = 0; r < recent.size(); r++) {
      recent.copyRow(r, n.input().value(), 0);
      n.graph().forward(1);
      seed(l);
      n.graph().backward(1);
      for (int i = 0; i < all.size(); i++) {
        add(all.get(i).gradient(), 1f / recent.size(), own(all.get(i), 0));
      }
    }
    for (int i = 0; i < all.size(); i++) {
      hold(all.get(i), own(all.get(i), 0));
    }
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    recent.save(out.child("recent"));
  }

  @Override
  public void load(StateReader in, int mostOutputs) {
    super.load(in, mostOutputs);
    recent.load(in.child("recent"), Math.max(1, mostOutputs));
  }

  @Override
  public long memoryBytes() {
    return 16 + super.memoryBytes() + recent.memoryBytes();
  }
}
