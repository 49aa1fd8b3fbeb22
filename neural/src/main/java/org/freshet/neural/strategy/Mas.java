package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;

/**
 * Memory aware synapses: weights are held by how much the answers of the network change with them,
 * whether the answers are right or wrong.
 *
 * <p>How it works: at each consolidation Ω is the mean of |∂ ‖z(x)‖² / ∂w| over the last {@code
 * rows} rows, where z are the logits; it is added to the Ω of before, and from then on the loss has
 * the penalty λ Σ Ω (w − w*)², where w* are the latest weights.
 *
 * <p>Papers: R. Aljundi, F. Babiloni, M. Elhoseiny, M. Rohrbach, T. Tuytelaars, "Memory Aware
 * Synapses: Learning What (not) to Forget", ECCV 2018; R. Aljundi, K. Kelchtermans, T. Tuytelaars,
 * "Task-Free Continual Learning", CVPR 2019 (tasks not told).
 *
 * <p>Where we differ: Ω is measured on the last rows of the stream, as tasks are not told and the
 * paper of 2019 measures it on a hard buffer. 2λΩ is {@code largest} at most, so that steps stay
 * stable. Where the network has a memory, its rows are learnt with the stream's.
 *
 * <p>Costs a pass over the weights a step, and {@code rows} backward passes at a consolidation;
 * keeps 16 bytes a weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=mas(lambda=1, consolidate=every_events(events=5000)))
 * }</pre>
 */
@Component(name = "mas", kinds = Kind.PART, family = "strategy")
public final class Mas implements Method {
  /**
   * @param lambda strength of the penalty
   * @param rows Ω is measured on
   * @param largest a weight is worth at most
   * @param consolidate when weights are valued
   */
  public record Parameters(
      @Param(
              value = "strength of the penalty; 0 is plain training",
              def = "1.0",
              range = "[0, inf)",
              origin = "ours")
          double lambda,
      @Param(
              value = "rows the worth of weights is measured on, the last ones",
              def = "200",
              range = "[1, 100000]",
              unit = "rows",
              origin = "as ewc")
          int rows,
      @Param(
              value = "a weight is worth at most this, strength included",
              def = "10.0",
              range = "(0, inf)",
              origin = "stable with learning rates up to 0.1")
          double largest,
      @Param(value = "when weights are valued", def = "loss_plateau", origin = "tasks are not told")
          Spec consolidate) {}

  private final Parameters p;
  private final Consolidation when;

  public Mas(Parameters p, Build build) {
    this.p = p;
    when = build.create(p.consolidate(), Consolidation.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new Aware(p, when.trigger());
  }

  private static final class Aware extends Measured {
    Aware(Parameters p, Trigger trigger) {
      super(p.lambda(), p.largest(), p.rows(), trigger);
    }

    @Override
    void seed(Lesson l) {
      Node z = l.network().head();
      for (int c = 0; c < z.width(); c++) {
        z.gradient()[c] += 2 * z.value()[c];
      }
    }

    @Override
    void add(float[] g, float share, float[] fresh) {
      float twice = 2 * share; // the penalty has no ½
      for (int i = 0; i < g.length; i++) {
        fresh[i] += twice * Math.abs(g[i]);
      }
    }

    @Override
    void hold(Parameter q, float[] fresh) {
      hold(q, fresh, 1, false);
    }
  }
}
