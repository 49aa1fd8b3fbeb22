package org.freshet.neural.strategy;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Parameter;

/**
 * Synaptic intelligence: weights are held by what their way has done for the loss.
 *
 * <p>How it works: ω sums −g Δw over the steps, g the gradient of the loss and Δw what the step
 * moved the weight by: the share of the weight in the fall of the loss. At each consolidation Ω
 * grows by max(0, ω) / ((w − w*)² + ξ), where w* are the weights of the last consolidation, ω
 * starts again from 0 and w* becomes w. The loss has the penalty c Σ Ω (w − w*)².
 *
 * <p>Paper: F. Zenke, B. Poole, S. Ganguli, "Continual Learning through Synaptic Intelligence",
 * ICML 2017.
 *
 * <p>Where we differ: tasks are not told: {@code consolidate} says when. 2cΩ is {@code largest} at
 * most, so that steps stay stable. Where the network has a memory, its rows are learnt with the
 * stream's.
 *
 * <p>Costs three passes over the weights a step; keeps 20 bytes a weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=si(lambda=0.1, consolidate=every_events(events=5000)))
 * }</pre>
 */
@Component(name = "si", kinds = Kind.PART, family = "strategy")
public final class Si implements Method {
  /**
   * @param lambda strength of the penalty, c in the paper
   * @param damping ξ
   * @param largest a weight is worth at most
   * @param consolidate when weights are valued
   */
  public record Parameters(
      @Param(
              value = "strength of the penalty, c in the paper; 0 is plain training",
              def = "0.1",
              range = "[0, inf)",
              origin = "one of those tried in the authors' code, permuted MNIST")
          double lambda,
      @Param(
              value = "added to the square of the way of a weight",
              def = "0.1",
              range = "(0, inf)",
              origin = "the authors' code, permuted MNIST")
          double damping,
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

  public Si(Parameters p, Build build) {
    this.p = p;
    when = build.create(p.consolidate(), Consolidation.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new Ways(p, when.trigger());
  }

  private static final class Ways extends Anchored {
    private static final int WAY = 0;
    private static final int BEFORE = 1;

    private final float damping;

    Ways(Parameters p, Trigger trigger) {
      super(p.lambda(), p.largest(), trigger);
      damping = (float) p.damping();
    }

    @Override
    int slots() {
      return 2;
    }

    @Override
    public void begin(Lesson l) {
      super.begin(l);
      for (Parameter q : l.network().graph().parameters()) {
        System.arraycopy(q.value(), 0, anchor(q), 0, q.value().length);
      }
    }

    @Override
    void step(Lesson l, int rows) {
      l.backward(rows);
      List<Parameter> all = l.network().graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        Parameter q = all.get(i);
        System.arraycopy(q.value(), 0, own(q, BEFORE), 0, q.value().length);
        pull(q);
      }
      l.steps().stepKept();
      for (int i = 0; i < all.size(); i++) {
        Parameter q = all.get(i);
        add(own(q, WAY), q.gradient(), worth(q), anchor(q), own(q, BEFORE), q.value());
      }
    }

    /** The gradient holds the pull, which is no part of the loss: it is taken off. */
    private static void add(
        float[] way, float[] g, float[] a, float[] to, float[] before, float[] w) {
      for (int i = 0; i < way.length; i++) {
        way[i] -= (g[i] - a[i] * (before[i] - to[i])) * (w[i] - before[i]);
      }
    }

    @Override
    void consolidate(Lesson l) {
      List<Parameter> all = l.network().graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        Parameter q = all.get(i);
        value(own(q, WAY), q.value(), anchor(q));
        hold(q, own(q, WAY), 1, false);
        Arrays.fill(own(q, WAY), 0);
      }
    }

    /** From ways to twice what they add to Ω, as the penalty has no ½. */
    private void value(float[] way, float[] w, float[] from) {
      for (int i = 0; i < way.length; i++) {
        float d = w[i] - from[i];
        way[i] = 2 * way[i] / (d * d + damping);
      }
    }
  }
}
