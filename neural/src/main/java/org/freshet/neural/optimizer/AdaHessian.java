package org.freshet.neural.optimizer;

import java.util.List;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;

/**
 * AdaHessian: divides gradients by the curvature of the loss instead of by their own size.
 *
 * <p>How it works: with signs z drawn for all weights, D = z ∘ (H z) is the diagonal of the Hessian
 * in the mean over z (Hutchinson); m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) D²; w ← (1 − α λ) w −
 * α m̂ / ((√v̂)^k + ε).
 *
 * <p>Paper: Z. Yao et al., "ADAHESSIAN: An Adaptive Second Order Optimizer for Machine Learning",
 * AAAI 2021.
 *
 * <p>Where we differ: H z is a finite difference, of the gradients at w + 0.001 z and at w, and not
 * the derivative of the gradient; D is not averaged over the weights of a convolution. Where k is
 * not 1, the correction of v is inside the power.
 *
 * <p>Needs a strategy whose loss can be computed again: {@code experience_replay}. Costs two passes
 * forwards and backwards a step, a root and two divisions a weight; keeps 16 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=adahessian(learning_rate=0.15), batch=16)
 * }</pre>
 */
@Component(name = "adahessian", kinds = Kind.PART, family = "optimizer")
public final class AdaHessian implements NetworkOptimizer {
  /**
   * @param learningRate α
   * @param beta1 how slowly the mean gradient fades
   * @param beta2 how slowly the mean squared curvature fades
   * @param epsilon ε
   * @param power k
   * @param weightDecay λ
   */
  public record Parameters(
      @Param(
              value = "size of a step where gradients agree and curvature is 1",
              def = "0.15",
              range = "(0, inf)",
              origin = "the authors' code")
          double learningRate,
      @Param(
              value = "share of the mean gradient kept at each step",
              def = "0.9",
              range = "[0, 1)",
              origin = "the authors' code")
          double beta1,
      @Param(
              value = "share of the mean squared curvature kept at each step",
              def = "0.999",
              range = "[0, 1)",
              origin = "the authors' code")
          double beta2,
      @Param(
              value = "added to the curvature so that steps stay finite",
              def = "0.0001",
              range = "(0, inf)",
              origin = "the authors' code")
          double epsilon,
      @Param(
              value = "exponent of the curvature",
              def = "1.0",
              range = "[0, 1]",
              origin = "the authors' code")
          double power,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.0",
              range = "[0, inf)",
              origin = "the authors' code")
          double weightDecay) {}

  private final Parameters p;

  public AdaHessian(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p, build.rng());
  }

  private static final class State extends Rule {
    private static final float FAR = 1e-3f;
    private static final int CURVATURE = 2;
    private static final int OLD = 3;

    private final Parameters p;
    private final Rng rng;
    private double power1 = 1;
    private double power2 = 1;

    State(Parameters p, Rng rng) {
      this.p = p;
      this.rng = rng;
    }

    @Override
    public int slots() {
      return 4;
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
    public void begin() {
      power1 *= p.beta1();
      power2 *= p.beta2();
    }

    @Override
    public void survey(List<Parameter> parameters, BatchLoss loss, int rows) {
      for (int k = 0; k < parameters.size(); k++) {
        Parameter q = parameters.get(k);
        System.arraycopy(q.gradient(), 0, q.slot(CURVATURE), 0, q.value().length);
        System.arraycopy(q.value(), 0, q.slot(OLD), 0, q.value().length);
        shake(q);
      }
      loss.again();
      for (int k = 0; k < parameters.size(); k++) {
        Parameter q = parameters.get(k);
        curvature(q.value(), q.gradient(), q.slot(CURVATURE), q.slot(OLD));
      }
    }

    /** w + 0.001 z. */
    private void shake(Parameter q) {
      long signs = 0;
      int left = 0;
      for (int r = 0; r < q.rows(); r++) {
        for (int c = 0; c < q.columns(); c++) {
          if (left == 0) {
            signs = rng.nextLong();
            left = 64;
          }
          q.value()[r * q.stride() + c] += (signs & 1) == 0 ? FAR : -FAR;
          signs >>>= 1;
          left--;
        }
      }
    }

    /** Puts weights and gradients back, and D where the gradients were kept. */
    private static void curvature(float[] w, float[] g, float[] kept, float[] old) {
      for (int i = 0; i < w.length; i++) {
        float moved = w[i] - old[i];
        float first = kept[i];
        kept[i] = moved == 0 ? 0 : (g[i] - first) / moved;
        g[i] = first;
        w[i] = old[i];
      }
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] m = slots[0];
      float[] v = slots[1];
      float[] curvature = slots[CURVATURE];
      float b1 = (float) p.beta1();
      float b2 = (float) p.beta2();
      float rate = (float) (scaled(p.learningRate()) / (1 - power1));
      float c2 = (float) (1 / (1 - power2));
      float e = (float) p.epsilon();
      float keep = (float) (1 - scaled(p.learningRate()) * p.weightDecay());
      boolean plain = p.power() == 1;
      for (int i = 0; i < n; i++) {
        float mean = b1 * m[i] + (1 - b1) * g[i] + TINY - TINY;
        float square = b2 * v[i] + (1 - b2) * curvature[i] * curvature[i] + TINY - TINY;
        m[i] = mean;
        v[i] = square;
        float size = (float) Math.sqrt(c2 * square);
        size = plain ? size : (float) Math.pow(size, p.power());
        w[i] = keep * w[i] - rate * mean / (size + e);
      }
    }

    @Override
    public void save(StateWriter out) {
      rng.save(out, "rng");
      out.put("power1", power1);
      out.put("power2", power2);
    }

    @Override
    public void load(StateReader in) {
      rng.load(in, "rng");
      power1 = Moments.power(in, "power1");
      power2 = Moments.power(in, "power2");
    }

    @Override
    public long memoryBytes() {
      return 96;
    }
  }
}
