package org.freshet.connectors.flink;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.freshet.core.KeyTable;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The part of each of the last ids, the oldest forgotten first. Ids are kept as hashes of 128 bits,
 * 28 bytes each, so that a checkpoint copies a few arrays.
 */
final class PartOfIds {
  /** Drawn for each process, so that ids cannot be chosen to fall on one place. */
  private static final long SPREAD = new SplittableRandom().nextLong() | 1;

  private final int most;
  private final int parts;

  // Rings: entry i is the i-th since the oldest at 'first'.
  private long[] hashes = new long[64];
  private long[] others = new long[64];
  private int[] part = new int[64];
  private int first;
  private int size;

  private int[] table = new int[128]; // places in the rings + 1; 0 for none
  private int shift = 64 - 7;

  /**
   * @param most ids known
   * @param parts there are
   */
  PartOfIds(int most, int parts) {
    this.most = most;
    this.parts = parts;
  }

  /** The part of an id; -1 where it is not known. */
  int find(String id) {
    return find(KeyTable.hash(id), other(id));
  }

  private int find(long hash, long other) {
    int mask = table.length - 1;
    for (int at = home(hash); table[at] != 0; at = (at + 1) & mask) {
      int i = table[at] - 1;
      if (hashes[i] == hash && others[i] == other) {
        return part[i];
      }
    }
    return -1;
  }

  /**
   * Notes the part of an id unless it has one.
   *
   * @return the part it had; -1 where it is new
   */
  int add(String id, int of) {
    long hash = KeyTable.hash(id);
    long other = other(id);
    int before = find(hash, other);
    if (before < 0) {
      add(hash, other, of);
    }
    return before;
  }

  private void add(long hash, long other, int of) {
    if (size == most) {
      removeOldest();
    } else if (size == hashes.length) {
      grow();
    }
    int i = (first + size++) % hashes.length;
    hashes[i] = hash;
    others[i] = other;
    part[i] = of;
    insert(i);
  }

  private void insert(int i) {
    int mask = table.length - 1;
    int at = home(hashes[i]);
    while (table[at] != 0) {
      at = (at + 1) & mask;
    }
    table[at] = i + 1;
  }

  private void grow() {
    int more = (int) Math.min(most, 2L * hashes.length);
    hashes = unrolled(hashes, more);
    others = unrolled(others, more);
    int[] of = new int[more];
    for (int i = 0; i < size; i++) {
      of[i] = part[(first + i) % part.length];
    }
    part = of;
    first = 0;
    while (table.length < 2L * more) {
      table = new int[2 * table.length];
      shift--;
    }
    Arrays.fill(table, 0);
    for (int i = 0; i < size; i++) {
      insert(i);
    }
  }

  private long[] unrolled(long[] ring, int length) {
    long[] all = new long[length];
    int before = Math.min(size, ring.length - first);
    System.arraycopy(ring, first, all, 0, before);
    System.arraycopy(ring, 0, all, before, size - before);
    return all;
  }

  /** Closes the gap it leaves, so that no marks of removed ones pile up. */
  private void removeOldest() {
    int mask = table.length - 1;
    int gap = home(hashes[first]);
    while (table[gap] - 1 != first) {
      gap = (gap + 1) & mask;
    }
    for (int at = (gap + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
      int home = home(hashes[table[at] - 1]);
      boolean between = gap <= at ? gap < home && home <= at : gap < home || home <= at;
      if (!between) {
        table[gap] = table[at];
        gap = at;
      }
    }
    table[gap] = 0;
    first = (first + 1) % hashes.length;
    size--;
  }

  private int home(long hash) {
    return (int) ((hash * SPREAD) >>> shift);
  }

  /** A second hash that has nothing to do with the first. */
  private static long other(String id) {
    long h = 0x9E3779B97F4A7C15L + id.length();
    for (int i = 0; i < id.length(); i++) {
      h = (Long.rotateLeft(h, 23) ^ id.charAt(i)) * 0xD6E8FEB86659FD93L;
    }
    h ^= h >>> 32;
    h *= 0xD6E8FEB86659FD93L;
    return h ^ (h >>> 32);
  }

  void save(StateWriter out) {
    out.put("ids", unrolled(hashes, size));
    out.put("other-ids", unrolled(others, size));
    int[] of = new int[size];
    for (int i = 0; i < size; i++) {
      of[i] = part[(first + i) % part.length];
    }
    out.put("parts", of);
  }

  void load(StateReader in) {
    long[] a = in.longs("ids");
    long[] b = in.longs("other-ids", a.length);
    int[] of = in.ints("parts", a.length);
    for (int i = 0; i < a.length; i++) {
      if (of[i] < 0 || of[i] >= parts) {
        throw in.corrupt("parts", "has " + of[i]);
      }
      if (find(a[i], b[i]) < 0) {
        add(a[i], b[i], of[i]);
      }
    }
  }
}
