package org.freshet.neural.strategy;

import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Parameter;

/**
 * Learns rows of stream and memory while each weight is pulled back to an anchor by ½ a (w − w*)²,
 * where a is what the weight is worth. Methods differ in how they find a. They keep a and w* beside
 * the weights; weights of new classes begin with a = 0.
 */
abstract class Anchored extends Strategy {
  /** Slots after {@link #slot} that this class keeps. */
  static final int OWN = 2;

  private final double lambda;
  private final float largest;
  private final Trigger trigger;
  private int slot;
  private boolean anchored;

  /**
   * @param lambda 0 is plain training
   * @param largest a weight is worth at most
   */
  Anchored(double lambda, double largest, Trigger trigger) {
    this.lambda = lambda;
    this.largest = (float) largest;
    this.trigger = trigger;
  }

  /** Slots the method keeps beside those of this class. */
  abstract int slots();

  /** Finds what weights are worth and calls {@link #hold} for each parameter. */
  abstract void consolidate(Lesson l);

  final float[] worth(Parameter p) {
    return p.slot(slot);
  }

  final float[] anchor(Parameter p) {
    return p.slot(slot + 1);
  }

  /** The method's own slot {@code i}. */
  final float[] own(Parameter p, int i) {
    return p.slot(slot + OWN + i);
  }

  @Override
  public boolean classesOnly() {
    return false;
  }

  @Override
  public void begin(Lesson l) {
    slot = l.network().graph().parameters().get(0).slots();
    for (Parameter p : l.network().graph().parameters()) {
      p.slots(slot + OWN + slots());
    }
  }

  @Override
  public void learn(Lesson l) {
    int stream = l.streamed();
    int rows = stream + l.draw(stream);
    l.weigh(0, rows, 1);
    l.forward(rows);
    double loss = l.loss(0, stream);
    l.loss(stream, rows);
    if (lambda == 0) {
      l.step(rows);
      return;
    }
    step(l, rows);
    double weight = 0;
    for (int r = 0; r < stream; r++) {
      weight += l.weights()[r];
    }
    if (trigger.after(loss / weight, stream)) {
      consolidate(l);
      anchored = true;
    }
  }

  /** A step from the gradients at the nodes and the pull. */
  void step(Lesson l, int rows) {
    if (!anchored) {
      l.step(rows);
      return;
    }
    l.backward(rows);
    List<Parameter> all = l.network().graph().parameters();
    for (int i = 0; i < all.size(); i++) {
      pull(all.get(i));
    }
    l.steps().stepKept();
  }

  /** Adds the gradient of ½ a (w − w*)². */
  final void pull(Parameter p) {
    pull(p.gradient(), p.value(), worth(p), anchor(p));
  }

  private static void pull(float[] g, float[] w, float[] a, float[] to) {
    for (int i = 0; i < g.length; i++) {
      g[i] += a[i] * (w[i] - to[i]);
    }
  }

  /**
   * From now on weights are held where they are, by λ times {@code fresh} and what they were worth
   * before.
   *
   * @param keep share kept of what they were worth before
   * @param sum whether the pulls to the anchors of before are kept (their sum is one pull to the
   *     mean of the anchors); else all pull to where the weights are now
   */
  final void hold(Parameter p, float[] fresh, double keep, boolean sum) {
    float[] a = worth(p);
    float[] to = anchor(p);
    float[] w = p.value();
    float k = (float) keep;
    float strength = (float) lambda;
    for (int i = 0; i < a.length; i++) {
      float before = k * a[i];
      float now = strength * Math.max(0, fresh[i]);
      float all = before + now;
      // NaN and infinity come from values no network can learn: such a weight is held fast.
      a[i] = all < largest ? all : largest;
      float share = sum && all > 0 ? now / all : 1;
      to[i] = share <= 1 ? to[i] + share * (w[i] - to[i]) : w[i];
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("anchored", anchored);
    trigger.save(out.child("consolidate"));
  }

  @Override
  public void load(StateReader in, int mostOutputs) {
    anchored = in.bool("anchored");
    trigger.load(in.child("consolidate"));
  }

  @Override
  public long memoryBytes() {
    return 40 + trigger.memoryBytes();
  }
}
