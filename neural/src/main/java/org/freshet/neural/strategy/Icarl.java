package org.freshet.neural.strategy;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.graph.Parameter;

/**
 * iCaRL: learns features with what the network of before answers for old classes, and answers with
 * the class whose kept rows are nearest on average.
 *
 * <p>How it works: each class has a sigmoid of its own. When a class comes that was never seen, the
 * weights are copied: the teacher. Rows of stream and memory are learnt by binary cross-entropy,
 * where for classes the teacher knows the target is its sigmoid, for others whether the row has the
 * class. With φ what the last hidden layer gives, brought to length 1, and μ_c the mean of φ over
 * the rows kept of class c, brought to length 1, the score of a class is −|φ(x) − μ_c|² /
 * temperature.
 *
 * <p>Paper: S.-A. Rebuffi, A. Kolesnikov, G. Sperl, C. Lampert, "iCaRL: Incremental Classifier and
 * Representation Learning", CVPR 2017; for choosing what is kept see {@code herding}.
 *
 * <p>Where we differ: classes come one by one instead of in sets; rows of the stream are seen once.
 * The means are computed anew every {@code refresh} batches. Where nothing is kept the logits
 * answer.
 *
 * <p>Costs a forward pass more a step and, every {@code refresh} batches, one over the memory;
 * keeps 4 bytes a weight and a mean a class.
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=icarl, replay=herding(size=200))
 * }</pre>
 */
@Component(name = "icarl", kinds = Kind.PART, family = "strategy")
public final class Icarl implements Method {
  /**
   * @param refresh batches from one computation of the means to the next
   * @param temperature what squared distances are divided by
   */
  public record Parameters(
      @Param(
              value = "batches from one computation of the means to the next",
              def = "10",
              range = "[1, 1000000]",
              unit = "batches",
              origin = "ours")
          int refresh,
      @Param(
              value = "what squared distances are divided by to be scores",
              def = "0.1",
              range = "(0, inf)",
              origin = "ours; the order of the classes does not depend on it")
          double temperature) {}

  private final Parameters p;

  public Icarl(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Strategy strategy(Build build) {
    return new Exemplars(p);
  }

  private static final class Exemplars extends Strategy {
    private final Parameters p;
    private int slot;
    private boolean[] seen = {};
    private boolean[] known = {}; // by the teacher
    private boolean teaches;
    private float[] taught = {};
    private final KeptMeans means = new KeptMeans();
    private long batches;

    Exemplars(Parameters p) {
      this.p = p;
    }

    @Override
    public void begin(Lesson l) {
      slot = Around.copied(l);
      grown(l, l.network().outputs());
    }

    @Override
    public void grown(Lesson l, int outputs) {
      seen = Arrays.copyOf(seen, outputs);
      known = Arrays.copyOf(known, outputs);
      means.grown(l, outputs);
    }

    @Override
    public void learn(Lesson l) {
      int stream = l.streamed();
      renew(l, stream);
      int rows = stream + l.draw(stream);
      l.weigh(0, rows, 1);
      Node z = l.network().head();
      if (teaches) {
        Around.swap(l, slot);
        l.network().graph().predict(rows);
        Around.swap(l, slot);
        if (taught.length < rows * z.stride()) {
          taught = new float[l.network().graph().capacity() * z.stride()];
        }
        System.arraycopy(z.value(), 0, taught, 0, rows * z.stride());
      }
      l.forward(rows);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < z.width(); c++) {
          int i = r * z.stride() + c;
          double target = known[c] ? sigmoid(taught[i]) : l.labels()[r] == c ? 1 : 0;
          z.gradient()[i] += (float) (l.weights()[r] * (sigmoid(z.value()[i]) - target));
        }
      }
      l.step(rows);
      if (l.memory() != null && batches % p.refresh() == 0) {
        means.compute(l);
      }
      batches++;
    }

    private static double sigmoid(double v) {
      return 1 / (1 + Math.exp(-v));
    }

    /** A new teacher when a class comes for the first time. */
    private void renew(Lesson l, int stream) {
      boolean fresh = false;
      for (int r = 0; r < stream; r++) {
        fresh |= !seen[l.labels()[r]];
      }
      if (!fresh) {
        return;
      }
      List<Parameter> all = l.network().graph().parameters();
      for (int i = 0; i < all.size(); i++) {
        Parameter q = all.get(i);
        System.arraycopy(q.value(), 0, q.slot(slot), 0, q.value().length);
      }
      System.arraycopy(seen, 0, known, 0, seen.length);
      for (int c = 0; c < known.length; c++) {
        teaches |= known[c];
      }
      for (int r = 0; r < stream; r++) {
        seen[l.labels()[r]] = true;
      }
    }

    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      super.scores(l, scores, outputs);
      means.scores(l.network().features(), scores, outputs, p.temperature());
    }

    @Override
    public void save(StateWriter out) {
      out.put("seen", KeptMeans.bits(seen));
      out.put("known", KeptMeans.bits(known));
      means.save(out.child("means"));
      out.put("batches", batches);
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      KeptMeans.read(in, "seen", seen);
      KeptMeans.read(in, "known", known);
      means.load(in.child("means"));
      batches = in.longValue("batches", 0, Long.MAX_VALUE >> 8);
      teaches = false;
      for (boolean k : known) {
        teaches |= k;
      }
    }

    @Override
    public long memoryBytes() {
      return 112 + 2L * seen.length + 4L * taught.length + means.memoryBytes();
    }
  }
}
