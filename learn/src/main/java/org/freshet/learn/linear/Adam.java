package org.freshet.learn.linear;

import org.freshet.core.Features;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Adam: each weight moves by its mean gradient over the root of its mean squared gradient, both
 * fading. The choice for dense features whose scales or noise differ; it keeps learning when the
 * stream changes.
 *
 * <p>How it works: with g_i = g x_i + l2 w_i, m_i ← β1 m_i + (1 − β1) g_i and v_i ← β2 v_i + (1 −
 * β2) g_i²; then w_i ← w_i − α m̂_i / (√v̂_i + ε) with m̂ = m / (1 − β1^t) and v̂ = v / (1 − β2^t);
 * then w_i is drawn l1·α towards 0 and stops there.
 *
 * <p>Paper: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm
 * 1.
 *
 * <p>Where we differ: on sparse rows only the stored columns move and fade ("lazy Adam"), with t
 * the steps of the whole model; the l1 step is not in the paper.
 *
 * <p>Costs one pass over the stored values with a root and a division each; keeps 24 bytes a
 * weight.
 *
 * <pre>{@code
 * logistic_regression(optimizer=adam(learning_rate=0.01))
 * }</pre>
 */
@Component(name = "adam", kinds = Kind.PART, family = "optimizer")
public final class Adam implements Optimizer {
  /**
   * @param learningRate α
   * @param beta1 how slowly the mean gradient fades
   * @param beta2 how slowly the mean squared gradient fades
   * @param epsilon ε
   */
  public record Parameters(
      @Param(
              value = "size of a step where gradients agree",
              def = "0.001",
              range = "(0, inf)",
              origin = "Kingma and Ba 2015, algorithm 1")
          double learningRate,
      @Param(
              value = "share of the mean gradient kept at each step",
              def = "0.9",
              range = "[0, 1)",
              origin = "Kingma and Ba 2015, algorithm 1")
          double beta1,
      @Param(
              value = "share of the mean squared gradient kept at each step",
              def = "0.999",
              range = "[0, 1)",
              origin = "Kingma and Ba 2015, algorithm 1")
          double beta2,
      @Param(
              value = "added to the root so that steps stay finite",
              def = "1e-8",
              range = "(0, inf)",
              origin = "Kingma and Ba 2015, algorithm 1")
          double epsilon) {}

  private final Parameters p;

  public Adam(Parameters p, Build build) {
    this.p = p;
  }

  public Parameters parameters() {
    return p;
  }

  @Override
  public Weights weights(int columns, double l1, double l2) {
    return new State(p, columns, l1, l2);
  }

  private static final class State extends Weights {
    private final Parameters p;
    private double power1 = 1; // β1^t
    private double power2 = 1; // β2^t

    State(Parameters p, int columns, double l1, double l2) {
      super(columns, 3, l1, l2); // w, m, v
      this.p = p;
    }

    @Override
    public void step(Features x, double gradient) {
      power1 *= p.beta1;
      power2 *= p.beta2;
      double rate = p.learningRate / (1 - power1);
      double scale = 1 / (1 - power2);
      double fade1 = p.beta1;
      double fade2 = p.beta2;
      double epsilon = p.epsilon;
      double[] w = cells;
      for (int k = 0, n = x.count(); k < n; k++) {
        int i = 3 * x.index(k);
        double g = gradient * x.value(k) + l2 * w[i];
        double m = fade1 * w[i + 1] + (1 - fade1) * g;
        double v = fade2 * w[i + 2] + (1 - fade2) * g * g;
        w[i + 1] = m;
        w[i + 2] = v;
        double u = w[i] - rate * m / (Math.sqrt(v * scale) + epsilon);
        w[i] = l1 == 0 ? u : shrink(u, p.learningRate * l1);
      }
    }

    @Override
    void add(Weights newer, Weights older, double share) {
      super.add(newer, older, share);
      State a = (State) newer;
      State b = (State) older;
      power1 *= b.power1 > 0 ? Math.min(1, a.power1 / b.power1) : 1;
      power2 *= b.power2 > 0 ? Math.min(1, a.power2 / b.power2) : 1;
      for (int i = 2; i < cells.length; i += 3) {
        cells[i] = Math.max(0, cells[i]); // means of squares that have faded here meanwhile
      }
    }

    @Override
    void save(StateWriter out) {
      super.save(out);
      out.put("power1", power1);
      out.put("power2", power2);
    }

    @Override
    void load(StateReader in, int mostColumns) {
      super.load(in, mostColumns);
      power1 = power(in, "power1");
      power2 = power(in, "power2");
    }

    private static double power(StateReader in, String name) {
      double v = in.doubleValue(name);
      if (!(v >= 0 && v <= 1)) {
        throw in.corrupt(name, "is " + v + ", allowed 0 to 1");
      }
      return v;
    }
  }
}
