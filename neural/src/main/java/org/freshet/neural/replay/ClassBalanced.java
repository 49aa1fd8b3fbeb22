package org.freshet.neural.replay;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Keeps as many rows of each class as there is room for, and of each class a uniform sample: a
 * reservoir for streams whose classes are of very different size (CBRS).
 *
 * <p>How it works: when the memory is full, a row of a class that has never been the largest in it
 * takes the place of a row drawn from the largest class; a row of any other class c is kept with
 * probability (rows of c kept) / (rows of c seen) and takes the place of a row drawn from its own
 * class.
 *
 * <p>Paper: A. Chrysakis, M.-F. Moens, "Online Continual Learning from Imbalanced Data", ICML 2020.
 *
 * <p>Where we differ: nowhere.
 *
 * <p>Memory is {@code size} rows of floats; offering a row is O(row + size).
 *
 * <pre>{@code
 * mlp(hidden=[100], replay=class_balanced(size=200))
 * }</pre>
 */
@Component(name = "class_balanced", kinds = Kind.PART, family = "replay")
public final class ClassBalanced implements Replay {
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

  public ClassBalanced(Parameters p, Build build) {
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
    private long[] seen = {};
    private boolean[] full = {}; // has once been the largest

    Rows(int most, int stride) {
      super(most, stride);
    }

    @Override
    protected int placeFor(float[] x, int row, int label, Rng rng) {
      int largest = largest();
      room(Math.max(label, largest) + 1);
      for (int c = 0; c < full.length; c++) {
        full[c] |= held(c) == held(largest);
      }
      int held = held(label);
      if (!full[label]) {
        return placeOf(largest, rng.nextInt(held(largest)));
      }
      double t = seen[label] + 1.0;
      return held > 0 && rng.nextDouble() * t < held ? placeOf(label, rng.nextInt(held)) : -1;
    }

    @Override
    protected void observe(int row, int label, int place) {
      room(label + 1);
      seen[label]++;
    }

    private void room(int classes) {
      if (classes > seen.length) {
        seen = Arrays.copyOf(seen, classes);
        full = Arrays.copyOf(full, classes);
      }
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("seen", seen);
      int[] f = new int[full.length];
      for (int c = 0; c < f.length; c++) {
        f[c] = full[c] ? 1 : 0;
      }
      out.put("full", f);
    }

    @Override
    public void load(StateReader in, int outputs) {
      super.load(in, outputs);
      long[] s = in.longs("seen");
      if (s.length > outputs) {
        throw in.corrupt("seen", "counts " + s.length + " classes of " + outputs);
      }
      int[] f = in.ints("full", s.length);
      room(s.length);
      for (int c = 0; c < s.length; c++) {
        if (s[c] < held(c) || f[c] < 0 || f[c] > 1) {
          throw in.corrupt("seen", "is " + s[c] + " for class " + c);
        }
        seen[c] = s[c];
        full[c] = f[c] == 1;
      }
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 48 + 9L * seen.length;
    }
  }
}
