package org.freshet.neural.optimizer;

import java.util.Arrays;
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
 * Utility-based perturbed gradient descent: weights that are useful are protected, useless ones are
 * moved and shaken, so that a network neither forgets nor stiffens over a long stream.
 *
 * <p>How it works: the utility of a weight is the fading mean u of −g w, which is how much the loss
 * would grow without it, corrected for its start; with s = sigmoid(û / max û over all weights), w ←
 * (1 − η λ) w − η (g + ξ)(1 − s), where ξ ~ N(0, σ²).
 *
 * <p>Paper: M. Elsayed, A. R. Mahmood, "Addressing Loss of Plasticity and Catastrophic Forgetting
 * in Continual Learning", ICLR 2024 (first-order global utility).
 *
 * <p>Where we differ: the step is η, as in the experiments, and not 2η, as in the published class.
 * The sigmoid is a rational approximation with an error below 1e-4. Noise is read from a ring of
 * 65,536 normal numbers at a place drawn for each 2,048 weights. While no utility is above 0, every
 * weight counts as one of the middle (s = ½).
 *
 * <p>Costs two passes over gradients that are kept; 8 bytes a weight.
 *
 * <pre>{@code
 * mlp(optimizer=upgd(learning_rate=0.01, noise=0.001))
 * }</pre>
 */
@Component(name = "upgd", kinds = Kind.PART, family = "optimizer")
public final class Upgd implements NetworkOptimizer {
  /**
   * @param learningRate η
   * @param decay how slowly utilities fade
   * @param noise σ
   * @param weightDecay λ
   */
  public record Parameters(
      @Param(
              value = "rate of the steps",
              def = "0.01",
              range = "(0, inf)",
              origin = "chosen for permuted MNIST in the authors' code")
          double learningRate,
      @Param(
              value = "share of the utility kept at each step",
              def = "0.999",
              range = "[0, 1)",
              origin = "the authors' code")
          double decay,
      @Param(
              value = "deviation of the noise added to gradients",
              def = "0.001",
              range = "[0, inf)",
              origin = "the authors' code")
          double noise,
      @Param(
              value = "share of each weight taken away at a step, times the rate",
              def = "0.001",
              range = "[0, inf)",
              origin = "the authors' code")
          double weightDecay) {}

  private final Parameters p;

  public Upgd(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Rule rule(Build build) {
    return new State(p, build.rng());
  }

  private static final class State extends Rule {
    private final Parameters p;
    private static final int BLOCK = 1 << 10;

    private final Noise noise;
    private final float[] top = new float[BLOCK];
    private final float[] part = new float[BLOCK];
    private float most;

    State(Parameters p, Rng rng) {
      this.p = p;
      noise = new Noise(rng, p.noise());
    }

    @Override
    public boolean noisy() {
      return true;
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
      float b = (float) p.decay();
      Arrays.fill(top, 0);
      for (int k = 0; k < parameters.size(); k++) {
        Parameter q = parameters.get(k);
        utilities(q.slot(0), q.gradient(), q.value(), b);
        highest(q.slot(0));
      }
      most = 0;
      for (float t : top) {
        most = Math.max(most, t);
      }
    }

    private static void utilities(float[] u, float[] g, float[] w, float b) {
      for (int i = 0; i < u.length; i++) {
        u[i] = b * u[i] - (1 - b) * g[i] * w[i] + TINY - TINY;
      }
    }

    /** Maxima of places in a block: HotSpot vectorises those, and not the maximum of one array. */
    private void highest(float[] u) {
      float[] t = top;
      float[] x = part;
      for (int at = 0; at < u.length; at += BLOCK) {
        int n = Math.min(BLOCK, u.length - at);
        System.arraycopy(u, at, x, 0, n);
        for (int i = 0; i < n; i++) {
          t[i] = Math.max(t[i], x[i]);
        }
      }
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] xi = noise.next(n);
      float[] u = slots[0];
      // The correction for the start divides both, so it drops out.
      float scale = most > 0 ? 0.5f / most : 0;
      float rate = (float) scaled(p.learningRate());
      float keep = (float) (1 - scaled(p.learningRate()) * p.weightDecay());
      for (int i = 0; i < n; i++) {
        float x = Math.max(-4.9f, Math.min(4.9f, scale * u[i]));
        float q = x * x;
        float tanh =
            x
                * (135135 + q * (17325 + q * (378 + q)))
                / (135135 + q * (62370 + q * (3150 + q * 28)));
        w[i] = keep * w[i] - rate * (g[i] + xi[i]) * (0.5f - 0.5f * tanh);
      }
    }

    @Override
    public void save(StateWriter out) {
      noise.save(out);
    }

    @Override
    public void load(StateReader in) {
      noise.load(in);
    }

    @Override
    public long memoryBytes() {
      return 80 + 8L * BLOCK + noise.memoryBytes();
    }
  }
}
