package org.freshet.learn.transform;

/** Counts different values one by one; emptied in O(1) and used again. */
final class DistinctSet {
  private final long[] values;
  private final int[] round; // in which the value was put there
  private int now;
  private int size;

  /**
   * @param most values between two calls of {@link #clear}
   */
  DistinctSet(int most) {
    int room = Integer.highestOneBit(Math.max(2, 2 * most)) << 1;
    values = new long[room];
    round = new int[room];
  }

  void clear() {
    size = 0;
    if (++now == 0) {
      java.util.Arrays.fill(round, 0);
      now = 1;
    }
  }

  void add(double value) {
    long bits = Double.doubleToLongBits(value + 0.0); // -0.0 is 0.0
    int mask = values.length - 1;
    long z = bits * 0x9e3779b97f4a7c15L;
    int i = (int) (z >>> 40) & mask;
    while (round[i] == now) {
      if (values[i] == bits) {
        return;
      }
      i = (i + 1) & mask;
    }
    round[i] = now;
    values[i] = bits;
    size++;
  }

  int size() {
    return size;
  }

  long memoryBytes() {
    return 32 + 2 * 16 + 12L * values.length;
  }
}
