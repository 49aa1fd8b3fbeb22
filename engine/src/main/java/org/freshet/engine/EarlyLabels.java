package org.freshet.engine;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Labels that came before their events, by id. Bounded: beyond {@value #LIMIT} the oldest is given
 * up, as is one that waited longer than the timeout; then its event is unknown.
 */
final class EarlyLabels implements SlotIndex.Ids {
  static final int LIMIT = 100_000;

  private final int outputs;
  private final SlotIndex index = new SlotIndex(this);
  private final AgeLists order = new AgeLists(1);
  private final FreeSlots free = new FreeSlots();
  private String[] ids = new String[16];
  private long[] hashes = new long[16];
  private double[] labels = new double[16];
  private long[] since = new long[16];
  private double[][] truths = new double[16][];
  private long idBytes;

  EarlyLabels(int outputs) {
    this.outputs = outputs;
  }

  int size() {
    return index.size();
  }

  int find(String id, long hash) {
    return index.size() == 0 ? -1 : index.find(id, hash);
  }

  /**
   * Keeps a label of an id that has none here.
   *
   * @param clock event clock now
   * @return whether the oldest was given up for it
   */
  boolean add(String id, long hash, double label, double[] of, long clock) {
    boolean full = index.size() == LIMIT;
    if (full) {
      remove(order.first(0));
    }
    int slot = free.take();
    if (slot >= ids.length) {
      int more = 2 * ids.length;
      ids = Arrays.copyOf(ids, more);
      hashes = Arrays.copyOf(hashes, more);
      labels = Arrays.copyOf(labels, more);
      since = Arrays.copyOf(since, more);
      truths = Arrays.copyOf(truths, more);
    }
    ids[slot] = id;
    idBytes += 56L + id.length();
    hashes[slot] = hash;
    since[slot] = clock;
    set(slot, label, of);
    order.add(0, slot);
    index.add(slot, hash);
    return full;
  }

  void set(int slot, double label, double[] of) {
    labels[slot] = label;
    truths[slot] = of == null ? null : of.clone();
  }

  boolean hasLabel(int slot, double label, double[] of) {
    return labels[slot] == label && (of == null || Arrays.equals(of, truths[slot]));
  }

  double label(int slot) {
    return labels[slot];
  }

  double[] truths(int slot) {
    return truths[slot];
  }

  void remove(int slot) {
    index.remove(slot, hashes[slot]);
    order.remove(0, slot);
    idBytes -= 56L + ids[slot].length();
    ids[slot] = null;
    truths[slot] = null;
    free.give(slot);
  }

  /** One that came at or before a time; -1 when there is none. */
  int olderThan(long time) {
    int slot = order.first(0);
    return slot >= 0 && since[slot] <= time ? slot : -1;
  }

  @Override
  public boolean is(int slot, String id) {
    return ids[slot].equals(id);
  }

  long memoryBytes() {
    return 100
        + 32L * ids.length
        + idBytes
        + (16L + 8L * outputs) * (outputs > 0 ? size() : 0)
        + index.memoryBytes()
        + order.memoryBytes()
        + free.memoryBytes();
  }

  void save(StateWriter out) {
    int[] slots = new int[size()];
    int n = order.toArray(0, slots, 0);
    String[] names = new String[n];
    double[] values = new double[n];
    long[] times = new long[n];
    double[] flat = new double[n * outputs];
    for (int i = 0; i < n; i++) {
      names[i] = ids[slots[i]];
      values[i] = labels[slots[i]];
      times[i] = since[slots[i]];
      if (outputs > 0) {
        System.arraycopy(truths[slots[i]], 0, flat, i * outputs, outputs);
      }
    }
    out.put("ids", names);
    out.put("labels", values);
    out.put("since", times);
    out.put("truths", flat);
  }

  void load(StateReader in) {
    String[] names = in.strings("ids");
    int n = names.length;
    if (n > LIMIT) {
      throw in.corrupt("ids", "has " + n + " ids, the limit is " + LIMIT);
    }
    double[] values = in.doubles("labels", n);
    long[] times = in.longs("since", n);
    double[] flat = in.doubles("truths", n * outputs);
    for (int i = 0; i < n; i++) {
      long hash = names[i] == null ? 0 : SlotIndex.hash(names[i]);
      if (names[i] == null || find(names[i], hash) >= 0) {
        throw in.corrupt("ids", "has an id twice, or an empty one");
      }
      double[] of = outputs == 0 ? null : Arrays.copyOfRange(flat, i * outputs, (i + 1) * outputs);
      add(names[i], hash, values[i], of, times[i]);
    }
  }
}
