package org.freshet.neural.optimizer;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Parameter;

/**
 * Stochastic gradient descent with momentum, plain or by Nesterov: steps add up along directions in
 * which gradients agree.
 *
 * <p>How it works: v ← μ v + g; w ← (1 − η λ) w − η v, or by Nesterov w ← (1 − η λ) w − η (g + μ
 * v).
 *
 * <p>Papers: B. T. Polyak, "Some Methods of Speeding up the Convergence of Iteration Methods",
 * 1964; I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the Importance of Initialization and
 * Momentum in Deep Learning", ICML 2013.
 *
 * <p>Where we differ: v sums gradients and the rate multiplies the sum, as in PyTorch.
 *
 * <p>Costs one pass a step; keeps 4 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=momentum(learning_rate=0.01, momentum=0.9))
 * }</pre>
 */
@Component(name = "momentum", kinds = Kind.PART, family = "optimizer")
public final class Momentum implements NetworkOptimizer {
  /**
   * @param learningRate η
   * @param momentum μ
   * @param nesterov whether to look ahead
   * @param weightDecay λ
   */
  public record Parameters(
      @Param(value = "rate of the steps", def = "0.01", range = "(0, inf)", origin = "as sgd")
          double learningRate,
      @Param(value = "share of the last step kept", def = "0.9", range = "[0, 1)", origin = "usual")
          double momentum,
      @Param(value = "whether steps look ahead", def = "false", origin = "plain momentum")
          boolean nesterov,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.0",
              range = "[0, inf)",
              origin = "none unless asked for")
          double weightDecay) {}

  private final Parameters p;

  public Momentum(Parameters p, Build build) {
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
      float mu = (float) p.momentum();
      float rate = (float) scaled(p.learningRate());
      float keep = (float) (1 - scaled(p.learningRate()) * p.weightDecay());
      float ahead = p.nesterov() ? mu : 1;
      float now = p.nesterov() ? 1 : 0;
      for (int i = 0; i < n; i++) {
        float u = mu * v[i] + g[i] + TINY - TINY;
        v[i] = u;
        w[i] = keep * w[i] - rate * (now * g[i] + ahead * u);
      }
    }
  }
}
