package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Parameter;

/**
 * Momentum that does not lengthen weights whose length does not matter, see {@code adamp}.
 *
 * <p>How it works: v ← μ v + g, and u is v, or by Nesterov g + μ v. Where the gradients of all
 * units of a layer, or the layer's as a whole, are nearly at right angles to its weights (|cos(g,
 * w)| < δ/√dimension), the part of u along w is taken out of it and the decay is reduced; w ← (1 −
 * η λ / (1 − μ)) w − η u.
 *
 * <p>Paper: B. Heo et al., "AdamP: Slowing Down the Slowdown for Momentum Optimizers on
 * Scale-invariant Weights", ICLR 2021, its variant with SGD.
 *
 * <p>Where we differ: gradients enter the momentum whole (dampening 0).
 *
 * <p>Costs three more passes than {@code momentum} over gradients that are kept; keeps 8 bytes a
 * weight.
 *
 * <pre>{@code
 * mlp(optimizer=sgdp(learning_rate=0.01))
 * }</pre>
 */
@Component(name = "sgdp", kinds = Kind.PART, family = "optimizer")
public final class SgdP implements NetworkOptimizer {
  /**
   * @param learningRate η
   * @param momentum μ
   * @param nesterov whether to look ahead
   * @param projection when the length does not matter
   * @param weightDecay λ
   */
  public record Parameters(
      @Param(value = "rate of the steps", def = "0.01", range = "(0, inf)", origin = "as momentum")
          double learningRate,
      @Param(
              value = "share of the last step kept",
              def = "0.9",
              range = "[0, 1)",
              origin = "as momentum")
          double momentum,
      @Param(value = "whether steps look ahead", def = "false", origin = "the authors' code")
          boolean nesterov,
      Projected projection,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.0",
              range = "[0, inf)",
              origin = "the authors' code")
          double weightDecay) {}

  private final Parameters p;

  public SgdP(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p);
  }

  private static final class State extends Rule {
    private final Parameters p;
    private final Projection projection = new Projection();

    State(Parameters p) {
      this.p = p;
    }

    @Override
    public int slots() {
      return 2;
    }

    @Override
    public boolean streams() {
      return false;
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] v = slots[0];
      float[] u = slots[1];
      float mu = (float) p.momentum();
      float ahead = p.nesterov() ? mu : 1;
      float now = p.nesterov() ? 1 : 0;
      for (int i = 0; i < n; i++) {
        float sum = mu * v[i] + g[i] + TINY - TINY;
        v[i] = sum;
        u[i] = now * g[i] + ahead * sum;
      }
      double decay = scaled(p.learningRate()) * p.weightDecay() / (1 - p.momentum());
      if (projection.apply(of, w, g, u, p.projection().delta())) {
        decay *= p.projection().decayRatio();
      }
      float keep = (float) (1 - decay);
      float rate = (float) scaled(p.learningRate());
      for (int i = 0; i < n; i++) {
        w[i] = keep * w[i] - rate * u[i];
      }
    }

    @Override
    public long memoryBytes() {
      return 24 + projection.memoryBytes();
    }
  }
}
