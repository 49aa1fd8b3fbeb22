package org.freshet.evaluate.metrics;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A mean kept as sums over consecutive blocks, for intervals and tests that respect the order of
 * the stream. Blocks of 16 labels; when {@link #LIMIT} are full, neighbours are joined and blocks
 * get twice as long. Two models on the same events have the same blocks.
 */
public final class Blocks {
  /** The most blocks kept. */
  public static final int LIMIT = 1024;

  private long length = 16;
  private long inLast;
  private double[] sums = new double[LIMIT];
  private double[] weights = new double[LIMIT];
  private int blocks;

  /** Adds a value, such as 1 for a right answer. */
  public void add(double value, double weight) {
    if (blocks == 0 || inLast == length) {
      open();
    }
    sums[blocks - 1] += weight * value;
    weights[blocks - 1] += weight;
    inLast++;
  }

  private void open() {
    if (blocks == LIMIT) {
      for (int i = 0; i < LIMIT / 2; i++) {
        sums[i] = sums[2 * i] + sums[2 * i + 1];
        weights[i] = weights[2 * i] + weights[2 * i + 1];
      }
      Arrays.fill(sums, LIMIT / 2, LIMIT, 0);
      Arrays.fill(weights, LIMIT / 2, LIMIT, 0);
      blocks = LIMIT / 2;
      length *= 2;
    }
    blocks++;
    inLast = 0;
  }

  public int blocks() {
    return blocks;
  }

  /** Labels in a full block. */
  public long length() {
    return length;
  }

  /** Weighted sums, a block each. */
  public double[] sums() {
    return Arrays.copyOf(sums, blocks);
  }

  public double[] weights() {
    return Arrays.copyOf(weights, blocks);
  }

  public void save(StateWriter out) {
    out.put("length", length);
    out.put("in-last", inLast);
    out.put("sums", sums, blocks);
    out.put("weights", weights, blocks);
  }

  public void load(StateReader in) {
    length = in.longValue("length", 16, Long.MAX_VALUE);
    inLast = in.longValue("in-last", 0, length);
    double[] s = in.doubles("sums");
    blocks = s.length;
    if (blocks > LIMIT) {
      throw in.corrupt("sums", "has " + blocks + " blocks, allowed " + LIMIT);
    }
    sums = Arrays.copyOf(s, LIMIT);
    weights = Arrays.copyOf(in.doubles("weights", blocks), LIMIT);
  }
}
