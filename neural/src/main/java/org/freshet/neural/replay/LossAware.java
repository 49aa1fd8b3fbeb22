package org.freshet.neural.replay;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.Losses;
import org.freshet.neural.network.Network;
import org.freshet.neural.strategy.Lesson;

/**
 * A reservoir that gives up what the network knows best and what it has most of: loss-aware
 * balanced reservoir sampling.
 *
 * <p>How it works: the row t is kept with probability size/t, as in {@code reservoir}. The row it
 * replaces is drawn with probability proportional to s_i − min s, where s_i = ½ n_i / mean n − ½
 * ℓ_i / mean ℓ, with n_i the rows kept of its class and ℓ_i its loss when it was last looked at.
 *
 * <p>Paper: P. Buzzega, M. Boschini, A. Porrello, S. Calderara, "Rethinking Experience Replay: a
 * Bag of Tricks for Continual Learning", ICPR 2020.
 *
 * <p>Where we differ: losses are not taken from replay; those of {@code batch} rows drawn uniformly
 * are looked at again with each batch of the stream, whatever the strategy computes. Both parts of
 * s are divided by their means, so that none needs a weight.
 *
 * <p>Memory is {@code size} rows of floats and 4 bytes each; a batch costs a pass forwards over it
 * and {@code batch} rows more, a row kept O(row + size).
 *
 * <pre>{@code
 * mlp(hidden=[100], replay=loss_aware(size=200))
 * }</pre>
 */
@Component(name = "loss_aware", kinds = Kind.PART, family = "replay")
public final class LossAware implements Replay {
  /**
   * @param size rows kept
   * @param batch rows learnt again with each batch of the stream
   */
  public record Parameters(
      @Param(
              value = "rows kept",
              def = "200",
              range = "[1, 10000000]",
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

  public LossAware(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Memory memory(int stride) {
    return new Rows(p.size(), stride, p.batch());
  }

  @Override
  public boolean classesOnly() {
    return true;
  }

  @Override
  public int batch() {
    return p.batch();
  }

  private static final class Rows extends Memory {
    private final int[] looked;
    private final float[] losses;
    private float[] fresh = {}; // of the rows of the batch
    private long seen;

    Rows(int most, int stride, int batch) {
      super(most, stride);
      losses = new float[most];
      looked = new int[batch];
    }

    @Override
    public boolean reviewsLabels() {
      return true;
    }

    @Override
    public void review(Lesson l) {
      Network n = l.network();
      int stream = l.streamed();
      if (fresh.length < stream) {
        fresh = new float[stream];
      }
      int again = draw(looked.length, looked, l.rng());
      l.put(looked, again, stream);
      n.graph().predict(stream + again);
      for (int r = 0; r < stream + again; r++) {
        float loss = (float) Losses.negativeLogSoftmax(n.head(), r, l.labels()[r]);
        if (r < stream) {
          fresh[r] = loss;
        } else {
          losses[looked[r - stream]] = loss;
        }
      }
    }

    @Override
    protected int placeFor(float[] x, int row, int label, Rng rng) {
      if (rng.nextDouble() * (seen + 1.0) >= most()) {
        return -1;
      }
      double rows = 0;
      double loss = 0;
      for (int i = 0; i < size(); i++) {
        rows += held(label(i));
        loss += losses[i];
      }
      double n = size() / rows;
      double m = loss > 0 ? size() / loss : 0;
      double least = Double.POSITIVE_INFINITY;
      double sum = 0;
      for (int i = 0; i < size(); i++) {
        double s = score(i, n, m);
        least = Math.min(least, s);
        sum += s;
      }
      sum -= size() * least;
      if (!(sum > 0)) {
        return rng.nextInt(size()); // all alike
      }
      double left = rng.nextDouble() * sum;
      int place = -1;
      for (int i = 0; i < size() && left >= 0; i++) {
        left -= score(i, n, m) - least;
        place = i;
      }
      return place;
    }

    private double score(int i, double n, double m) {
      return 0.5 * n * held(label(i)) - 0.5 * m * losses[i];
    }

    @Override
    protected void observe(int row, int label, int place) {
      seen++;
      if (place >= 0) {
        losses[place] = fresh[row];
      }
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("seen", seen);
      out.put("losses", Arrays.copyOf(losses, size()));
    }

    @Override
    public void load(StateReader in, int outputs) {
      super.load(in, outputs);
      seen = in.longValue("seen", size(), Long.MAX_VALUE >> 8); // counts on
      float[] f = in.floats("losses");
      if (f.length != size()) {
        throw in.corrupt("losses", "has " + f.length + " values for " + size() + " rows");
      }
      System.arraycopy(f, 0, losses, 0, f.length);
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 80 + 4L * (losses.length + fresh.length + looked.length);
    }
  }
}
