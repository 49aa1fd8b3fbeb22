package org.freshet.engine;

import java.util.Arrays;

/** Gives out slots 0, 1, 2 …, those given back first. */
final class FreeSlots {
  private int[] free = new int[16];
  private int freed;
  private int opened;

  int take() {
    return freed > 0 ? free[--freed] : opened++;
  }

  void give(int slot) {
    if (freed == free.length) {
      free = Arrays.copyOf(free, 2 * freed);
    }
    free[freed++] = slot;
  }

  long memoryBytes() {
    return 40 + 4L * free.length;
  }
}
