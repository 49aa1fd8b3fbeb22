package org.freshet.neural.optimizer;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.consolidation.Consolidation;
import org.freshet.neural.consolidation.Trigger;
import org.freshet.neural.graph.Parameter;

/**
 * TAG, task-based accumulated gradients: RMSProp that keeps what it accumulates of each task apart,
 * and goes slowly where an earlier task went the other way.
 *
 * <p>How it works: of the task t being learnt there is a mean gradient m_t ← β₁ m_t + (1 − β₁) g
 * and a mean square v_t ← β₂ v_t + (1 − β₂) g². A step is w ← w − η g / (√V + ε). In the first task
 * V = v_t; later V = e^(−b) v_t + Σ e^(−b cos(m_t, m_s)) v_s over the earlier tasks s, with one
 * cosine for each matrix of weights and m_s as it was when s ended. Weights that mattered to a task
 * that points the other way hardly move; a task that points the same way is no hindrance.
 *
 * <p>Paper: P. Malviya, B. Ravindran, S. Chandar, "TAG: Task-based Accumulated Gradients for
 * Lifelong Learning", arXiv:2105.05155, 2021; the form of V as in the authors' code.
 *
 * <p>Where we differ: tasks are not told; one ends when {@code consolidate} says so, which looks at
 * the loss of the batch, with the rows of the memory in it. No more than {@code tasks} are kept,
 * the one being learnt among them: then the oldest is forgotten. Where a mean gradient is 0 the
 * cosine is 0. The authors give each task outputs of its own; where tasks share them, as here,
 * expect little, and try {@code b} from 1 to 5.
 *
 * <p>Costs, beside those of {@code rmsprop}, two additions and multiplications a weight, step and
 * task; keeps 8 bytes a weight for each of {@code tasks}. With a strategy other than {@code
 * experience_replay} it is refused, as the loss is not known.
 *
 * <pre>{@code
 * mlp(hidden=[100], optimizer=tag(learning_rate=0.001, consolidate=every_events(events=5000)))
 * }</pre>
 */
@Component(name = "tag", kinds = Kind.PART, family = "optimizer")
public final class Tag implements NetworkOptimizer {
  /**
   * @param learningRate η
   * @param b how much it matters where a task points
   * @param beta1 β₁
   * @param beta2 β₂
   * @param epsilon ε
   * @param tasks whose gradients are kept
   * @param consolidate when a task ends
   */
  public record Parameters(
      @Param(value = "size of a step", def = "0.001", range = "(0, inf)", origin = "as rmsprop")
          double learningRate,
      @Param(
              value = "how much it matters whether an earlier task points the other way",
              def = "5.0",
              range = "[0, 20]",
              origin = "the authors' code")
          double b,
      @Param(
              value = "share of the mean gradient of a task kept at each step",
              def = "0.9",
              range = "[0, 1)",
              origin = "the authors' code")
          double beta1,
      @Param(
              value = "share of the mean square of a task kept at each step",
              def = "0.99",
              range = "[0, 1)",
              origin = "the authors' code")
          double beta2,
      @Param(
              value = "added to the root so that steps stay finite",
              def = "1e-8",
              range = "(0, inf)",
              origin = "the authors' code")
          double epsilon,
      @Param(
              value = "tasks whose gradients are kept, the one being learnt among them",
              def = "10",
              range = "[2, 32]",
              unit = "tasks",
              origin = "ours; 80 bytes a weight")
          int tasks,
      @Param(value = "when a task ends", def = "loss_plateau", origin = "tasks are not told")
          Spec consolidate) {}

  private final Parameters p;
  private final Consolidation when;

  public Tag(Parameters p, Build build) {
    this.p = p;
    when = build.create(p.consolidate(), Consolidation.class);
  }

  @Override
  public Rule rule(Build build) {
    return new State(p, when.trigger());
  }

  /** Slots 2t and 2t + 1 are m and v of the task in place t of a ring. */
  private static final class State extends Rule {
    private final Parameters p;
    private final Trigger trigger;
    private int current;
    private int earlier; // tasks kept that have ended
    private boolean ended; // the task ends with the step that was made
    private float[] sum = {};

    State(Parameters p, Trigger trigger) {
      this.p = p;
      this.trigger = trigger;
    }

    @Override
    public int slots() {
      return 2 * p.tasks();
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
    public void survey(List<Parameter> parameters, BatchLoss loss, int rows) {
      if (ended) {
        end(parameters);
      }
      ended = trigger.after(loss.value(), loss.streamed());
    }

    private void end(List<Parameter> parameters) {
      int next = (current + 1) % p.tasks();
      for (int i = 0; i < parameters.size(); i++) {
        Parameter q = parameters.get(i);
        direct(q.slot(2 * current));
        Arrays.fill(q.slot(2 * next), 0);
        Arrays.fill(q.slot(2 * next + 1), 0);
      }
      current = next;
      earlier = Math.min(earlier + 1, p.tasks() - 1);
    }

    /** Brings a vector to length 1. */
    private static void direct(float[] m) {
      double length = Math.sqrt(product(m, m, m.length));
      float inverse = length > 0 ? (float) (1 / length) : 0;
      for (int i = 0; i < m.length; i++) {
        m[i] *= inverse;
      }
    }

    private static double product(float[] a, float[] b, int n) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (double) a[i] * b[i];
      }
      return sum;
    }

    @Override
    public void step(Parameter of, float[] w, float[] g, float[][] slots, int n) {
      float[] m = slots[2 * current];
      float[] v = slots[2 * current + 1];
      accumulate(m, v, g, n);
      if (sum.length < n) {
        sum = new float[n];
      }
      Arrays.fill(sum, 0, n, 0);
      add(earlier == 0 ? 1 : (float) Math.exp(-p.b()), v, n);
      double length = Math.sqrt(product(m, m, n));
      for (int k = 1; k <= earlier; k++) {
        int t = Math.floorMod(current - k, p.tasks());
        double cosine = length > 0 ? product(m, slots[2 * t], n) / length : 0;
        add((float) Math.exp(-p.b() * cosine), slots[2 * t + 1], n);
      }
      float rate = (float) scaled(p.learningRate());
      float e = (float) p.epsilon();
      for (int i = 0; i < n; i++) {
        w[i] -= rate * g[i] / ((float) Math.sqrt(sum[i]) + e);
      }
    }

    private void accumulate(float[] m, float[] v, float[] g, int n) {
      float b1 = (float) p.beta1();
      float b2 = (float) p.beta2();
      for (int i = 0; i < n; i++) {
        float d = g[i];
        m[i] = b1 * m[i] + (1 - b1) * d + TINY - TINY;
        v[i] = b2 * v[i] + (1 - b2) * d * d + TINY - TINY;
      }
    }

    private void add(float alpha, float[] v, int n) {
      for (int i = 0; i < n; i++) {
        sum[i] += alpha * v[i];
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("current", (long) current);
      out.put("earlier", (long) earlier);
      out.put("ended", ended);
      trigger.save(out.child("consolidate"));
    }

    @Override
    public void load(StateReader in) {
      current = in.intValue("current", 0, p.tasks() - 1);
      earlier = in.intValue("earlier", 0, p.tasks() - 1);
      ended = in.bool("ended");
      trigger.load(in.child("consolidate"));
    }

    @Override
    public long memoryBytes() {
      return 48 + 32 + 16 + 4L * sum.length + trigger.memoryBytes();
    }
  }
}
