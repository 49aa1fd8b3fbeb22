package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * Adan: Nesterov's look ahead for steps that are scaled as Adam's, from the change of the gradient
 * from step to step, so that no gradient is taken at another place.
 *
 * <p>How it works: with d = g − g of the step before, m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) d,
 * n ← β3 n + (1 − β3)(g + β2 d)², each corrected for its start; w ← (w − α (m̂ + β2 v̂) / (√n̂ +
 * ε)) / (1 + α λ).
 *
 * <p>Paper: X. Xie et al., "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep
 * Models", IEEE TPAMI 46(12), 2024; its β are 1 less ours, as in the authors' code.
 *
 * <p>Where we differ: gradients are not clipped, and there is no restart.
 *
 * <p>Costs a root and a division a weight and step; keeps 16 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=adan(learning_rate=0.001))
 * }</pre>
 */
@Component(name = "adan", kinds = Kind.PART, family = "optimizer")
public final class Adan implements NetworkOptimizer {
  /**
   * @param learningRate α
   * @param beta1 how slowly the mean gradient fades
   * @param beta2 how slowly the mean change fades
   * @param beta3 how slowly the mean square fades
   * @param epsilon ε
   * @param weightDecay λ
   */
  public record Parameters(
      @Param(
              value = "size of a step where gradients agree",
              def = "0.001",
              range = "(0, inf)",
              origin = "the authors' code")
          double learningRate,
      @Param(
              value = "share of the mean gradient kept at each step",
              def = "0.98",
              range = "[0, 1)",
              origin = "the authors' code")
          double beta1,
      @Param(
              value = "share of the mean change of the gradient kept at each step",
              def = "0.92",
              range = "[0, 1)",
              origin = "the authors' code")
          double beta2,
      @Param(
              value = "share of the mean square kept at each step",
              def = "0.99",
              range = "[0, 1)",
              origin = "the authors' code")
          double beta3,
      @Param(
              value = "added to the root so that steps stay finite",
              def = "1e-8",
              range = "(0, inf)",
              origin = "the authors' code")
          double epsilon,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.0",
              range = "[0, inf)",
              origin = "the authors' code")
          double weightDecay) {}

  private final Parameters p;

  public Adan(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p);
  }

  private static final class State extends Rule {
    private final Parameters p;
    private double power1 = 1;
    private double power2 = 1;
    private double power3 = 1;
    private boolean first = true;

    State(Parameters p) {
      this.p = p;
    }

    @Override
    public int slots() {
      return 4;
    }

    @Override
    public void begin() {
      first = power3 == 1;
      power1 *= p.beta1();
      power2 *= p.beta2();
      power3 *= p.beta3();
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] m = slots[0];
      float[] v = slots[1];
      float[] squares = slots[2];
      float[] last = slots[3];
      float b1 = (float) p.beta1();
      float b2 = (float) p.beta2();
      float b3 = (float) p.beta3();
      double rate = scaled(p.learningRate());
      float c1 = (float) (rate / (1 - power1));
      float c2 = (float) (rate * p.beta2() / (1 - power2));
      float c3 = (float) (1 / (1 - power3));
      float e = (float) p.epsilon();
      float keep = (float) (1 / (1 + rate * p.weightDecay()));
      float moved = first ? 0 : 1; // there is no change before the second step
      for (int i = 0; i < n; i++) {
        float d = g[i];
        float change = moved * (d - last[i]);
        float ahead = d + b2 * change;
        float mean = b1 * m[i] + (1 - b1) * d + TINY - TINY;
        float drift = b2 * v[i] + (1 - b2) * change + TINY - TINY;
        float square = b3 * squares[i] + (1 - b3) * ahead * ahead + TINY - TINY;
        m[i] = mean;
        v[i] = drift;
        squares[i] = square;
        last[i] = d;
        w[i] = keep * (w[i] - (c1 * mean + c2 * drift) / ((float) Math.sqrt(c3 * square) + e));
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("power1", power1);
      out.put("power2", power2);
      out.put("power3", power3);
    }

    @Override
    public void load(StateReader in) {
      power1 = Moments.power(in, "power1");
      power2 = Moments.power(in, "power2");
      power3 = Moments.power(in, "power3");
    }
  }
}
