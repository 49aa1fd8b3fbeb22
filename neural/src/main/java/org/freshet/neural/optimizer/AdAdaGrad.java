package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * AdAdaGrad: batches grow when the gradient of a batch is mostly noise, so that steps stay worth
 * their cost as learning goes on.
 *
 * <p>How it works: after each batch of b rows with mean gradient g and sample variance V of the
 * gradients of its rows (the norm test), if V > θ² b ‖g‖² the next batch has ⌈V / (θ² ‖g‖²)⌉ rows,
 * up to a bound; batches never shrink. The weights move by {@code optimizer}.
 *
 * <p>Paper: T. T.-K. Lau, H. Liu, M. Kolar, "AdAdaGrad: Adaptive Batch Size Schemes for Adaptive
 * Gradient Methods", 2024 (norm test).
 *
 * <p>Where we differ: the first batch is the network's {@code batch}, but at least 2, since one row
 * has no variance; only weights that rows meet in a matrix product count for the test, which is all
 * of them in {@code mlp}. Batches of strategies that change gradients before the step are not
 * tested. Rows of a memory count as rows of the batch.
 *
 * <p>Costs what the optimizer does over gradients that are kept, and a product of two lengths for
 * each row and layer; keeps room for the largest batch.
 *
 * <pre>{@code
 * mlp(optimizer=adadagrad(optimizer=adagrad, theta=0.5), batch=4)
 * }</pre>
 */
@Component(name = "adadagrad", kinds = Kind.PART, family = "optimizer")
public final class AdAdaGrad implements NetworkOptimizer {
  /**
   * @param optimizer how weights move
   * @param theta θ
   * @param mostBatch bound on the batch
   */
  public record Parameters(
      @Param(value = "how weights move", def = "adagrad", origin = "Lau, Liu and Kolar 2024")
          Spec optimizer,
      @Param(
              value = "noise of the mean gradient, as a share of its length, that is too much",
              def = "0.5",
              range = "(0, inf)",
              origin = "ours")
          double theta,
      @Param(
              value = "largest batch",
              def = "256",
              range = "[2, 4096]",
              unit = "events",
              origin = "the largest batch of a network")
          int mostBatch) {}

  private final Parameters p;

  public AdAdaGrad(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(Rules.rule(p.optimizer(), build.child("optimizer", 0)), p);
  }

  private static final class State extends RuleAround {
    private final Parameters p;
    private double[] squares;
    private int wanted;

    State(Rule inner, Parameters p) {
      super(inner);
      this.p = p;
      squares = new double[p.mostBatch()];
    }

    @Override
    public boolean streams() {
      return false;
    }

    @Override
    public int mostBatch() {
      return p.mostBatch();
    }

    @Override
    public int batch(int set) {
      return Math.min(p.mostBatch(), Math.max(wanted, Math.max(2, set)));
    }

    @Override
    public double[] lengths(int rows) {
      if (squares.length < rows) {
        squares = new double[rows];
      }
      return squares;
    }

    @Override
    public void survey(List<Parameter> parameters, BatchLoss loss, int rows) {
      test(parameters, rows);
      super.survey(parameters, loss, rows);
    }

    private void test(List<Parameter> parameters, int rows) {
      if (rows < 2) {
        return;
      }
      double mean = 0;
      for (int k = 0; k < parameters.size(); k++) {
        for (float d : parameters.get(k).gradient()) {
          mean += (double) d * d;
        }
      }
      double each = 0;
      for (int r = 0; r < rows; r++) {
        each += squares[r];
      }
      // Each row's share is 1/rows of its gradient.
      double variance = Math.max(0, ((double) rows * rows * each - rows * mean) / (rows - 1));
      double enough = variance / (p.theta() * p.theta() * mean);
      if (mean > 0 && enough > rows) {
        wanted = Math.max(wanted, (int) Math.min(p.mostBatch(), Math.ceil(enough)));
      }
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("wanted", (long) wanted);
    }

    @Override
    public void load(StateReader in) {
      super.load(in);
      wanted = in.intValue("wanted", 0, p.mostBatch());
    }

    @Override
    public long memoryBytes() {
      return 32 + 8L * squares.length + super.memoryBytes();
    }
  }
}
