package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Parameter;

/**
 * Adam that does not lengthen weights whose length does not matter, such as those before a
 * normalisation: else momentum makes them grow, and with them the steps fade.
 *
 * <p>How it works: m and v as in {@code adam}, u = m̂ / (√v̂ + ε). Where the gradients of all units
 * of a layer, or the layer's as a whole, are nearly at right angles to its weights (|cos(g, w)| <
 * δ/√dimension), the part of u along w is taken out of it and the decay is reduced; w ← (1 − α λ) w
 * − α u.
 *
 * <p>Paper: B. Heo et al., "AdamP: Slowing Down the Slowdown for Momentum Optimizers on
 * Scale-invariant Weights", ICLR 2021.
 *
 * <p>Where we differ: in nothing known; biases and gains are never projected, as in the authors'
 * code.
 *
 * <p>Costs three more passes than {@code adam} over gradients that are kept; keeps 12 bytes a
 * weight.
 *
 * <pre>{@code
 * mlp(optimizer=adamp(learning_rate=0.001))
 * }</pre>
 */
@Component(name = "adamp", kinds = Kind.PART, family = "optimizer")
public final class AdamP implements NetworkOptimizer {
  /**
   * @param moments what the family of Adam has in common
   * @param projection when the length does not matter
   * @param weightDecay λ
   */
  public record Parameters(
      Moments moments,
      Projected projection,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.0",
              range = "[0, inf)",
              origin = "the authors' code")
          double weightDecay) {}

  private final Parameters p;

  public AdamP(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p);
  }

  private static final class State extends MomentRule {
    private final Projected settings;
    private final Projection projection = new Projection();

    State(Parameters p) {
      super(p.moments(), p.weightDecay(), 3);
      settings = p.projection();
    }

    @Override
    public boolean streams() {
      return false;
    }

    @Override
    void move(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] m = slots[0];
      float[] v = slots[1];
      float[] u = slots[2];
      means(g, m, v, n);
      for (int i = 0; i < n; i++) {
        u[i] = rate * m[i] / ((float) Math.sqrt(c2 * v[i]) + e);
      }
      boolean free = projection.apply(of, w, g, u, settings.delta());
      float left = free ? kept(settings.decayRatio()) : keep;
      for (int i = 0; i < n; i++) {
        w[i] = left * w[i] - u[i];
      }
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 8 + projection.memoryBytes();
    }
  }
}
