package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.neural.graph.Parameter;

/**
 * Adam whose step sizes never grow again: the choice where rare large gradients must not be
 * forgotten.
 *
 * <p>How it works: m and v as in {@code adam}, u ← max(u, v); w ← (1 − α λ) w − α m̂ / (√û + ε),
 * with û = u / (1 − β2^t).
 *
 * <p>Paper: S. J. Reddi, S. Kale, S. Kumar, "On the Convergence of Adam and Beyond", ICLR 2018.
 *
 * <p>Where we differ: means are corrected for their start at 0, and weight decay stands beside the
 * gradient, as in PyTorch.
 *
 * <p>Costs a root and a division a weight and step; keeps 12 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=amsgrad(learning_rate=0.001))
 * }</pre>
 */
@Component(name = "amsgrad", kinds = Kind.PART, family = "optimizer")
public final class AmsGrad implements NetworkOptimizer {
  /**
   * @param moments what the family of Adam has in common
   */
  public record Parameters(DecayedMoments moments) {}

  private final DecayedMoments p;

  public AmsGrad(Parameters p, Build build) {
    this.p = p.moments();
  }

  @Override
  public Rule rule(Build build) {
    return new MomentRule(p.moments(), p.weightDecay(), 3) {
      @Override
      void move(Parameter of, float[] w, float[] g, float[][] slots, int n) {
        float[] v = slots[1];
        float[] u = slots[2];
        means(g, slots[0], v, n);
        for (int i = 0; i < n; i++) {
          u[i] = Math.max(u[i], v[i]);
        }
        apply(w, slots[0], u, n);
      }
    };
  }
}
