package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;

/**
 * Elastic weight consolidation: weights that what was learnt depends on are held by springs.
 *
 * <p>How it works: at each consolidation the diagonal Fisher information F of the weights is
 * estimated on the last {@code rows} rows: the mean of (∂ ln p(c | x) / ∂w)², with the class c
 * drawn from what the network answers; of (∂z / ∂w)² where a number z is learnt. From then on the
 * loss has the penalty λ/2 Σ F (w − w*)², where w* are the weights of that moment. Plain: the
 * penalties of all consolidations add up. Online: one penalty, F ← γ F + F of now, and w* are the
 * latest weights.
 *
 * <p>Papers: J. Kirkpatrick et al., "Overcoming Catastrophic Forgetting in Neural Networks", PNAS
 * 114(13), 2017; J. Schwarz et al., "Progress &amp; Compress", ICML 2018 (online).
 *
 * <p>Where we differ: tasks are not told: {@code consolidate} says when. The penalties of plain EWC
 * are kept as one: a sum of springs is a spring to the mean of their ends, so memory does not grow
 * with the tasks. A weight is worth {@code largest} at most, so that steps stay stable. Where the
 * network has a memory, its rows are learnt with the stream's.
 *
 * <p>Costs a pass over the weights a step, and {@code rows} backward passes at a consolidation;
 * keeps 16 bytes a weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=ewc(lambda=100, consolidate=every_events(events=5000)))
 * }</pre>
 */
@Component(name = "ewc", kinds = Kind.PART, family = "strategy")
public final class Ewc implements Method {
  /**
   * @param lambda strength of the springs
   * @param online one spring to the latest weights in place of one for each consolidation
   * @param decay γ
   * @param rows the Fisher information is estimated on
   * @param largest a weight is worth at most
   * @param consolidate when springs are set
   */
  public record Parameters(
      @Param(
              value = "strength of the springs; 0 is plain training",
              def = "100.0",
              range = "[0, inf)",
              origin = "chosen on a small stream of two tasks")
          double lambda,
      @Param(
              value = "whether one spring to the latest weights takes the place of all",
              def = "false",
              origin = "Kirkpatrick et al. 2017")
          boolean online,
      @Param(
              value = "share of the Fisher information of before that is kept, when online",
              def = "0.95",
              range = "[0, 1]",
              origin = "ours")
          double decay,
      @Param(
              value = "rows the Fisher information is estimated on, the last ones",
              def = "200",
              range = "[1, 100000]",
              unit = "rows",
              origin = "chosen")
          int rows,
      @Param(
              value = "a weight is worth at most this, strength included",
              def = "10.0",
              range = "(0, inf)",
              origin = "stable with learning rates up to 0.1")
          double largest,
      @Param(value = "when springs are set", def = "loss_plateau", origin = "tasks are not told")
          Spec consolidate) {}

  private final Parameters p;
  private final Consolidation when;

  public Ewc(Parameters p, Build build) {
    this.p = p;
    when = build.create(p.consolidate(), Consolidation.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new Springs(p, when.trigger());
  }

  private static final class Springs extends Measured {
    private final Parameters p;
    private final int[] drawn = new int[1];
    private final float[] one = {1};

    Springs(Parameters p, Trigger trigger) {
      super(p.lambda(), p.largest(), p.rows(), trigger);
      this.p = p;
    }

    @Override
    void seed(Lesson l) {
      Node z = l.network().head();
      if (!l.classes()) {
        z.gradient()[0] += 1; // of a normal distribution around the answer, with variance 1
        return;
      }
      drawn[0] = draw(z, l.rng().nextDouble());
      Losses.softmaxCrossEntropy(z, drawn, one, 0, 1);
    }

    /** A class from the probabilities of row 0. */
    private static int draw(Node z, double at) {
      float[] v = z.value();
      double top = v[0];
      for (int c = 1; c < z.width(); c++) {
        top = Math.max(top, v[c]);
      }
      double sum = 0;
      for (int c = 0; c < z.width(); c++) {
        sum += Math.exp(v[c] - top);
      }
      double left = at * sum;
      for (int c = 0; c < z.width() - 1; c++) {
        left -= Math.exp(v[c] - top);
        if (left < 0) {
          return c;
        }
      }
      return z.width() - 1;
    }

    @Override
    void add(float[] g, float share, float[] fresh) {
      for (int i = 0; i < g.length; i++) {
        fresh[i] += share * g[i] * g[i];
      }
    }

    @Override
    void hold(Parameter q, float[] fresh) {
      hold(q, fresh, p.online() ? p.decay() : 1, !p.online());
    }

    @Override
    public long memoryBytes() {
      return 72 + super.memoryBytes();
    }
  }
}
