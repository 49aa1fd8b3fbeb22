package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Parameter;

/**
 * Adam whose weight decay stands beside the gradient, so that it takes the same share of every
 * weight however large its gradients are.
 *
 * <p>How it works: m and v as in {@code adam}; w ← (1 − α λ) w − α m̂ / (√v̂ + ε).
 *
 * <p>Paper: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, with a
 * schedule of 1.
 *
 * <p>Where we differ: α multiplies λ, as in PyTorch.
 *
 * <p>Costs a root and a division a weight and step; keeps 8 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=adamw(learning_rate=0.001))
 * }</pre>
 */
@Component(name = "adamw", kinds = Kind.PART, family = "optimizer")
public final class AdamW implements NetworkOptimizer {
  /**
   * @param moments what the family of Adam has in common
   * @param weightDecay λ
   */
  public record Parameters(
      Moments moments,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.01",
              range = "[0, inf)",
              origin = "the default of PyTorch's AdamW")
          double weightDecay) {}

  private final Parameters p;

  public AdamW(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new MomentRule(p.moments(), p.weightDecay(), 2) {
      @Override
      void move(Parameter of, float[] w, float[] g, float[][] slots, int n) {
        float[] m = slots[0];
        float[] v = slots[1];
        for (int i = 0; i < n; i++) {
          float d = g[i];
          float mean = b1 * m[i] + (1 - b1) * d + TINY - TINY;
          float square = b2 * v[i] + (1 - b2) * d * d + TINY - TINY;
          m[i] = mean;
          v[i] = square;
          w[i] = keep * w[i] - rate * mean / ((float) Math.sqrt(c2 * square) + e);
        }
      }
    };
  }
}
