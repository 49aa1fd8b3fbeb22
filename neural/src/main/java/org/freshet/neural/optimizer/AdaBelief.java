package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Parameter;

/**
 * Adam that divides by how far gradients are from their mean: large steps where the gradient is as
 * believed, small ones where it surprises.
 *
 * <p>How it works: m as in {@code adam}, s ← β2 s + (1 − β2)(g − m)² + ε; w ← (1 − α λ) w − α m̂ /
 * (√ŝ + ε).
 *
 * <p>Paper: J. Zhuang et al., "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed
 * Gradients", NeurIPS 2020.
 *
 * <p>Where we differ: no rectification of the first steps.
 *
 * <p>Costs a root and a division a weight and step; keeps 8 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=adabelief(learning_rate=0.001))
 * }</pre>
 */
@Component(name = "adabelief", kinds = Kind.PART, family = "optimizer")
public final class AdaBelief implements NetworkOptimizer {
  /**
   * @param moments what the family of Adam has in common
   * @param weightDecay λ
   */
  public record Parameters(
      Moments moments,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.0",
              range = "[0, inf)",
              origin = "none unless asked for")
          double weightDecay) {}

  private final Parameters p;

  public AdaBelief(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p);
  }

  private static final class State extends Moments.MomentRule {
    State(Parameters p) {
      super(p.moments(), p.weightDecay());
    }

    @Override
    public int slots() {
      return 2;
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] m = slots[0];
      float[] v = slots[1];
      float b1 = (float) p.beta1();
      float b2 = (float) p.beta2();
      float c1 = (float) scaled(p.learningRate()) * correct1();
      float c2 = correct2();
      float e = (float) p.epsilon();
      float keep = keep();
      for (int i = 0; i < n; i++) {
        float d = g[i];
        float mean = b1 * m[i] + (1 - b1) * d + TINY - TINY;
        float off = d - mean;
        float square = b2 * v[i] + (1 - b2) * off * off + e;
        m[i] = mean;
        v[i] = square;
        w[i] = keep * w[i] - c1 * mean / ((float) Math.sqrt(c2 * square) + e);
      }
    }
  }
}
