package org.freshet.learn.route;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What experts answered about the last events, until the truth comes: found by the contents of the
 * row, which are the same when its label is learnt. The oldest is forgotten for a new one.
 */
public final class Answered {
  /** Of an expert that did not say. */
  public static final int UNKNOWN = -2;

  private final int most;
  private final int experts;
  private final int[] table; // slot + 1 by hash, linear probing; 0 is free
  private final long[] hash;
  private final int[] answer; // by slot and expert; UNKNOWN where it did not say
  private final int[] asked; // by slot, the expert whose answer was paid for last; -1 for none
  private int count;
  private int next;

  /**
   * @param most rows remembered
   * @param experts who may answer
   */
  public Answered(int most, int experts) {
    this.most = most;
    this.experts = experts;
    this.table = new int[Integer.highestOneBit(Math.max(2, most)) * 4];
    this.hash = new long[most];
    this.answer = new int[most * experts];
    this.asked = new int[most];
  }

  /** A hash of what a row holds. */
  public static long hash(Features x) {
    long h = x.count();
    for (int k = 0; k < x.count(); k++) {
      h = mix(h ^ Double.doubleToLongBits(x.value(k)) + 31L * x.index(k));
    }
    return h;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private int home(long h) {
    return (int) (h ^ h >>> 32) & table.length - 1;
  }

  /**
   * Notes an answer.
   *
   * @param said the class code, or -1 where it was of no use
   * @param paid whether it was asked for
   */
  public void put(long h, int expert, int said, boolean paid) {
    int slot = find(h);
    if (slot < 0) {
      slot = next;
      if (count == most) {
        unlink(slot);
      } else {
        count++;
      }
      next = next + 1 == most ? 0 : next + 1;
      hash[slot] = h;
      Arrays.fill(answer, slot * experts, (slot + 1) * experts, UNKNOWN);
      asked[slot] = -1;
      link(slot);
    }
    answer[slot * experts + expert] = said;
    asked[slot] = paid ? expert : asked[slot];
  }

  /** The slot of a row, or -1. */
  public int find(long h) {
    for (int i = home(h); table[i] != 0; i = i + 1 & table.length - 1) {
      if (hash[table[i] - 1] == h) {
        return table[i] - 1;
      }
    }
    return -1;
  }

  /** The class code an expert said, -1 where that was of no use, or {@link #UNKNOWN}. */
  public int said(int slot, int expert) {
    return answer[slot * experts + expert];
  }

  /** Whether the answer of an expert was asked for. */
  boolean paid(int slot, int expert) {
    return asked[slot] == expert;
  }

  private void link(int slot) {
    int i = home(hash[slot]);
    while (table[i] != 0) {
      i = i + 1 & table.length - 1;
    }
    table[i] = slot + 1;
  }

  /** Takes a slot out, and moves those behind it that would not be found any more. */
  private void unlink(int slot) {
    int i = home(hash[slot]);
    while (table[i] != slot + 1) {
      i = i + 1 & table.length - 1;
    }
    int free = i;
    for (int j = i + 1 & table.length - 1; table[j] != 0; j = j + 1 & table.length - 1) {
      int from = home(hash[table[j] - 1]);
      if ((j - from & table.length - 1) >= (j - free & table.length - 1)) {
        table[free] = table[j];
        free = j;
      }
    }
    table[free] = 0;
  }

  public void save(StateWriter out) {
    out.put("next", next);
    out.put("hash", Arrays.copyOf(hash, count));
    out.put("answer", Arrays.copyOf(answer, count * experts));
    out.put("asked", Arrays.copyOf(asked, count));
  }

  /**
   * @param place where each of the experts was among those that were saved; -1 where it was not
   * @param were how many were saved
   */
  public void load(StateReader in, int[] place, int were) {
    long[] h = in.longs("hash");
    if (h.length > most) {
      throw in.corrupt("hash", "has " + h.length + " values, allowed " + most);
    }
    int[] a = in.ints("answer", h.length * were);
    int[] paid = in.ints("asked", h.length);
    count = h.length;
    next = in.intValue("next", count < most ? count : 0, count < most ? count : most - 1);
    Arrays.fill(table, 0);
    System.arraycopy(h, 0, hash, 0, count);
    Arrays.fill(asked, -1);
    for (int s = 0; s < count; s++) {
      for (int k = 0; k < experts; k++) {
        boolean was = place[k] >= 0;
        answer[s * experts + k] = was ? a[s * were + place[k]] : UNKNOWN;
        asked[s] = was && paid[s] == place[k] ? k : asked[s];
      }
    }
    for (int s = 0; s < count; s++) {
      if (find(hash[s]) >= 0) {
        throw in.corrupt("hash", "has the same row twice");
      }
      link(s);
    }
  }

  public long memoryBytes() {
    return 112 + 4L * table.length + 8L * hash.length + 4L * (answer.length + asked.length);
  }
}
