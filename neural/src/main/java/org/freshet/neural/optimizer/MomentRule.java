package org.freshet.neural.optimizer;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * A rule of the family of Adam, with weight decay: counts steps and corrects means for their start
 * at 0. What the loops need is in fields, as nothing in an array can change those. A loop that does
 * more than a few things at once is not vectorised, which makes it ten times slower: better two.
 */
abstract class MomentRule extends Rule {
  /** β1. */
  final float b1;

  /** β2. */
  final float b2;

  /** ε. */
  final float e;

  /** What a mean squared gradient is multiplied by. */
  float c2;

  /** The rate times what a mean gradient is multiplied by. */
  float rate;

  /** What is left of a weight after its decay. */
  float keep;

  private final Moments p;
  private final double weightDecay;
  private final int slots;
  private double power1 = 1;
  private double power2 = 1;

  MomentRule(Moments p, double weightDecay, int slots) {
    this.p = p;
    this.weightDecay = weightDecay;
    this.slots = slots;
    b1 = (float) p.beta1();
    b2 = (float) p.beta2();
    e = (float) p.epsilon();
  }

  @Override
  public final int slots() {
    return slots;
  }

  @Override
  public final void begin() {
    power1 *= p.beta1();
    power2 *= p.beta2();
    c2 = (float) (1 / (1 - power2));
  }

  @Override
  public final void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
    rate = (float) scaled(p.learningRate()) * (float) (1 / (1 - power1));
    keep = kept(1);
    move(of, w, g, slots, n);
  }

  /** What is left of a weight after a share of its decay. */
  final float kept(double share) {
    return (float) (1 - scaled(p.learningRate()) * weightDecay * share);
  }

  /** Takes gradients into their means m and the means v of their squares. */
  final void means(float[] g, float[] m, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      float d = g[i];
      m[i] = b1 * m[i] + (1 - b1) * d + TINY - TINY;
      v[i] = b2 * v[i] + (1 - b2) * d * d + TINY - TINY;
    }
  }

  /** Moves weights by means of gradients over roots of means of squares. */
  final void apply(float[] w, float[] m, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      w[i] = keep * w[i] - rate * m[i] / ((float) Math.sqrt(c2 * v[i]) + e);
    }
  }

  /** Moves a stretch of weights, as {@link #step}. */
  abstract void move(Parameter of, float[] w, float[] g, float[][] slots, int n);

  @Override
  public long memoryBytes() {
    return 96;
  }

  @Override
  public final void save(StateWriter out) {
    out.put("power1", power1);
    out.put("power2", power2);
  }

  @Override
  public final void load(StateReader in) {
    power1 = Moments.power(in, "power1");
    power2 = Moments.power(in, "power2");
  }
}
