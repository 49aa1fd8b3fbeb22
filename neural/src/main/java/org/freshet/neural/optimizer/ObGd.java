package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Parameter;

/**
 * Overshooting-bounded gradient descent: a step is never so long that the output would go past what
 * it is to learn, which makes one event at a time stable at a rate of 1.
 *
 * <p>How it works: with the error δ of the outputs and e the gradient divided by it, M = η κ
 * max(|δ|, 1) ‖e‖₁ bounds how far a step overshoots; w ← w − min(η, η / M) g. |δ| is 1 − P(y) for a
 * class and the size of the error for a number, the mean over a batch.
 *
 * <p>Paper: M. Elsayed, G. Vasan, A. R. Mahmood, "Streaming Deep Reinforcement Learning Finally
 * Works", 2024.
 *
 * <p>Where we differ: events that are labelled do not follow from each other, so there is no trace
 * (γ λ = 0).
 *
 * <p>Needs a strategy whose loss is known: {@code experience_replay}. Costs two passes over
 * gradients that are kept; keeps nothing a weight.
 *
 * <pre>{@code
 * mlp(optimizer=obgd)
 * }</pre>
 */
@Component(name = "obgd", kinds = Kind.PART, family = "optimizer")
public final class ObGd implements NetworkOptimizer {
  /**
   * @param learningRate η
   * @param kappa κ
   */
  public record Parameters(
      @Param(
              value = "rate of the steps that are short enough",
              def = "1.0",
              range = "(0, inf)",
              origin = "the authors' code")
          double learningRate,
      @Param(
              value = "how many times shorter than the bound a step must be",
              def = "2.0",
              range = "[1, inf)",
              origin = "the authors' code, for values")
          double kappa) {}

  private final Parameters p;

  public ObGd(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p);
  }

  private static final class State extends Rule {
    private final Parameters p;
    private float rate;

    State(Parameters p) {
      this.p = p;
    }

    @Override
    public boolean streams() {
      return false;
    }

    @Override
    public boolean needsLoss() {
      return true;
    }

    @Override
    public void survey(List<Parameter> parameters, BatchLoss loss, int rows) {
      double length = 0;
      for (int k = 0; k < parameters.size(); k++) {
        for (float d : parameters.get(k).gradient()) {
          length += Math.abs(d);
        }
      }
      double error = loss.error();
      double eta = scaled(p.learningRate());
      // max(|δ|, 1)‖e‖ with ‖e‖ = ‖g‖ / |δ|
      double bound = error > 0 ? eta * p.kappa() * length * Math.max(1, 1 / error) : 0;
      rate = (float) (bound > 1 ? eta / bound : eta);
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float r = rate;
      for (int i = 0; i < n; i++) {
        w[i] -= r * g[i];
      }
    }
  }
}
