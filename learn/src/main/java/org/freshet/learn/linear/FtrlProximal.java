package org.freshet.learn.linear;

import org.freshet.core.Features;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * FTRL-proximal: rates per weight as in AdaGrad, and an l1 penalty that keeps most weights exactly
 * 0 at no loss of accuracy. The choice for millions of sparse features, as in click prediction.
 *
 * <p>How it works: z_i sums the gradients, corrected so that the point they lead to stays put, and
 * n_i their squares. With g_i = g x_i: σ = (√(n_i + g_i²) − √n_i) / α, z_i ← z_i + g_i − σ w_i, n_i
 * ← n_i + g_i²; then w_i = 0 where |z_i| ≤ λ1, else w_i = −(z_i − sgn(z_i) λ1) / ((β + √n_i) / α +
 * λ2). λ1 and λ2 are the model's {@code l1} and {@code l2}.
 *
 * <p>Paper: H. B. McMahan and 15 others, "Ad Click Prediction: a View from the Trenches", KDD 2013,
 * algorithm 1.
 *
 * <p>Where we differ: the paper works out w_i when it predicts; here it is worked out once a step
 * and kept, 8 bytes more for a prediction that is a plain dot product. The numbers are the same.
 * Unlike the other optimizers, λ1 and λ2 act on the whole sum of losses, not on each event's.
 *
 * <p>Costs one pass over the stored values with two roots and a division each; keeps 24 bytes a
 * weight.
 *
 * <pre>{@code
 * logistic_regression(optimizer=ftrl_proximal(learning_rate=0.1), l1=1.0)
 * }</pre>
 */
@Component(name = "ftrl_proximal", kinds = Kind.PART, family = "optimizer")
public final class FtrlProximal implements Optimizer {
  /**
   * @param learningRate α
   * @param beta β
   */
  public record Parameters(
      @Param(
              value = "rate of the steps before they are scaled, the paper's alpha",
              def = "0.1",
              range = "(0, inf)",
              origin =
                  "the middle of what the paper's section 3.1 finds to work, problem by problem")
          double learningRate,
      @Param(
              value = "added to the root so that the first steps stay small",
              def = "1.0",
              range = "[0, inf)",
              origin = "McMahan et al. 2013, section 3.1")
          double beta) {}

  private final Parameters p;

  public FtrlProximal(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Weights weights(int columns, double l1, double l2) {
    return new State(p, columns, l1, l2);
  }

  private static final class State extends Weights {
    private final double alpha;
    private final double beta;

    State(Parameters p, int columns, double l1, double l2) {
      super(columns, 3, l1, l2); // w, z, n
      alpha = p.learningRate;
      beta = p.beta;
    }

    @Override
    public void step(Features x, double gradient) {
      double[] w = cells;
      double inverse = 1 / alpha;
      for (int k = 0, count = x.count(); k < count; k++) {
        int i = 3 * x.index(k);
        double g = gradient * x.value(k);
        double before = w[i + 2];
        double after = before + g * g;
        double root = Math.sqrt(after);
        double sum = w[i + 1] + g - (root - Math.sqrt(before)) * inverse * w[i];
        w[i + 2] = after;
        w[i + 1] = sum;
        w[i] = weight(sum, (beta + root) * inverse);
      }
    }

    private double weight(double sum, double slope) {
      double size = Math.abs(sum);
      return size <= l1 ? 0 : Math.copySign(size - l1, -sum) / (slope + l2);
    }

    /** z and n go along, and say what the weights are. */
    @Override
    void add(Weights newer, Weights older, double share) {
      super.add(newer, older, share);
      for (int i = 0; i < cells.length; i += 3) {
        cells[i] = weight(cells[i + 1], (beta + Math.sqrt(cells[i + 2])) * (1 / alpha));
      }
    }
  }
}
