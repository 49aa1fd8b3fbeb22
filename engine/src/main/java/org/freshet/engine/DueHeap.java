package org.freshet.engine;

import java.util.Arrays;

/** A binary heap of slots by due time, then event number, that can remove any slot. */
final class DueHeap {
  private int[] heap = new int[16];
  private int[] place = new int[16];
  private int size;

  int first() {
    return size == 0 ? -1 : heap[0];
  }

  void add(int slot, long[] due, long[] event) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    if (slot >= place.length) {
      place = Arrays.copyOf(place, Math.max(slot + 1, 2 * place.length));
    }
    put(size++, slot);
    up(size - 1, due, event);
  }

  void remove(int slot, long[] due, long[] event) {
    int at = place[slot];
    int moved = heap[--size];
    if (at == size) {
      return;
    }
    put(at, moved);
    up(at, due, event);
    down(place[moved], due, event);
  }

  private void put(int at, int slot) {
    heap[at] = slot;
    place[slot] = at;
  }

  private static boolean earlier(int a, int b, long[] due, long[] event) {
    return due[a] != due[b] ? due[a] < due[b] : event[a] < event[b];
  }

  private void up(int from, long[] due, long[] event) {
    int at = from;
    int slot = heap[at];
    while (at > 0 && earlier(slot, heap[(at - 1) / 2], due, event)) {
      put(at, heap[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
    put(at, slot);
  }

  private void down(int from, long[] due, long[] event) {
    int at = from;
    int slot = heap[at];
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && earlier(heap[child + 1], heap[child], due, event)) {
        child++;
      }
      if (!earlier(heap[child], slot, due, event)) {
        break;
      }
      put(at, heap[child]);
      at = child;
    }
    put(at, slot);
  }

  long memoryBytes() {
    return 48 + 4L * heap.length + 4L * place.length;
  }
}
