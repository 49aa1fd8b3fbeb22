package org.freshet.neural.replay;

import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Keeps the latest rows of each class, as many of each: a ring buffer a class.
 *
 * <p>How it works: when the memory is full, a row takes the place of the oldest of its class, if
 * that class has its share, which is {@code size} over the classes kept; else that of the oldest of
 * the largest class. So a new class takes room from the largest until all are even.
 *
 * <p>Paper: A. Chaudhry et al., "On Tiny Episodic Memories in Continual Learning", 2019 (ring
 * buffer).
 *
 * <p>Where we differ: the number of classes is not known before, so a class may fill what others do
 * not use yet.
 *
 * <p>Memory is {@code size} rows of floats and 8 bytes each; offering a row is O(row + size).
 *
 * <pre>{@code
 * mlp(hidden=[100], replay=ring(size=200))
 * }</pre>
 */
@Component(name = "ring", kinds = Kind.PART, family = "replay")
public final class Ring implements Replay {
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

  public Ring(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Memory memory(int stride) {
    return new Rows(p.size(), stride);
  }

  @Override
  public int batch() {
    return p.batch();
  }

  private static final class Rows extends Memory {
    private final long[] born;
    private long now;

    Rows(int most, int stride) {
      super(most, stride);
      born = new long[most];
    }

    @Override
    protected int placeFor(float[] x, int row, int label, Rng rng) {
      boolean has = held(label) > 0 && held(label) >= most() / classes();
      int of = has ? label : largest();
      int oldest = -1;
      for (int i = 0; i < size(); i++) {
        if (label(i) == of && (oldest < 0 || born[i] < born[oldest])) {
          oldest = i;
        }
      }
      return oldest;
    }

    @Override
    protected void observe(int row, int label, int place) {
      born[place] = now++;
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("now", now);
      out.put("born", born, size());
    }

    @Override
    public void load(StateReader in, int outputs) {
      super.load(in, outputs);
      now = in.longValue("now", size(), Long.MAX_VALUE >> 8);
      System.arraycopy(in.longs("born", size()), 0, born, 0, size());
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 24 + 8L * born.length;
    }
  }
}
