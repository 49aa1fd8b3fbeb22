package org.freshet.neural.strategy;

import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Parameter;
import org.freshet.neural.network.Network;

/**
 * Temporal ensemble: predicts with a fading mean of the weights of all steps, while the network
 * itself learns on as any strategy says.
 *
 * <p>How it works: after each step θ̄ ← λ θ̄ + (1 − λ) θ; predictions use θ̄. The mean smooths what
 * a change of task tears, and costs no training.
 *
 * <p>Paper: A. Soutif-Cormerais, A. Carta, J. van de Weijer, "Improving Online Continual Learning
 * Performance and Stability with Temporal Ensembles", CoLLAs 2023, equation 1.
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
      @Param(
              value = "how the network learns",
              def = "experience_replay",
              origin = "the baseline of the paper")
          Spec strategy,
      @Param(
              value = "share of the mean kept at each step",
              def = "0.99",
              range = "[0, 1)",
              origin = "Soutif-Cormerais et al. 2023, section 4")
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

  private static final class Mean extends Strategy {
    private final Strategy inner;
    private final float decay;
    private int slot;

    Mean(Strategy inner, float decay) {
      this.inner = inner;
      this.decay = decay;
    }

    @Override
    public int draws() {
      return inner.draws();
    }

    @Override
    public boolean classesOnly() {
      return inner.classesOnly();
    }

    @Override
    public void attach(Network network) {
      inner.attach(network);
    }

    @Override
    public void begin(Lesson l) {
      inner.begin(l);
      slot = l.network().graph().parameters().get(0).slots();
      for (Parameter p : l.network().graph().parameters()) {
        p.slots(slot + 1);
        System.arraycopy(p.value(), 0, p.slot(slot), 0, p.value().length);
      }
    }

    @Override
    public void learn(Lesson l) {
      inner.learn(l);
      List<Parameter> all = l.network().graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        mean(all.get(i).slot(slot), all.get(i).value());
      }
    }

    private void mean(float[] mean, float[] w) {
      float keep = decay;
      float take = 1 - decay;
      for (int i = 0; i < mean.length; i++) {
        mean[i] = keep * mean[i] + take * w[i];
      }
    }

    @Override
    public void kept(Lesson l, int row, int place) {
      inner.kept(l, row, place);
    }

    @Override
    public void grown(Lesson l, int outputs) {
      inner.grown(l, outputs);
    }

    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      swap(l);
      inner.scores(l, scores, outputs);
      swap(l);
    }

    private void swap(Lesson l) {
      List<Parameter> all = l.network().graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        all.get(i).swap(slot);
      }
    }

    @Override
    public void save(StateWriter out) {
      inner.save(out.child("strategy"));
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      inner.load(in.child("strategy"), mostOutputs);
    }

    @Override
    public long memoryBytes() {
      return 40 + inner.memoryBytes();
    }
  }
}
