package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
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
   */
  public record Parameters(DecayedMoments moments) {}

  private final DecayedMoments p;

  public AdaBelief(Parameters p, Build build) {
    this.p = p.moments();
  }

  @Override
  public Rule rule(Build build) {
    return new MomentRule(p.moments(), p.weightDecay(), 2) {
      @Override
      void move(Parameter of, float[] w, float[] g, float[][] slots, int n) {
        float[] m = slots[0];
        float[] s = slots[1];
        for (int i = 0; i < n; i++) {
          m[i] = b1 * m[i] + (1 - b1) * g[i] + TINY - TINY;
        }
        for (int i = 0; i < n; i++) {
          float off = g[i] - m[i];
          s[i] = b2 * s[i] + (1 - b2) * off * off + e;
        }
        apply(w, m, s, n);
      }
    };
  }
}
