package org.freshet.learn.linear;

import org.freshet.core.Features;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Stochastic gradient descent: every weight moves by the same rate. The choice for features of one
 * scale (put {@code standard_scaler} before it) and for worlds that change, because a constant rate
 * never stops learning.
 *
 * <p>How it works: w ← w − η_t (g x + l2 w), then each weight is drawn l1·η_t towards 0 and stops
 * there, which leaves true zeros. η_t is {@code learning_rate} (constant), {@code learning_rate} /
 * t^{@code power} (inverse_scaling), or {@code learning_rate} / (1 + {@code learning_rate}·l2·t)
 * (optimal), where t counts the steps from 1.
 *
 * <p>Papers: H. Robbins, S. Monro, "A Stochastic Approximation Method", Annals of Mathematical
 * Statistics 22(3), 1951; L. Bottou, "Stochastic Gradient Descent Tricks", Neural Networks: Tricks
 * of the Trade, 2012, section 5.2 (optimal); J. Duchi, Y. Singer, "Efficient Online and Batch
 * Learning Using Forward Backward Splitting", JMLR 10, 2009, equation 19 (the l1 step).
 *
 * <p>Where we differ: penalties touch the columns stored in the row, so on sparse rows a weight is
 * not drawn to 0 while its column is absent; on dense rows there is no difference.
 *
 * <p>Costs one pass over the stored values of a row; keeps 8 bytes a weight.
 *
 * <pre>{@code
 * logistic_regression(optimizer=sgd(learning_rate=0.1))
 * }</pre>
 */
@Component(name = "sgd", kinds = Kind.PART, family = "optimizer")
public final class Sgd implements Optimizer {
  /** How the rate falls with the steps. */
  public enum Schedule {
    CONSTANT,
    INVERSE_SCALING,
    OPTIMAL
  }

  /**
   * @param learningRate η
   * @param schedule how it falls
   * @param power exponent of inverse scaling
   */
  public record Parameters(
      @Param(
              value = "rate of the steps",
              def = "0.01",
              range = "(0, inf)",
              origin = "the default of River's SGD")
          double learningRate,
      @Param(
              value = "how the rate falls with the steps",
              def = "constant",
              origin = "streams change, so the rate stays")
          Schedule schedule,
      @Param(
              value = "exponent of the schedule inverse_scaling",
              def = "0.5",
              range = "[0, 1]",
              origin = "the rate that suits convex losses (Zinkevich, ICML 2003)")
          double power) {}

  private final Parameters p;

  public Sgd(Parameters p, Build build) {
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
    private long steps;

    State(Parameters p, int columns, double l1, double l2) {
      super(columns, 1, l1, l2);
      this.p = p;
    }

    private double rate(long t) {
      return switch (p.schedule) {
        case CONSTANT -> p.learningRate;
        case INVERSE_SCALING ->
            p.learningRate / (p.power == 0.5 ? Math.sqrt(t) : Math.pow(t, p.power));
        case OPTIMAL -> p.learningRate / (1 + p.learningRate * l2 * t);
      };
    }

    @Override
    double reach(double squaredNorm) {
      return rate(steps + 1) * squaredNorm;
    }

    @Override
    public void step(Features x, double gradient) {
      steps++;
      double rate = rate(steps);
      if (l1 == 0 && l2 == 0) {
        x.addTo(cells, -rate * gradient);
        return;
      }
      double[] w = cells;
      for (int k = 0, n = x.count(); k < n; k++) {
        int i = x.index(k);
        double u = w[i] - rate * (gradient * x.value(k) + l2 * w[i]);
        w[i] = l1 == 0 ? u : shrink(u, rate * l1);
      }
    }

    @Override
    void add(Weights newer, Weights older, double share) {
      super.add(newer, older, share);
      steps += Math.max(0, ((State) newer).steps - ((State) older).steps);
    }

    @Override
    void save(StateWriter out) {
      super.save(out);
      out.put("steps", steps);
    }

    @Override
    void load(StateReader in, int mostColumns) {
      super.load(in, mostColumns);
      steps = in.longValue("steps", 0, Long.MAX_VALUE);
    }
  }
}
