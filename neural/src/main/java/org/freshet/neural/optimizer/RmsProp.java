package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Parameter;

/**
 * Divides each gradient by the root of its fading mean square.
 *
 * <p>How it works: v ← ρ v + (1 − ρ) g²; w ← w − η g / (√v + ε).
 *
 * <p>Source: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", Coursera, Neural Networks for Machine
 * Learning, 2012.
 *
 * <p>Where we differ: ε stands beside the root.
 *
 * <p>Costs a root and a division a weight and step; keeps 4 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=rmsprop(learning_rate=0.001))
 * }</pre>
 */
@Component(name = "rmsprop", kinds = Kind.PART, family = "optimizer")
public final class RmsProp implements NetworkOptimizer {
  /**
   * @param learningRate η
   * @param decay ρ
   * @param epsilon ε
   */
  public record Parameters(
      @Param(value = "size of a step", def = "0.001", range = "(0, inf)", origin = "as adam")
          double learningRate,
      @Param(
              value = "share of the mean square kept at each step",
              def = "0.9",
              range = "[0, 1)",
              origin = "Tieleman and Hinton 2012")
          double decay,
      @Param(
              value = "added to the root so that steps stay finite",
              def = "1e-8",
              range = "(0, inf)",
              origin = "as adam")
          double epsilon) {}

  private final Parameters p;

  public RmsProp(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p);
  }

  private static final class State extends Rule {
    private final Parameters p;

    State(Parameters p) {
      this.p = p;
    }

    @Override
    public int slots() {
      return 1;
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] v = slots[0];
      float rho = (float) p.decay();
      float rate = (float) scaled(p.learningRate());
      float e = (float) p.epsilon();
      for (int i = 0; i < n; i++) {
        float d = g[i];
        float square = rho * v[i] + (1 - rho) * d * d + TINY - TINY;
        v[i] = square;
        w[i] -= rate * d / ((float) Math.sqrt(square) + e);
      }
    }
  }
}
