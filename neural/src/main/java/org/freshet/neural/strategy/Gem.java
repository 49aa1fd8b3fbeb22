package org.freshet.neural.strategy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.neural.graph.Parameter;

/**
 * GEM, gradient episodic memory: learns the stream as far as the loss of no class in the memory
 * grows by it.
 *
 * <p>How it works: g is the gradient of the loss of the rows of the stream, r_c that of the rows of
 * class c in a batch of the memory, for each class that is not in the stream's batch. Where some
 * g·r_c is negative, the step is against g + Σ v_c r_c, with v ≥ 0 the solution of min ½ |g + Σ v_c
 * r_c|² by projected coordinate descent, plus {@code margin}: the gradient nearest to g along which
 * no class gets worse.
 *
 * <p>Paper: D. Lopez-Paz, M. Ranzato, "Gradient Episodic Memory for Continual Learning", NeurIPS
 * 2017.
 *
 * <p>Where we differ: tasks are not told, so classes stand for them; where there are more than
 * {@code constraints} classes, classes with the same remainder are one. Gradients are those of a
 * batch of the memory, not of all of it.
 *
 * <p>Costs a forward and a backward pass for each constraint; keeps 4 bytes a weight for each.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=gem, replay=ring(size=200, batch=64))
 * }</pre>
 */
@Component(name = "gem", kinds = Kind.PART, family = "strategy")
public final class Gem implements Method {
  /**
   * @param constraints at most
   * @param margin added to every v_c that counts
   */
  public record Parameters(
      @Param(
              value = "gradients that are held at most",
              def = "10",
              range = "[1, 1000]",
              origin = "ours; a constraint a class of ten")
          int constraints,
      @Param(
              value = "added to the share of each gradient, to help old classes more",
              def = "0.5",
              range = "[0, inf)",
              origin = "the authors' code, all its experiments")
          double margin) {}

  private static final int SWEEPS = 50;

  private final Parameters p;

  public Gem(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Constrained(p);
  }

  private static final class Constrained extends Strategy {
    private final Parameters p;
    private final List<KeptGradients> gradients = new ArrayList<>();
    private final boolean[] now; // whether a constraint's classes are in the stream's batch
    private final double[][] products;
    private final double[] along;
    private final double[] shares;

    Constrained(Parameters p) {
      this.p = p;
      int n = p.constraints();
      now = new boolean[n];
      products = new double[n][n];
      along = new double[n];
      shares = new double[n];
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      List<Parameter> all = l.network().graph().parameters();
      int n = references(l, stream, rows);
      l.weigh(0, stream, 1);
      l.forward(rows);
      l.loss(0, stream);
      if (n == 0) {
        l.step(rows);
        return;
      }
      l.backward(rows);
      boolean wrong = false;
      for (int i = 0; i < n; i++) {
        along[i] = gradients.get(i).product(all);
        wrong |= along[i] < 0;
        for (int j = 0; j <= i; j++) {
          products[i][j] = gradients.get(i).product(gradients.get(j));
          products[j][i] = products[i][j];
        }
      }
      if (wrong) {
        solve(products, along, n, shares);
        for (int i = 0; i < n; i++) {
          gradients.get(i).addTo(all, shares[i] + p.margin());
        }
      }
      l.steps().stepKept();
    }

    /** The gradients of old classes. */
    private int references(Lesson l, int stream, int rows) {
      Arrays.fill(now, false);
      for (int r = 0; r < stream; r++) {
        now[l.labels()[r] % now.length] = true;
      }
      int n = 0;
      for (int c = 0; c < now.length; c++) {
        int count = 0;
        for (int r = stream; r < rows; r++) {
          boolean in = !now[c] && l.labels()[r] % now.length == c;
          l.weights()[r] = in ? 1 : 0;
          count += in ? 1 : 0;
        }
        if (count > 0) {
          for (int r = stream; r < rows; r++) {
            l.weights()[r] /= count;
          }
          l.network().graph().forward(rows);
          l.loss(stream, rows);
          l.network().graph().backward(rows);
          if (gradients.size() == n) {
            gradients.add(new KeptGradients());
          }
          gradients.get(n++).keep(l.network().graph().parameters());
        }
      }
      return n;
    }

    @Override
    public long memoryBytes() {
      long n = p.constraints();
      long sum = 64 + 16 * (5 + n) + n + 8 * n * (n + 2) + 24;
      for (KeptGradients g : gradients) {
        sum += g.memoryBytes();
      }
      return sum;
    }
  }

  /**
   * The v ≥ 0 with the least ½ vᵀ P v + vᵀ a.
   *
   * @param products P, of the gradients with each other
   * @param along a, with the gradient of the stream
   */
  static void solve(double[][] products, double[] along, int n, double[] v) {
    Arrays.fill(v, 0, n, 0);
    for (int s = 0; s < SWEEPS; s++) {
      for (int i = 0; i < n; i++) {
        double slope = along[i];
        for (int j = 0; j < n; j++) {
          slope += products[i][j] * v[j];
        }
        if (products[i][i] > 0) {
          v[i] = Math.max(0, v[i] - slope / products[i][i]);
        }
      }
    }
  }
}
