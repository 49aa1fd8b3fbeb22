package org.freshet.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * From ids to slots: open addressing over longs, no boxes and no nodes. An entry holds the slot and
 * half of the id's hash, which is enough to move it without a look at the id; whether the id in the
 * slot is the one looked for, its keeper says.
 *
 * <p>Where in the table a hash belongs depends on a number drawn for each process, so that ids
 * cannot be chosen to fall on one place. The order of entries is never seen from outside.
 */
final class SlotIndex {
  private static final int SPREAD = new SplittableRandom().nextInt() | 1;
  private static final long HIGH = 0xFFFFFFFF00000000L;

  /** Who keeps the ids. */
  interface Ids {
    boolean is(int slot, String id);
  }

  private final Ids ids;
  private long[] table = new long[32];
  private int shift = 32 - 5;
  private int size;
  private long fetched;

  SlotIndex(Ids ids) {
    this.ids = ids;
  }

  int size() {
    return size;
  }

  /** The same number for an id in every process; never 0. */
  static long hash(String id) {
    long h = 0x9E3779B97F4A7C15L ^ id.length();
    int n = id.length();
    int i = 0;
    for (; i + 3 < n; i += 4) {
      long four =
          id.charAt(i)
              | (long) id.charAt(i + 1) << 16
              | (long) id.charAt(i + 2) << 32
              | (long) id.charAt(i + 3) << 48;
      h = mix(h ^ four);
    }
    long rest = 0;
    for (; i < n; i++) {
      rest = rest << 16 | id.charAt(i);
    }
    h = mix(mix(h ^ rest));
    return h == 0 ? 1 : h;
  }

  private static long mix(long z) {
    long h = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
    return h ^ (h >>> 29) ^ (h >>> 47);
  }

  /** Where a hash, or an entry with its half, belongs. */
  private int home(long hash) {
    return ((int) (hash >>> 32) * SPREAD) >>> shift;
  }

  /**
   * The first n hashes are looked for, added or removed next: their places are fetched into the
   * processor's cache, all at a time in place of one after another.
   */
  void expect(long[] hashes, int n) {
    long sum = 0;
    for (int i = 0; i < n; i++) {
      sum += table[home(hashes[i])];
    }
    fetched = sum; // or nothing would be
  }

  /** The slot of an id, or -1. */
  int find(String id, long hash) {
    int mask = table.length - 1;
    for (int at = home(hash); table[at] != 0; at = (at + 1) & mask) {
      long entry = table[at];
      if (((entry ^ hash) & HIGH) == 0 && ids.is((int) entry - 1, id)) {
        return (int) entry - 1;
      }
    }
    return -1;
  }

  /** Adds an id that is not in it. */
  void add(int slot, long hash) {
    if (2 * ++size > table.length) {
      grow();
    }
    insert(hash & HIGH | slot + 1);
  }

  private void insert(long entry) {
    int mask = table.length - 1;
    int at = home(entry);
    while (table[at] != 0) {
      at = (at + 1) & mask;
    }
    table[at] = entry;
  }

  private void grow() {
    long[] old = table;
    table = new long[Math.multiplyExact(2, old.length)];
    shift--;
    for (long entry : old) {
      if (entry != 0) {
        insert(entry);
      }
    }
  }

  /** Removes a slot that is in it and closes the gap, so that no marks of removed ones pile up. */
  void remove(int slot, long hash) {
    int mask = table.length - 1;
    int gap = home(hash);
    while ((int) table[gap] - 1 != slot) {
      gap = (gap + 1) & mask;
    }
    size--;
    for (int at = (gap + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
      int home = home(table[at]);
      boolean between = gap <= at ? gap < home && home <= at : gap < home || home <= at;
      if (!between) {
        table[gap] = table[at];
        gap = at;
      }
    }
    table[gap] = 0;
  }

  void clear() {
    Arrays.fill(table, 0);
    size = 0;
  }

  long memoryBytes() {
    return 64 + 8L * table.length;
  }
}
