package org.freshet.learn.linear;

import org.freshet.core.Features;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * AdaGrad: each weight has a rate of its own that falls with the gradients it has seen. The choice
 * for sparse features of very different frequency, and where no scaler is wanted.
 *
 * <p>How it works: with g_i = g x_i + l2 w_i, G_i ← G_i + g_i², then w_i ← w_i − η g_i / (√G_i +
 * ε), then w_i is drawn l1·η / (√G_i + ε) towards 0 and stops there. G never falls, so it learns
 * ever less: on a stream that changes put it in {@code drift_reset}.
 *
 * <p>Paper: J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient Methods for Online Learning and
 * Stochastic Optimization", JMLR 12, 2011, figure 1 with diagonal matrices (composite mirror
 * descent; the l1 step is its equation 25).
 *
 * <p>Where we differ: ε stands beside the root instead of in the matrix, as in most libraries; and
 * penalties touch the columns stored in the row, so on sparse rows a weight is not drawn to 0 while
 * its column is absent.
 *
 * <p>Costs one pass over the stored values with a root and a division each; keeps 16 bytes a
 * weight.
 *
 * <pre>{@code
 * logistic_regression(optimizer=adagrad(learning_rate=0.1))
 * }</pre>
 */
@Component(name = "adagrad", kinds = Kind.PART, family = "optimizer")
public final class AdaGrad implements Optimizer {
  /**
   * @param learningRate η
   * @param epsilon ε
   */
  public record Parameters(
      @Param(
              value = "rate of the steps before they are scaled",
              def = "0.1",
              range = "(0, inf)",
              origin = "the default of River's AdaGrad")
          double learningRate,
      @Param(
              value = "added to the root so that the first steps stay finite",
              def = "1e-8",
              range = "(0, inf)",
              origin = "the default of River's AdaGrad")
          double epsilon) {}

  private final Parameters p;

  public AdaGrad(Parameters p, Build build) {
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

    State(Parameters p, int columns, double l1, double l2) {
      super(columns, 2, l1, l2); // w, G
      this.p = p;
    }

    @Override
    public void step(Features x, double gradient) {
      double[] w = cells;
      double eta = p.learningRate;
      double epsilon = p.epsilon;
      for (int k = 0, n = x.count(); k < n; k++) {
        int i = 2 * x.index(k);
        double g = gradient * x.value(k) + l2 * w[i];
        double sum = w[i + 1] + g * g;
        w[i + 1] = sum;
        double rate = eta / (Math.sqrt(sum) + epsilon);
        double u = w[i] - rate * g;
        w[i] = l1 == 0 ? u : shrink(u, rate * l1);
      }
    }
  }
}
