package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * Generalised implicit steps: where the rate is too large, the step looks at the loss and goes less
 * far, so that the rate need not be tuned.
 *
 * <p>How it works: w ← w − η_t z. {@code truncated} (aProx): z = min(1, ℓ / (η_t ‖g‖²)) g, which
 * stops where the line through the loss ℓ would be 0. {@code two_step} (mirror-prox): z is the
 * gradient at w − η_t g. η_t is η, or with {@code adaptive} η / √(Σ ‖g‖²) over the steps so far.
 *
 * <p>Papers: K. Chen, F. Orabona, "Generalized Implicit Follow-The-Regularized-Leader", ICML 2023;
 * H. Asi, J. C. Duchi, "Stochastic (Approximate) Proximal Point Methods", SIAM J. Optimization
 * 29(3), 2019 (the truncated model).
 *
 * <p>Where we differ: steps start from the weights as they are instead of from the sum of all z,
 * which is the same while η_t is constant; the exact proximal step, which networks have no formula
 * for, is not offered.
 *
 * <p>Needs a strategy whose loss is known: {@code experience_replay}. Costs two passes over
 * gradients that are kept, and with {@code two_step} the passes forwards and backwards twice; keeps
 * 4 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=implicit(learning_rate=0.1))
 * }</pre>
 */
@Component(name = "implicit", kinds = Kind.PART, family = "optimizer")
public final class Implicit implements NetworkOptimizer {
  /** How a step looks ahead. */
  public enum Step {
    TRUNCATED,
    TWO_STEP
  }

  /**
   * @param learningRate η
   * @param step how it looks ahead
   * @param adaptive whether the rate falls with the gradients seen
   */
  public record Parameters(
      @Param(
              value = "rate of the steps that do not go too far",
              def = "0.1",
              range = "(0, inf)",
              origin = "larger than sgd's, since steps are bounded")
          double learningRate,
      @Param(value = "how a step looks ahead", def = "truncated", origin = "no second pass")
          Step step,
      @Param(
              value = "whether the rate falls with the gradients seen",
              def = "false",
              origin = "streams change, so the rate stays")
          boolean adaptive) {}

  private final Parameters p;

  public Implicit(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p);
  }

  private static final class State extends Rule {
    private final Parameters p;
    private double sum;
    private float rate;

    State(Parameters p) {
      this.p = p;
    }

    @Override
    public int slots() {
      return p.step() == Step.TWO_STEP ? 1 : 0;
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
      double squares = 0;
      for (int k = 0; k < parameters.size(); k++) {
        for (float d : parameters.get(k).gradient()) {
          squares += (double) d * d;
        }
      }
      sum += squares;
      double eta = scaled(p.learningRate());
      if (p.adaptive()) {
        eta = sum > 0 ? eta / Math.sqrt(sum) : 0;
      }
      if (p.step() == Step.TRUNCATED) {
        eta = squares > 0 ? Math.min(eta, Math.max(0, loss.value()) / squares) : 0;
      } else {
        ahead(parameters, (float) eta);
        loss.again();
        for (int k = 0; k < parameters.size(); k++) {
          Parameter q = parameters.get(k);
          System.arraycopy(q.slot(0), 0, q.value(), 0, q.value().length);
        }
      }
      rate = (float) eta;
    }

    private static void ahead(List<Parameter> parameters, float eta) {
      for (int k = 0; k < parameters.size(); k++) {
        Parameter q = parameters.get(k);
        float[] w = q.value();
        float[] g = q.gradient();
        System.arraycopy(w, 0, q.slot(0), 0, w.length);
        for (int i = 0; i < w.length; i++) {
          w[i] -= eta * g[i];
        }
      }
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float r = rate;
      for (int i = 0; i < n; i++) {
        w[i] -= r * g[i];
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("sum", sum);
    }

    @Override
    public void load(StateReader in) {
      sum = in.doubleValue("sum");
      if (!(sum >= 0)) {
        throw in.corrupt("sum", "is " + sum + ", allowed from 0 on");
      }
    }
  }
}
