package org.freshet.learn.transform;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * About how often each of any number of keys occurred of late: a count-min sketch of four rows of
 * bytes (G. Cormode and S. Muthukrishnan, "An improved data stream summary: the count-min sketch
 * and its applications", Journal of Algorithms 55, 2005) with conservative update. Never too low
 * while nothing ages. After ten occurrences a column all counts are halved, so that keys of long
 * ago do not fill it.
 */
final class FrequencySketch {
  static final int MOST = 255;
  private static final int ROWS = 4;
  private static final int AGE = 10;

  private final int mask;
  private final byte[] counts;
  private long added;

  /**
   * @param keys it should tell apart
   */
  FrequencySketch(int keys) {
    counts = new byte[size(keys)];
    mask = counts.length / ROWS - 1;
  }

  /** Counters for a number of keys. */
  static int size(int keys) {
    int wide = Math.min(1 << 26, Math.max(1024, keys));
    return ROWS * (Integer.highestOneBit(wide - 1) << 1);
  }

  /**
   * Counts one occurrence.
   *
   * @param h1 one hash of the key
   * @param h2 another
   * @return how often it occurred with this one, at most {@link #MOST}
   */
  int add(long h1, long h2) {
    int least = MOST;
    for (int row = 0; row < ROWS; row++) {
      least = Math.min(least, counts[at(row, h1, h2)] & 0xff);
    }
    if (least == MOST) {
      return MOST;
    }
    for (int row = 0; row < ROWS; row++) {
      int i = at(row, h1, h2);
      if ((counts[i] & 0xff) == least) {
        counts[i]++;
      }
    }
    if (++added >= (long) AGE * (mask + 1)) {
      age();
    }
    return least + 1;
  }

  private int at(int row, long h1, long h2) {
    return row * (mask + 1) + ((int) ((h1 >>> 20) + row * (h2 | 1)) & mask);
  }

  private void age() {
    added = 0;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (byte) ((counts[i] & 0xff) >>> 1);
    }
  }

  void save(StateWriter out) {
    out.put("counts", counts);
    out.put("added", added);
  }

  void load(StateReader in) {
    byte[] found = in.bytes("counts");
    if (found.length != counts.length) {
      throw in.corrupt("counts", "has " + found.length + " counters, expected " + counts.length);
    }
    System.arraycopy(found, 0, counts, 0, found.length);
    added = in.longValue("added", 0, (long) AGE * (mask + 1));
  }

  long memoryBytes() {
    return 32 + 16 + counts.length;
  }
}
