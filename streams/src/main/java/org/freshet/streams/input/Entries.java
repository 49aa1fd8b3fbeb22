package org.freshet.streams.input;

import java.util.Arrays;
import org.freshet.core.Batch;

/**
 * The (index, value) pairs of one sparse record: collected in any order, then sorted, equal indices
 * added up. Kept and used again; grows to the longest record, whose bytes are bounded.
 */
public final class Entries {
  private long[] order = new long[64];
  private double[] values = new double[64];
  private int count;
  private boolean sorted = true;

  public void clear() {
    count = 0;
    sorted = true;
  }

  public void add(int index, double value) {
    if (count == order.length) {
      order = Arrays.copyOf(order, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    sorted &= count == 0 || index > (int) (order[count - 1] >>> 32);
    order[count] = (long) index << 32 | count;
    values[count++] = value;
  }

  /** An index that was added more than once, or -1. */
  public int twice() {
    sort();
    for (int k = 1; k < count; k++) {
      if (order[k] >>> 32 == order[k - 1] >>> 32) {
        return (int) (order[k] >>> 32);
      }
    }
    return -1;
  }

  private void sort() {
    if (!sorted) {
      Arrays.sort(order, 0, count);
      sorted = true;
    }
  }

  /**
   * Writes them to the open row, indices rising; values of 0 are left out, which is what they mean.
   */
  public void writeTo(Batch batch) {
    sort();
    for (int k = 0; k < count; ) {
      int index = (int) (order[k] >>> 32);
      double v = values[(int) order[k++]];
      while (k < count && (int) (order[k] >>> 32) == index) {
        v += values[(int) order[k++]];
      }
      if (v != 0) {
        batch.add(index, v);
      }
    }
  }
}
