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
 * Keeps codewords of each class instead of rows: vector quantisation, as the sample of {@code pvq},
 * in a memory whose size is fixed.
 *
 * <p>How it works: while there is room, and while its class has less than its share, which is
 * {@code size} over the classes kept, a row becomes a codeword; where there is no room it takes the
 * place of the codeword of the largest class that stands for the fewest rows. A row x of a class
 * that has its share moves the nearest codeword c of the class by c ← c + (x − c) / n, where n
 * counts the rows c stands for, x among them: c is their mean.
 *
 * <p>Papers: M. Sultan, "Sampling Streaming Data with Parallel Vector Quantization – PVQ",
 * arXiv:2210.01792, 2022; J. MacQueen, "Some Methods for Classification and Analysis of
 * Multivariate Observations", 5th Berkeley Symposium, 1967.
 *
 * <p>Where we differ: codebooks do not begin anew for each part of the stream, so codewords are
 * means over all of it; distances are over the columns as the network gets them.
 *
 * <p>Memory is {@code size} rows of floats and 8 bytes each; offering a row is O(row · codewords of
 * its class).
 *
 * <pre>{@code
 * mlp(hidden=[100], replay=codebook(size=200))
 * }</pre>
 */
@Component(name = "codebook", kinds = Kind.PART, family = "replay")
public final class Codebook implements Replay {
  /**
   * @param size codewords kept
   * @param batch codewords learnt again with each batch of the stream
   */
  public record Parameters(
      @Param(
              value = "codewords kept",
              def = "200",
              range = "[1, 10000000]",
              unit = "rows",
              origin = "as reservoir")
          int size,
      @Param(
              value = "codewords learnt again with each batch of the stream",
              def = "10",
              range = "[1, 256]",
              unit = "rows",
              origin = "as reservoir")
          int batch) {}

  private final Parameters p;

  public Codebook(Parameters p, Build build) {
    this.p = p;
  }

  @Override
  public Memory memory(int stride) {
    return new Rows(p.size(), stride);
  }

  @Override
  public boolean classesOnly() {
    return true;
  }

  @Override
  public boolean denseOnly() {
    return true;
  }

  @Override
  public int batch() {
    return p.batch();
  }

  private static final class Rows extends Memory {
    private final long[] stands; // for so many rows

    Rows(int most, int stride) {
      super(most, stride);
      stands = new long[most];
    }

    @Override
    protected int placeFor(float[] x, int row, int label, Rng rng) {
      if (held(label) == 0 || held(label) < most() / classes()) {
        return fewest(largest());
      }
      int nearest = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < size(); i++) {
        if (label(i) == label) {
          double d = distance(i, x, row);
          if (nearest < 0 || d < least) {
            nearest = i;
            least = d;
          }
        }
      }
      stands[nearest]++;
      move(nearest, x, row, 1f / stands[nearest]);
      return -1;
    }

    private int fewest(int label) {
      int place = -1;
      for (int i = 0; i < size(); i++) {
        if (label(i) == label && (place < 0 || stands[i] < stands[place])) {
          place = i;
        }
      }
      return place;
    }

    @Override
    protected void observe(int row, int label, int place) {
      if (place >= 0) {
        stands[place] = 1;
      }
    }

    @Override
    public void save(StateWriter out) {
      super.save(out);
      out.put("stands", stands, size());
    }

    @Override
    public void load(StateReader in, int outputs) {
      super.load(in, outputs);
      long[] s = in.longs("stands", size());
      for (long n : s) {
        if (n < 1) {
          throw in.corrupt("stands", "has a codeword that stands for " + n + " rows");
        }
      }
      Arrays.fill(stands, 0);
      System.arraycopy(s, 0, stands, 0, s.length);
    }

    @Override
    public long memoryBytes() {
      return super.memoryBytes() + 16 + 8L * stands.length;
    }
  }
}
