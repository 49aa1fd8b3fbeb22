package org.freshet.neural.strategy;

import java.util.Arrays;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.graph.Node;

/**
 * MKD, momentum knowledge distillation: a teacher that follows the network slowly holds it to what
 * it answered before, while the network learns as any strategy says.
 *
 * <p>How it works: after each step the teacher takes θ_T ← (1 − α) θ_T + α θ. To the losses of the
 * strategy comes λ times the mean, over all rows of the batch, of KL(softmax(t / τ) ‖ softmax(z /
 * τ)), with t the teacher's logits of the row and z the network's. The teacher answers.
 *
 * <p>Paper: N. Michel, M. Wang, L. Xiao, T. Yamasaki, "Rethinking Momentum Knowledge Distillation
 * in Online Continual Learning", ICML 2024.
 *
 * <p>Where we differ: the rows need not be images, so there is no augmented copy of each, and the
 * mean over both copies is that over the rows.
 *
 * <p>Costs a forward pass more a step; keeps 4 bytes a weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=momentum_distillation, replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "momentum_distillation", kinds = Kind.PART, family = "strategy")
public final class MomentumDistillation implements Method {
  /** Which of the two answers. */
  public enum Answer {
    TEACHER,
    STUDENT
  }

  /**
   * @param strategy how the network learns
   * @param alpha α
   * @param lambda λ
   * @param temperature τ
   * @param answer which answers
   */
  public record Parameters(
      @Param(value = "how the network learns", def = "experience_replay", origin = "plain replay")
          Spec strategy,
      @Param(
              value = "share of the way to the network that the teacher goes at each step",
              def = "0.01",
              range = "(0, 1]",
              origin = "the authors' code")
          double alpha,
      @Param(
              value = "weight of the distance from the teacher's answers",
              def = "5.5",
              range = "[0, inf)",
              origin = "the authors' code")
          double lambda,
      @Param(
              value = "what logits are divided by",
              def = "4",
              range = "(0, inf)",
              origin = "the authors' code")
          double temperature,
      @Param(
              value = "whether the teacher or the network itself, the student, answers",
              def = "teacher",
              origin = "ours; the authors' code can do both")
          Answer answer) {}

  private final Parameters p;
  private final Method inner;

  public MomentumDistillation(Parameters p, Build build) {
    this.p = p;
    inner = build.create(p.strategy(), Method.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new Taught(inner.strategy(build.child("strategy", 0)), p);
  }

  private static final class Taught extends Around implements Companion {
    private final Parameters p;
    private int slot;
    private float[] taught = {};
    private float[] weights = {};

    Taught(Strategy inner, Parameters p) {
      super(inner);
      this.p = p;
    }

    @Override
    public boolean classesOnly() {
      return true;
    }

    @Override
    public void begin(Lesson l) {
      super.begin(l);
      slot = copied(l);
      l.add(this);
    }

    @Override
    public void learn(Lesson l) {
      super.learn(l);
      follow(l, slot, (float) p.alpha());
    }

    @Override
    public void before(Lesson l, int rows) {
      Node z = l.network().head();
      swap(l, slot);
      l.network().graph().predict(rows);
      swap(l, slot);
      int all = l.network().graph().capacity();
      if (taught.length < all * z.stride()) {
        taught = new float[all * z.stride()];
        weights = new float[all];
      }
      System.arraycopy(z.value(), 0, taught, 0, rows * z.stride());
    }

    @Override
    public void loss(Lesson l, int rows) {
      Node z = l.network().head();
      // Losses.distill is τ² times the divergence.
      double w = p.lambda() / (p.temperature() * p.temperature() * rows);
      Arrays.fill(weights, 0, rows, (float) w);
      Losses.distill(z, taught, z.stride(), z.width(), p.temperature(), weights, 0, rows);
    }

    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      if (p.answer() == Answer.STUDENT) {
        super.scores(l, scores, outputs);
        return;
      }
      swap(l, slot);
      super.scores(l, scores, outputs);
      swap(l, slot);
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 48 + 4L * (taught.length + weights.length);
    }
  }
}
