package org.freshet.neural.replay;

import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Keeps the first rows of each class, as many of each: the sampler of GDumb.
 *
 * <p>How it works: when the memory is full, a row whose class has less than its share, which is
 * {@code size} over the classes kept and its own, takes the place of one drawn from the largest
 * class; any other is not kept.
 *
 * <p>Paper: A. Prabhu, P. Torr, P. Dokania, "GDumb: A Simple Approach that Questions Our Progress
 * in Continual Learning", ECCV 2020.
 *
 * <p>Where we differ: while the memory is not full every row is kept.
 *
 * <p>Memory is {@code size} rows of floats; offering a row is O(row + size).
 *
 * <pre>{@code
 * mlp(hidden=[100], strategy=gdumb, replay=greedy_balanced(size=500))
 * }</pre>
 */
@Component(name = "greedy_balanced", kinds = Kind.PART, family = "replay")
public final class GreedyBalanced implements Replay {
  /**
   * @param size rows kept
   * @param batch rows learnt again with each batch of the stream
   */
  public record Parameters(
      @Param(
              value = "rows kept",
              def = "500",
              range = "[1, 10000000]",
              unit = "rows",
              origin = "the authors' code, one of the sizes for MNIST")
          int size,
      @Param(
              value = "rows learnt again with each batch of the stream",
              def = "16",
              range = "[1, 256]",
              unit = "rows",
              origin = "ours")
          int batch) {}

  private final Parameters p;

  public GreedyBalanced(Parameters p, Build build) {
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
    Rows(int most, int stride) {
      super(most, stride);
    }

    @Override
    protected int placeFor(float[] x, int row, int label, Rng rng) {
      int held = held(label);
      int classes = held > 0 ? classes() : classes() + 1;
      int largest = largest();
      // The largest may be one row over its share, where the share is not whole.
      return (long) held * classes >= most() || held >= held(largest)
          ? -1
          : placeOf(largest, rng.nextInt(held(largest)));
    }
  }
}
