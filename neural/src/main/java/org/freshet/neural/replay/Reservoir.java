package org.freshet.neural.replay;

import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Keeps a uniform sample of all rows ever seen: the memory of experience replay.
 *
 * <p>How it works: the first {@code size} rows are kept; the row t after that takes the place of
 * one drawn uniformly with probability size/t, so that every row seen has been kept with the same
 * probability (algorithm R). Batches are drawn uniformly without repeating a row.
 *
 * <p>Papers: J. S. Vitter, "Random Sampling with a Reservoir", ACM TOMS 11(1), 1985, algorithm R;
 * A. Chaudhry et al., "On Tiny Episodic Memories in Continual Learning", 2019.
 *
 * <p>Where we differ: nowhere.
 *
 * <p>Memory is {@code size} rows of floats; offering a row is O(row), a draw O(batch²).
 *
 * <pre>{@code
 * mlp(hidden=[100], replay=reservoir(size=200))
 * }</pre>
 */
@Component(name = "reservoir", kinds = Kind.PART, family = "replay")
public final class Reservoir implements Replay {
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
              origin = "ours; a usual small memory for split data")
          int size,
      @Param(
              value = "rows learnt again with each batch of the stream",
              def = "10",
              range = "[1, 256]",
              unit = "rows",
              origin = "ours; as many as a usual batch")
          int batch) {}

  private final Parameters p;

  public Reservoir(Parameters p, Build build) {
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
    private long seen;

    Rows(int most, int stride) {
      super(most, stride);
    }

    @Override
    protected int placeFor(float[] x, int row, int label, Rng rng) {
      long t = seen + 1;
      long pick = (long) (rng.nextDouble() * t);
      return pick < most() ? (int) pick : -1;
    }

    @Override
    protected void observe(int row, int label, int place) {
      seen++;
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("seen", seen);
    }

    @Override
    public void load(StateReader in, int outputs) {
      super.load(in, outputs);
      seen = in.longValue("seen", size(), Long.MAX_VALUE >> 8); // counts on
    }
  }
}
