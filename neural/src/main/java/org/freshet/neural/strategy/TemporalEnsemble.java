package org.freshet.neural.strategy;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;

/**
 * Temporal ensemble: predicts with a fading mean of the weights of all steps, while the network
 * itself learns on as any strategy says.
 *
 * <p>How it works: after each step θ̄ ← λ θ̄ + (1 − λ) θ; predictions use θ̄. The mean smooths what
 * a change of task tears, and costs no training.
 *
 * <p>Paper: A. Soutif-Cormerais, A. Carta, J. van de Weijer, "Improving Online Continual Learning
 * Performance and Stability with Temporal Ensembles", CoLLAs 2023.
 *
 * <p>Where we differ: the mean starts at the weights the network starts with, and is not corrected
 * for them.
 *
 * <p>Costs one pass over the weights a step; keeps 4 bytes a weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=temporal_ensemble(strategy=er_ace), replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "temporal_ensemble", kinds = Kind.PART, family = "strategy")
public final class TemporalEnsemble implements Method {
  /**
   * @param strategy how the network learns
   * @param decay λ
   */
  public record Parameters(
      @Param(value = "how the network learns", def = "experience_replay", origin = "plain replay")
          Spec strategy,
      @Param(
              value = "share of the mean kept at each step",
              def = "0.99",
              range = "[0, 1)",
              origin = "the authors' code")
          double decay) {}

  private final Parameters p;
  private final Method inner;

  public TemporalEnsemble(Parameters p, Build build) {
    this.p = p;
    inner = build.create(p.strategy(), Method.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new Mean(inner.strategy(build.child("strategy", 0)), (float) p.decay());
  }

  private static final class Mean extends Around {
    private final float decay;
    private int slot;

    Mean(Strategy inner, float decay) {
      super(inner);
      this.decay = decay;
    }

    @Override
    public boolean plain() {
      return inner.plain();
    }

    @Override
    public void begin(Lesson l) {
      super.begin(l);
      slot = copied(l);
    }

    @Override
    public void learn(Lesson l) {
      super.learn(l);
      follow(l, slot, 1 - decay);
    }

    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      swap(l, slot);
      super.scores(l, scores, outputs);
      swap(l, slot);
    }
  }
}
