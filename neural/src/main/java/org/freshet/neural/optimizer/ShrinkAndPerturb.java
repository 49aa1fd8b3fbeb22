package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * Shrink and perturb: gradient descent that shrinks all weights and shakes them a little at each
 * step, which keeps a network able to learn.
 *
 * <p>How it works: w ← (1 − η λ) w − η (g + ξ), ξ ~ N(0, σ²).
 *
 * <p>Papers: J. T. Ash, R. P. Adams, "On Warm-Starting Neural Network Training", NeurIPS 2020; M.
 * Elsayed, A. R. Mahmood, ICLR 2024 (a little at each step).
 *
 * <p>Where we differ: noise is read from a ring of 65,536 normal numbers at a place drawn for each
 * 2,048 weights.
 *
 * <p>Costs one pass a step; keeps the table.
 *
 * <pre>{@code
 * mlp(optimizer=shrink_and_perturb(learning_rate=0.01))
 * }</pre>
 */
@Component(name = "shrink_and_perturb", kinds = Kind.PART, family = "optimizer")
public final class ShrinkAndPerturb implements NetworkOptimizer {
  /**
   * @param learningRate η
   * @param noise σ
   * @param weightDecay λ
   */
  public record Parameters(
      @Param(value = "rate of the steps", def = "0.01", range = "(0, inf)", origin = "as upgd")
          double learningRate,
      @Param(
              value = "deviation of the noise added to gradients",
              def = "0.001",
              range = "[0, inf)",
              origin = "as upgd")
          double noise,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.001",
              range = "[0, inf)",
              origin = "as upgd")
          double weightDecay) {}

  private final Parameters p;

  public ShrinkAndPerturb(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p, new Noise(build.rng(), p.noise()));
  }

  private static final class State extends Rule {
    private final Parameters p;
    private final Noise noise;

    State(Parameters p, Noise noise) {
      this.p = p;
      this.noise = noise;
    }

    @Override
    public boolean noisy() {
      return true;
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] xi = noise.next(n);
      float rate = (float) scaled(p.learningRate());
      float keep = (float) (1 - scaled(p.learningRate()) * p.weightDecay());
      for (int i = 0; i < n; i++) {
        w[i] = keep * w[i] - rate * (g[i] + xi[i]);
      }
    }

    @Override
    public void save(StateWriter out) {
      noise.save(out);
    }

    @Override
    public void load(StateReader in) {
      noise.load(in);
    }

    @Override
    public long memoryBytes() {
      return 32 + noise.memoryBytes();
    }
  }
}
