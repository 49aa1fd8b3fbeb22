package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
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

  public AmsGrad(Parameters p, Build build) {
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
      float[] u = slots[2];
      for (int i = 0; i < n; i++) {
        float d = g[i];
        float mean = b1 * m[i] + (1 - b1) * d + TINY - TINY;
        float square = b2 * v[i] + (1 - b2) * d * d + TINY - TINY;
        float most = Math.max(u[i], square);
        m[i] = mean;
        v[i] = square;
        u[i] = most;
        w[i] = keep * w[i] - c1 * mean / ((float) Math.sqrt(c2 * most) + e);
      }
    }
  }
}
