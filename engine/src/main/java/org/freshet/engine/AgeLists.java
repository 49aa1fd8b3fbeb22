package org.freshet.engine;

import java.util.Arrays;

/**
 * Slots in several lists, each in the order they were added, any of them removed in constant time;
 * arrays, no nodes. A slot is in one list at a time.
 */
final class AgeLists {
  private int[] next = new int[16];
  private int[] previous = new int[16];
  private final int[] first;
  private final int[] last;
  private final int[] size;

  AgeLists(int lists) {
    first = new int[lists];
    last = new int[lists];
    size = new int[lists];
    Arrays.fill(first, -1);
    Arrays.fill(last, -1);
  }

  /** The slot added first, or -1. */
  int first(int list) {
    return first[list];
  }

  /** The slot added last, or -1. */
  int last(int list) {
    return last[list];
  }

  /** The slot added before another one of its list, or -1. */
  int previous(int slot) {
    return previous[slot];
  }

  /** The slot added after another one of its list, or -1. */
  int next(int slot) {
    return next[slot];
  }

  int size(int list) {
    return size[list];
  }

  void add(int list, int slot) {
    if (slot >= next.length) {
      int more = Math.max(slot + 1, 2 * next.length);
      next = Arrays.copyOf(next, more);
      previous = Arrays.copyOf(previous, more);
    }
    next[slot] = -1;
    previous[slot] = last[list];
    if (last[list] < 0) {
      first[list] = slot;
    } else {
      next[last[list]] = slot;
    }
    last[list] = slot;
    size[list]++;
  }

  void remove(int list, int slot) {
    int before = previous[slot];
    int after = next[slot];
    if (before < 0) {
      first[list] = after;
    } else {
      next[before] = after;
    }
    if (after < 0) {
      last[list] = before;
    } else {
      previous[after] = before;
    }
    size[list]--;
  }

  /** Writes the slots of a list in order from {@code at} on; gives the index behind the last. */
  int toArray(int list, int[] out, int at) {
    int p = at;
    for (int slot = first[list]; slot >= 0; slot = next[slot]) {
      out[p++] = slot;
    }
    return p;
  }

  long memoryBytes() {
    return 64 + 8L * next.length + 12L * first.length;
  }
}
