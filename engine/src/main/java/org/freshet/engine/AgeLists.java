package org.freshet.engine;

import java.util.Arrays;

/**
 * Slots in several lists, each in the order they were added, any of them removed in constant time;
 * arrays, no nodes. A slot is in one list at a time.
 */
final class AgeLists {
  private int[] links = new int[32]; // of each slot the next and the previous one
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
    return links[2 * slot + 1];
  }

  /** The slot added after another one of its list, or -1. */
  int next(int slot) {
    return links[2 * slot];
  }

  int size(int list) {
    return size[list];
  }

  void add(int list, int slot) {
    if (2 * slot >= links.length) {
      links = Arrays.copyOf(links, Math.max(Math.multiplyExact(2, slot + 1), 2 * links.length));
    }
    int before = last[list];
    links[2 * slot] = -1;
    links[2 * slot + 1] = before;
    if (before < 0) {
      first[list] = slot;
    } else {
      links[2 * before] = slot;
    }
    last[list] = slot;
    size[list]++;
  }

  void remove(int list, int slot) {
    int after = links[2 * slot];
    int before = links[2 * slot + 1];
    if (before < 0) {
      first[list] = after;
    } else {
      links[2 * before] = after;
    }
    if (after < 0) {
      last[list] = before;
    } else {
      links[2 * after + 1] = before;
    }
    size[list]--;
  }

  /** Writes the slots of a list in order from {@code at} on; gives the index behind the last. */
  int toArray(int list, int[] out, int at) {
    int p = at;
    for (int slot = first[list]; slot >= 0; slot = next(slot)) {
      out[p++] = slot;
    }
    return p;
  }

  long memoryBytes() {
    return 64 + 4L * links.length + 12L * first.length;
  }
}
