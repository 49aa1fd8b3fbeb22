package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.neural.graph.Parameter;

/**
 * Adam with friction: a weight whose gradient changes little from step to step moves less, as near
 * a minimum.
 *
 * <p>How it works: m and v as in {@code adam}, ξ = 1 / (1 + e^−|g_t−1 − g_t|); w ← (1 − α λ) w − α
 * ξ m̂ / (√v̂ + ε).
 *
 * <p>Paper: S. R. Dubey et al., "diffGrad: An Optimization Method for Convolutional Neural
 * Networks", IEEE TNNLS 31(11), 2020.
 *
 * <p>Where we differ: the sigmoid is a rational approximation with an error below 1e-4; weight
 * decay stands beside the gradient.
 *
 * <p>Costs a root and two divisions a weight and step; keeps 12 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=diffgrad(learning_rate=0.001))
 * }</pre>
 */
@Component(name = "diffgrad", kinds = Kind.PART, family = "optimizer")
public final class DiffGrad implements NetworkOptimizer {
  /**
   * @param moments what the family of Adam has in common
   */
  public record Parameters(DecayedMoments moments) {}

  private final DecayedMoments p;

  public DiffGrad(Parameters p, Build build) {
    this.p = p.moments();
  }

  @Override
  public Rule rule(Build build) {
    return new MomentRule(p.moments(), p.weightDecay(), 3) {
      @Override
      void move(Parameter of, float[] w, float[] g, float[][] slots, int n) {
        float[] m = slots[0];
        float[] u = slots[2]; // the last gradient, then what takes the place of m
        means(g, m, slots[1], n);
        for (int i = 0; i < n; i++) {
          float x = Math.min(4.9f, 0.5f * Math.abs(u[i] - g[i]));
          float q = x * x;
          float tanh =
              x
                  * (135135 + q * (17325 + q * (378 + q)))
                  / (135135 + q * (62370 + q * (3150 + q * 28)));
          u[i] = 0.5f + 0.5f * tanh;
        }
        for (int i = 0; i < n; i++) {
          u[i] *= m[i];
        }
        apply(w, u, slots[1], n);
        System.arraycopy(g, 0, u, 0, n);
      }
    };
  }
}
