package org.freshet.neural.strategy;

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
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;

/**
 * Learning without forgetting: on the rows of now, the network is held to what it answered some
 * time ago for the classes it knew then.
 *
 * <p>How it works: at each consolidation the weights are copied: the teacher. Each step adds, for
 * the rows of the batch, λ times the cross-entropy between the answers of the teacher and of the
 * network, both softmax(z / T) over the classes the teacher knows; of a number, λ/2 times the
 * square of the difference.
 *
 * <p>Paper: Z. Li, D. Hoiem, "Learning without Forgetting", ECCV 2016.
 *
 * <p>Where we differ: tasks are not told: {@code consolidate} says when; there is one head, and new
 * weights are not learnt alone first. Where the network has a memory, its rows are learnt with the
 * stream's and taught too.
 *
 * <p>Costs a forward pass more a step; keeps 4 bytes a weight.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=lwf(consolidate=every_events(events=5000)))
 * }</pre>
 */
@Component(name = "lwf", kinds = Kind.PART, family = "strategy")
public final class Lwf implements Method {
  /**
   * @param lambda weight of what is taught
   * @param temperature T
   * @param consolidate when the teacher is renewed
   */
  public record Parameters(
      @Param(
              value = "weight of what the teacher answers; 0 is plain training",
              def = "1.0",
              range = "[0, inf)",
              origin = "Li and Hoiem 2016")
          double lambda,
      @Param(
              value = "what logits are divided by",
              def = "2.0",
              range = "(0, inf)",
              origin = "Li and Hoiem 2016")
          double temperature,
      @Param(
              value = "when the teacher is renewed",
              def = "loss_plateau",
              origin = "tasks are not told")
          Spec consolidate) {}

  private final Parameters p;
  private final Consolidation when;

  public Lwf(Parameters p, Build build) {
    this.p = p;
    when = build.create(p.consolidate(), Consolidation.class);
  }

  @Override
  public Strategy strategy(Build build) {
    return new Taught(p, when.trigger());
  }

  private static final class Taught extends Strategy {
    private final Parameters p;
    private final Trigger trigger;
    private int slot;
    private int known; // classes of the teacher; 0 while there is none
    private float[] taught = {};

    Taught(Parameters p, Trigger trigger) {
      this.p = p;
      this.trigger = trigger;
    }

    @Override
    public boolean classesOnly() {
      return false;
    }

    @Override
    public void begin(Lesson l) {
      slot = l.network().graph().parameters().get(0).slots();
      for (Parameter q : l.network().graph().parameters()) {
        q.slots(slot + 1);
      }
    }

    @Override
    public void learn(Lesson l) {
      Node z = l.network().head();
      int stream = l.streamed();
      int rows = stream + l.draw(stream);
      l.weigh(0, rows, 1);
      boolean teach = known > (l.classes() ? 1 : 0) && p.lambda() > 0;
      if (teach) {
        ask(l, rows);
      }
      l.forward(rows);
      double loss = l.loss(0, stream);
      l.loss(stream, rows);
      if (teach) {
        if (l.classes()) {
          distil(z, l.weights(), rows);
        } else {
          follow(z, l.weights(), rows);
        }
      }
      l.step(rows);
      double weight = 0;
      for (int r = 0; r < stream; r++) {
        weight += l.weights()[r];
      }
      if (trigger.after(loss / weight, stream)) {
        renew(l);
      }
    }

    private void renew(Lesson l) {
      List<Parameter> all = l.network().graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        Parameter q = all.get(i);
        System.arraycopy(q.value(), 0, q.slot(slot), 0, q.value().length);
      }
      known = l.network().outputs();
    }

    /** The logits of the teacher. */
    private void ask(Lesson l, int rows) {
      Node z = l.network().head();
      swap(l);
      l.network().graph().predict(rows);
      swap(l);
      if (taught.length < rows * z.stride()) {
        taught = new float[l.network().graph().capacity() * z.stride()];
      }
      System.arraycopy(z.value(), 0, taught, 0, rows * z.stride());
    }

    private void swap(Lesson l) {
      List<Parameter> all = l.network().graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        all.get(i).swap(slot);
      }
    }

    /** Adds the gradient of λ/2 (z − teacher)² of each row. */
    private void follow(Node z, float[] weight, int rows) {
      float lambda = (float) p.lambda();
      for (int r = 0; r < rows; r++) {
        int at = r * z.stride();
        z.gradient()[at] += lambda * weight[r] * (z.value()[at] - taught[at]);
      }
    }

    /** Adds the gradient λ/T (softmax(z / T) − softmax(teacher / T)) of each row. */
    private void distil(Node z, float[] weight, int rows) {
      double t = 1 / p.temperature();
      for (int r = 0; r < rows; r++) {
        int at = r * z.stride();
        double topZ = top(z.value(), at);
        double topT = top(taught, at);
        double sumZ = sum(z.value(), at, topZ, t);
        double sumT = sum(taught, at, topT, t);
        double scale = p.lambda() * t * weight[r];
        for (int c = 0; c < known; c++) {
          double now = Math.exp((z.value()[at + c] - topZ) * t) / sumZ;
          double then = Math.exp((taught[at + c] - topT) * t) / sumT;
          z.gradient()[at + c] += (float) (scale * (now - then));
        }
      }
    }

    private double top(float[] v, int at) {
      double top = v[at];
      for (int c = 1; c < known; c++) {
        top = Math.max(top, v[at + c]);
      }
      return top;
    }

    private double sum(float[] v, int at, double top, double t) {
      double sum = 0;
      for (int c = 0; c < known; c++) {
        sum += Math.exp((v[at + c] - top) * t);
      }
      return sum;
    }

    @Override
    public void save(StateWriter out) {
      out.put("known", (long) known);
      trigger.save(out.child("consolidate"));
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      known = in.intValue("known", 0, Math.max(1, mostOutputs));
      trigger.load(in.child("consolidate"));
    }

    @Override
    public long memoryBytes() {
      return 72 + 4L * taught.length + trigger.memoryBytes();
    }
  }
}
