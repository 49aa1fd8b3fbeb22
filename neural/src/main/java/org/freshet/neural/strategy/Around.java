package org.freshet.neural.strategy;

import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.network.Network;

/** A strategy that adds something to another, which it lets do all the rest. */
abstract class Around extends Strategy {
  final Strategy inner;

  Around(Strategy inner) {
    this.inner = inner;
  }

  @Override
  public int draws() {
    return inner.draws();
  }

  @Override
  public boolean classesOnly() {
    return inner.classesOnly();
  }

  @Override
  public boolean denseOnly() {
    return inner.denseOnly();
  }

  @Override
  public void attach(Network network) {
    inner.attach(network);
  }

  @Override
  public void begin(Lesson l) {
    inner.begin(l);
  }

  @Override
  public void learn(Lesson l) {
    inner.learn(l);
  }

  @Override
  public void kept(Lesson l, int row, int place) {
    inner.kept(l, row, place);
  }

  @Override
  public void grown(Lesson l, int outputs) {
    inner.grown(l, outputs);
  }

  @Override
  public void scores(Lesson l, double[] scores, int outputs) {
    inner.scores(l, scores, outputs);
  }

  @Override
  public void save(StateWriter out) {
    inner.save(out.child("strategy"));
  }

  @Override
  public void load(StateReader in, int mostOutputs) {
    inner.load(in.child("strategy"), mostOutputs);
  }

  @Override
  public long memoryBytes() {
    return 40 + inner.memoryBytes();
  }

  /** A slot beside all weights that begins as their copy. */
  static int copied(Lesson l) {
    int slot = l.network().graph().parameters().get(0).slots();
    for (Parameter p : l.network().graph().parameters()) {
      p.slots(slot + 1);
      System.arraycopy(p.value(), 0, p.slot(slot), 0, p.value().length);
    }
    return slot;
  }

  /** The network takes the weights of a slot, until this is called again. */
  static void swap(Lesson l, int slot) {
    List<Parameter> all = l.network().graph().parameters();
    for (int i = 0; i < all.size(); i++) {
      all.get(i).swap(slot);
    }
  }

  /** Moves the weights of a slot by {@code share} of the way to those of the network. */
  static void follow(Lesson l, int slot, float share) {
    List<Parameter> all = l.network().graph().parameters();
    for (int i = 0; i < all.size(); i++) {
      follow(all.get(i).slot(slot), all.get(i).value(), share);
    }
  }

  private static void follow(float[] mean, float[] w, float take) {
    float keep = 1 - take;
    for (int i = 0; i < mean.length; i++) {
      mean[i] = keep * mean[i] + take * w[i];
    }
  }
}
