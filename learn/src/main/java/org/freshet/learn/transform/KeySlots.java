package org.freshet.learn.transform;

import java.util.Arrays;
import org.freshet.core.KeyTable;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Gives each of a bounded number of keys a slot, a number from 0 up, and knows which key was used
 * longest ago. Keys are known by 128 bits of hash, not by their text: no object for each key, and
 * two keys of 100 million are taken for one with a probability of 10⁻²³.
 *
 * <p>Look-ups are about the key last given to {@link #key} or {@link #code}.
 */
public final class KeySlots {
  public static final int NONE = -1;

  private int limit;
  private long[] first; // the two halves of the hash, of a slot
  private long[] second;
  private int[] older; // in the order of use; of a free slot, the next free one
  private int[] newer;
  private int[] table; // slot + 1 by open addressing, 0 is none
  private int newest = NONE;
  private int oldest = NONE;
  private int free = NONE;
  private int opened;
  private int size;
  private long h1;
  private long h2;

  /**
   * @param limit the most keys
   */
  public KeySlots(int limit) {
    this.limit = limit;
    reserve(Math.min(limit, 16));
  }

  private void reserve(int n) {
    first = first == null ? new long[n] : Arrays.copyOf(first, n);
    second = second == null ? new long[n] : Arrays.copyOf(second, n);
    older = older == null ? new int[n] : Arrays.copyOf(older, n);
    newer = newer == null ? new int[n] : Arrays.copyOf(newer, n);
    table = new int[Integer.highestOneBit(2 * n - 1) << 1];
    for (int slot = oldest; slot != NONE; slot = newer[slot]) {
      enter(slot);
    }
  }

  /** The key that the next calls are about; null is a key too. */
  public void key(String key) {
    long b = 0x9e3779b97f4a7c15L;
    for (int i = 0, n = key == null ? 0 : key.length(); i < n; i++) {
      b = (Long.rotateLeft(b, 5) ^ key.charAt(i)) * 0x2545f4914f6cdd1dL;
    }
    h1 = KeyTable.hash(key);
    h2 = mix(b ^ h1);
  }

  /** As {@link #key}, for the code of a category; NaN, which is missing, is a key too. */
  public void code(double code) {
    h1 = mix(Double.doubleToLongBits(code));
    h2 = mix(~h1);
  }

  /** As {@link #key}, for a key of which only the hash is known. */
  public void hashes(long first, long second) {
    h1 = first;
    h2 = second;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** 64 bits of the hash of the key. */
  public long hash() {
    return h1;
  }

  /** The other 64 bits. */
  public long otherHash() {
    return h2;
  }

  /** The slot of the key, or {@link #NONE}. */
  public int find() {
    int mask = table.length - 1;
    for (int i = (int) h1 & mask; table[i] != 0; i = (i + 1) & mask) {
      int slot = table[i] - 1;
      if (first[slot] == h1 && second[slot] == h2) {
        return slot;
      }
    }
    return NONE;
  }

  /** A slot for the key, which has none; it is the newest. Not when {@link #isFull}. */
  public int open() {
    int slot = free;
    if (slot != NONE) {
      free = older[slot];
    } else {
      slot = opened++;
      if (slot == first.length) {
        reserve((int) Math.min(limit, 2L * slot));
      }
    }
    first[slot] = h1;
    second[slot] = h2;
    size++;
    enter(slot);
    link(slot);
    return slot;
  }

  private void enter(int slot) {
    int mask = table.length - 1;
    int i = (int) first[slot] & mask;
    while (table[i] != 0) {
      i = (i + 1) & mask;
    }
    table[i] = slot + 1;
  }

  /** Makes a key in use the newest. */
  public void touch(int slot) {
    if (slot != newest) {
      unlink(slot);
      link(slot);
    }
  }

  private void link(int slot) {
    older[slot] = newest;
    newer[slot] = NONE;
    if (newest == NONE) {
      oldest = slot;
    } else {
      newer[newest] = slot;
    }
    newest = slot;
  }

  private void unlink(int slot) {
    if (newer[slot] == NONE) {
      newest = older[slot];
    } else {
      older[newer[slot]] = older[slot];
    }
    if (older[slot] == NONE) {
      oldest = newer[slot];
    } else {
      newer[older[slot]] = newer[slot];
    }
  }

  /** Forgets a key in use; its slot is given out again. */
  public void remove(int slot) {
    leave(slot);
    unlink(slot);
    older[slot] = free;
    free = slot;
    size--;
  }

  /** Takes a slot out of the table and closes the gap, so that no marks of removed ones pile up. */
  private void leave(int slot) {
    int mask = table.length - 1;
    int gap = (int) first[slot] & mask;
    while (table[gap] != slot + 1) {
      gap = (gap + 1) & mask;
    }
    for (int i = (gap + 1) & mask; table[i] != 0; i = (i + 1) & mask) {
      int home = (int) first[table[i] - 1] & mask;
      boolean between = gap <= i ? gap < home && home <= i : gap < home || home <= i;
      if (!between) {
        table[gap] = table[i];
        gap = i;
      }
    }
    table[gap] = 0;
  }

  /** The key used longest ago, or {@link #NONE}. */
  public int oldest() {
    return oldest;
  }

  /** The key used next after one, or {@link #NONE}. */
  public int after(int slot) {
    return newer[slot];
  }

  public int size() {
    return size;
  }

  public boolean isFull() {
    return size == limit;
  }

  public int limit() {
    return limit;
  }

  /** Has room for more keys from now on. */
  void raise(int most) {
    limit = Math.max(limit, most);
  }

  /** Slots in use or free; every slot is below. */
  int opened() {
    return opened;
  }

  /** The two halves of a slot's hash, for names of what is kept of it elsewhere. */
  public long first(int slot) {
    return first[slot];
  }

  public long second(int slot) {
    return second[slot];
  }

  /** The keys from the oldest to the newest. */
  public void save(StateWriter out) {
    long[] all = new long[2 * size];
    int i = 0;
    for (int slot = oldest; slot != NONE; slot = newer[slot]) {
      all[i++] = first[slot];
      all[i++] = second[slot];
    }
    out.put("keys", all);
  }

  /** Restores into new slots, 0 the oldest; the state of this object must be new. */
  public void load(StateReader in) {
    long[] all = in.longs("keys");
    if (all.length % 2 != 0 || all.length / 2 > limit) {
      throw in.corrupt("keys", "has " + all.length + " values, allowed two for each of " + limit);
    }
    for (int i = 0; i < all.length; i += 2) {
      h1 = all[i];
      h2 = all[i + 1];
      if (find() != NONE) {
        throw in.corrupt("keys", "has a key twice");
      }
      open();
    }
  }

  public long memoryBytes() {
    return 88 + 5 * 16 + 24L * first.length + 4L * table.length;
  }

  /** Bytes a key takes at most. */
  public static int bytesPerKey() {
    return 24 + 16;
  }
}
