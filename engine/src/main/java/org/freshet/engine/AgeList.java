package org.freshet.engine;

import java.util.Arrays;

/** Slots in the order they were added, any of them removed in constant time; arrays, no nodes. */
final class AgeList {
  private int[] next = new int[16];
  private int[] previous = new int[16];
  private int first = -1;
  private int last = -1;

  int first() {
    return first;
  }

  void add(int slot) {
    if (slot >= next.length) {
      int more = Math.max(slot + 1, 2 * next.length);
      next = Arrays.copyOf(next, more);
      previous = Arrays.copyOf(previous, more);
    }
    next[slot] = -1;
    previous[slot] = last;
    if (last < 0) {
      first = slot;
    } else {
      next[last] = slot;
    }
    last = slot;
  }

  void remove(int slot) {
    int before = previous[slot];
    int after = next[slot];
    if (before < 0) {
      first = after;
    } else {
      next[before] = after;
    }
    if (after < 0) {
      last = before;
    } else {
      previous[after] = before;
    }
  }

  /** Writes the slots in order from {@code at} on; gives the index behind the last. */
  int toArray(int[] out, int at) {
    int p = at;
    for (int slot = first; slot >= 0; slot = next[slot]) {
      out[p++] = slot;
    }
    return p;
  }

  long memoryBytes() {
    return 48 + 8L * next.length;
  }
}
