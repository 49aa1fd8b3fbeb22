package org.freshet.neural.replay;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Node;
import org.freshet.neural.strategy.Lesson;

/**
 * Keeps the rows of each class whose mean, as the network sees them, is nearest to the mean of the
 * class: herding, as for the exemplars of iCaRL.
 *
 * <p>How it works: φ is what the last hidden layer gives for a row, brought to length 1, and μ_c
 * the fading mean of φ over the rows of class c. When the memory is full, a class that has its
 * share, which is {@code size} over the classes kept, gives up one of its rows, the new one among
 * them; a class that has less takes the place of a row of the largest class. What is given up is
 * the row without which the mean of the class's other rows is nearest to μ_c.
 *
 * <p>Papers: M. Welling, "Herding Dynamical Weights to Learn", ICML 2009; S.-A. Rebuffi, A.
 * Kolesnikov, G. Sperl, C. Lampert, "iCaRL: Incremental Classifier and Representation Learning",
 * CVPR 2017.
 *
 * <p>Where we differ: rows come one by one, so a set is not built from all rows of the class but
 * improved with each. The mean fades over 500 rows of the class, and of the rows kept, φ of {@code
 * batch} drawn uniformly are computed again with each batch of the stream, because the network
 * changes.
 *
 * <p>Memory is {@code size} rows of floats and of φ; a batch costs a pass forwards over it and
 * {@code batch} rows more, offering a row O(φ · rows of its class).
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=icarl, replay=herding(size=200))
 * }</pre>
 */
@Component(name = "herding", kinds = Kind.PART, family = "replay")
public final class Herding implements Replay {
  /**
   * @param size rows kept
   * @param batch rows learnt again with each batch of the stream
   */
  public record Parameters(
      @Param(
              value = "rows kept",
              def = "200",
              range = "[1, 1000000]",
              unit = "rows",
              origin = "as reservoir")
          int size,
      @Param(
              value = "rows learnt again with each batch of the stream",
              def = "10",
              range = "[1, 256]",
              unit = "rows",
              origin = "as reservoir")
          int batch) {}

  private final Parameters p;

  public Herding(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Memory memory(int stride) {
    return new Rows(p.size(), stride, p.batch());
  }

  @Override
  public int batch() {
    return p.batch();
  }

  private static final class Rows extends Memory {
    private static final long WINDOW = 500; // rows over which the mean fades

    private final int[] looked;
    private int width; // floats of φ; 0 until the network is seen
    private float[] fresh = {}; // φ of the rows of the batch
    private float[] phi = {};
    private float[] means = {}; // by class
    private long[] seen = {};
    private float[] apart = {};

    Rows(int most, int stride, int batch) {
      super(most, stride);
      looked = new int[batch];
    }

    @Override
    public boolean reviewsLabels() {
      return true;
    }

    @Override
    public void review(Lesson l) {
      Node f = l.network().features();
      int stream = l.streamed();
      widths(f.stride());
      if (fresh.length < stream * width) {
        fresh = new float[stream * width];
      }
      int again = draw(looked.length, looked, l.rng());
      l.put(looked, again, stream);
      l.network().graph().predict(stream + again);
      for (int r = 0; r < stream + again; r++) {
        if (r < stream) {
          normal(f.value(), r * width, fresh, r * width);
        } else {
          normal(f.value(), r * width, phi, looked[r - stream] * width);
        }
      }
    }

    private void widths(int floats) {
      if (width == 0) {
        width = floats;
        phi = new float[Math.multiplyExact(most(), width)];
        apart = new float[width];
      }
    }

    private void normal(float[] from, int at, float[] to, int toAt) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += (double) from[at + i] * from[at + i];
      }
      float inverse = (float) (1 / Math.max(1e-8, Math.sqrt(sum)));
      for (int i = 0; i < width; i++) {
        to[toAt + i] = from[at + i] * inverse;
      }
    }

    @Override
    protected int placeFor(float[] x, int row, int label, Rng rng) {
      boolean share = held(label) > 0 && held(label) >= most() / classes();
      int of = share ? label : largest();
      // Without row i the mean is off by (Σ φ − φ_i) / k − μ. As all φ have length 1, the square of
      // that is least where φ_i · (Σ φ / k − μ) is greatest.
      int k = share ? held(of) : held(of) - 1;
      Arrays.fill(apart, 0);
      for (int i = 0; i < size(); i++) {
        if (label(i) == of) {
          add(phi, i * width, 1);
        }
      }
      if (share) {
        add(fresh, row * width, 1);
      }
      if (k == 0) {
        return placeOf(of, 0);
      }
      for (int j = 0; j < width; j++) {
        apart[j] /= k;
      }
      mean(of);
      add(means, of * width, -1);
      int worst = -1;
      double most = share ? along(fresh, row * width) : Double.NEGATIVE_INFINITY;
      for (int i = 0; i < size(); i++) {
        double a = label(i) == of ? along(phi, i * width) : Double.NEGATIVE_INFINITY;
        if (a > most) {
          most = a;
          worst = i;
        }
      }
      return worst >= 0 || share ? worst : placeOf(of, 0);
    }

    private void add(float[] from, int at, float times) {
      for (int j = 0; j < width; j++) {
        apart[j] += times * from[at + j];
      }
    }

    private double along(float[] of, int at) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        sum += (double) of[at + j] * apart[j];
      }
      return sum;
    }

    /** Room for the mean of a class. */
    private void mean(int label) {
      if (label >= seen.length) {
        seen = Arrays.copyOf(seen, label + 1);
        means = Arrays.copyOf(means, seen.length * width);
      }
    }

    @Override
    protected void observe(int row, int label, int place) {
      mean(label);
      seen[label]++;
      float share = 1f / Math.min(seen[label], WINDOW);
      for (int j = 0; j < width; j++) {
        int i = label * width + j;
        means[i] += share * (fresh[row * width + j] - means[i]);
      }
      if (place >= 0) {
        System.arraycopy(fresh, row * width, phi, place * width, width);
      }
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("width", (long) width);
      out.put("phi", Arrays.copyOf(phi, size() * width));
      out.put("seen", seen);
      out.put("means", means);
    }

    @Override
    public void load(StateReader in, int outputs) {
      super.load(in, outputs);
      int w = in.intValue("width", 0, 1 << 20);
      if ((long) w * most() > Integer.MAX_VALUE) {
        throw in.corrupt("width", "is " + w + " for " + most() + " rows");
      }
      if (w > 0) {
        widths(w);
      }
      float[] f = in.floats("phi");
      long[] s = in.longs("seen");
      float[] m = in.floats("means");
      if (w != width || f.length != size() * w || m.length != s.length * w || s.length > outputs) {
        throw in.corrupt("phi", "has " + f.length + " values for " + size() + " rows");
      }
      for (long n : s) {
        if (n < 0) {
          throw in.corrupt("seen", "has " + n + " rows of a class");
        }
      }
      System.arraycopy(f, 0, phi, 0, f.length);
      seen = s;
      means = m;
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes()
          + 120
          + 8L * seen.length
          + 4L * (looked.length + fresh.length + phi.length + means.length + apart.length);
    }
  }
}
