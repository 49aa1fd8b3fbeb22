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
import org.freshet.neural.replay.Memory;

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
 * Representation Learning", CVPR 2017, algorithms 1 to 3; for choosing what is kept see {@code
 * herding}.
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
              origin = "ours; the paper computes them for each test")
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
    private float[] means = {}; // by class, features().stride() each
    private boolean[] mean = {}; // whether a class has one
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
      mean = Arrays.copyOf(mean, outputs);
      means = Arrays.copyOf(means, outputs * l.network().features().stride());
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
        means(l);
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

    /** Means of what is kept. */
    private void means(Lesson l) {
      Memory memory = l.memory();
      Node f = l.network().features();
      int room = l.network().graph().capacity();
      Arrays.fill(means, 0);
      Arrays.fill(mean, false);
      for (int from = 0; from < memory.size(); from += room) {
        int n = Math.min(room, memory.size() - from);
        for (int i = 0; i < n; i++) {
          int stride = l.network().input().stride();
          memory.copyRow(from + i, l.network().input().value(), i * stride);
        }
        l.network().graph().predict(n);
        for (int i = 0; i < n; i++) {
          int c = memory.label(from + i);
          mean[c] = true;
          add(f.value(), i * f.stride(), means, c * f.stride(), f.stride());
        }
      }
      for (int c = 0; c < mean.length; c++) {
        int at = c * f.stride();
        double inverse = inverse(means, at, f.stride());
        for (int i = at; i < at + f.stride(); i++) {
          means[i] *= (float) inverse;
        }
      }
    }

    /** Adds a vector at length 1. */
    private static void add(float[] from, int at, float[] to, int toAt, int n) {
      float inverse = (float) inverse(from, at, n);
      for (int i = 0; i < n; i++) {
        to[toAt + i] += inverse * from[at + i];
      }
    }

    private static double inverse(float[] of, int at, int n) {
      double sum = 0;
      for (int i = at; i < at + n; i++) {
        sum += (double) of[i] * of[i];
      }
      return 1 / Math.max(1e-8, Math.sqrt(sum));
    }

    @Override
    public void scores(Lesson l, double[] scores, int outputs) {
      super.scores(l, scores, outputs);
      boolean any = false;
      for (int c = 0; c < outputs; c++) {
        any |= mean[c];
      }
      if (!any) {
        return;
      }
      Node f = l.network().features();
      double inverse = inverse(f.value(), 0, f.stride());
      for (int c = 0; c < outputs; c++) {
        double along = 0;
        for (int i = 0; i < f.stride(); i++) {
          along += f.value()[i] * inverse * means[c * f.stride() + i];
        }
        // At length 1 the square of a distance is 2 − 2 cos.
        scores[c] = mean[c] ? -(2 - 2 * along) / p.temperature() : -4 / p.temperature();
      }
    }

    @Override
    public void save(StateWriter out) {
      out.put("seen", bits(seen));
      out.put("known", bits(known));
      out.put("mean", bits(mean));
      out.put("means", means);
      out.put("batches", batches);
    }

    private static int[] bits(boolean[] of) {
      int[] to = new int[of.length];
      for (int c = 0; c < to.length; c++) {
        to[c] = of[c] ? 1 : 0;
      }
      return to;
    }

    @Override
    public void load(StateReader in, int mostOutputs) {
      read(in, "seen", seen);
      read(in, "known", known);
      read(in, "mean", mean);
      float[] m = in.floats("means");
      if (m.length != means.length) {
        throw in.corrupt("means", "has " + m.length + " values, expected " + means.length);
      }
      System.arraycopy(m, 0, means, 0, m.length);
      batches = in.longValue("batches", 0, Long.MAX_VALUE >> 8);
      teaches = false;
      for (boolean k : known) {
        teaches |= k;
      }
    }

    private static void read(StateReader in, String name, boolean[] to) {
      int[] from = in.ints(name, to.length);
      for (int c = 0; c < to.length; c++) {
        to[c] = from[c] != 0;
      }
    }

    @Override
    public long memoryBytes() {
      return 160 + 3L * seen.length + 4L * (taught.length + means.length);
    }
  }
}
