package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
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

  public DiffGrad(Parameters p, Build build) {
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
      return 3;
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
      float[] last = slots[2];
      for (int i = 0; i < n; i++) {
        float d = g[i];
        float mean = b1 * m[i] + (1 - b1) * d + TINY - TINY;
        float square = b2 * v[i] + (1 - b2) * d * d + TINY - TINY;
        float x = Math.min(4.9f, 0.5f * Math.abs(last[i] - d));
        float q = x * x;
        float tanh =
            x
                * (135135 + q * (17325 + q * (378 + q)))
                / (135135 + q * (62370 + q * (3150 + q * 28)));
        m[i] = mean;
        v[i] = square;
        last[i] = d;
        w[i] =
            keep * w[i] - c1 * (0.5f + 0.5f * tanh) * mean / ((float) Math.sqrt(c2 * square) + e);
      }
    }
  }
}
