package org.freshet.neural.optimizer;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * SGD-SaI: momentum whose rate is set for each layer once, by how clear its first gradient was, and
 * never again; so it keeps half of what Adam does.
 *
 * <p>How it works: at the first step s = ‖g‖ / (sd(g) + ε) for each matrix of weights; v ← μ v + (1
 * − μ) g; w ← (1 − η λ) w − η s v.
 *
 * <p>Paper: M. Xu et al., "No More Adam: Learning Rate Scaling at Initialization is All You Need",
 * 2024.
 *
 * <p>Where we differ: s is taken at the first gradient that is not 0, because an output layer that
 * starts at 0 lets none through to the layers before it; one weight alone has s = 1.
 *
 * <p>Costs a pass a step over gradients that are kept; keeps 4 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=sgd_sai(learning_rate=0.01))
 * }</pre>
 */
@Component(name = "sgd_sai", kinds = Kind.PART, family = "optimizer")
public final class SgdSai implements NetworkOptimizer {
  /**
   * @param learningRate η
   * @param momentum μ
   * @param epsilon ε
   * @param weightDecay λ
   */
  public record Parameters(
      @Param(
              value = "rate of the steps before a layer's scale",
              def = "0.01",
              range = "(0, inf)",
              origin = "the authors' code")
          double learningRate,
      @Param(
              value = "share of the mean gradient kept at each step",
              def = "0.9",
              range = "[0, 1)",
              origin = "the authors' code")
          double momentum,
      @Param(
              value = "added to the deviation so that scales stay finite",
              def = "1e-8",
              range = "(0, inf)",
              origin = "the authors' code")
          double epsilon,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.01",
              range = "[0, inf)",
              origin = "the authors' code")
          double weightDecay) {}

  private final Parameters p;

  public SgdSai(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p);
  }

  private static final class State extends Rule {
    private final Parameters p;
    private double[] scales = {}; // of the parameters in their order; 0 while unknown
    private int at;

    State(Parameters p) {
      this.p = p;
    }

    @Override
    public int slots() {
      return 1;
    }

    @Override
    public boolean streams() {
      return false;
    }

    @Override
    public void survey(List<Parameter> parameters, BatchLoss loss, int rows) {
      at = 0;
      if (scales.length != parameters.size()) {
        scales = Arrays.copyOf(scales, parameters.size());
      }
      for (int k = 0; k < scales.length; k++) {
        if (scales[k] == 0) {
          scales[k] = scale(parameters.get(k));
        }
      }
    }

    private double scale(Parameter q) {
      double sum = 0;
      double squares = 0;
      for (float d : q.gradient()) { // 0 in the padding
        sum += d;
        squares += (double) d * d;
      }
      double n = (double) q.rows() * q.columns();
      if (squares == 0 || n < 2) {
        return squares == 0 ? 0 : 1;
      }
      double variance = Math.max(0, squares - sum * sum / n) / (n - 1);
      return Math.sqrt(squares) / (Math.sqrt(variance) + p.epsilon());
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] v = slots[0];
      float mu = (float) p.momentum();
      float rate = (float) (scaled(p.learningRate()) * scales[at++]);
      float keep = (float) (1 - scaled(p.learningRate()) * p.weightDecay());
      for (int i = 0; i < n; i++) {
        float mean = mu * v[i] + (1 - mu) * g[i] + TINY - TINY;
        v[i] = mean;
        w[i] = keep * w[i] - rate * mean;
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("scales", scales);
    }

    @Override
    public void load(StateReader in) {
      double[] s = in.doubles("scales");
      for (double v : s) {
        if (!(v >= 0 && v < Double.POSITIVE_INFINITY)) {
          throw in.corrupt("scales", "has " + v + ", allowed are numbers from 0 on");
        }
      }
      scales = s;
    }

    @Override
    public long memoryBytes() {
      return 48 + 8L * scales.length;
    }
  }
}
