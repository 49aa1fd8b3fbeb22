package org.freshet.engine;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The label last known for each key. Bounded: beyond {@value #LIMIT} keys the one whose label is
 * the oldest is forgotten.
 */
final class LastLabels implements SlotIndex.Ids {
  static final int LIMIT = 1_000_000;

  private final SlotIndex index = new SlotIndex(this);
  private final AgeLists order = new AgeLists(1);
  private String[] keys = new String[16];
  private long[] hashes = new long[16];
  private double[] labels = new double[16];
  private int size;
  private long keyBytes;

  /** NaN when none is known. */
  double get(String key) {
    int slot = key == null ? -1 : index.find(key, SlotIndex.hash(key));
    return slot < 0 ? Double.NaN : labels[slot];
  }

  void put(String key, double label) {
    if (key == null) {
      return;
    }
    long hash = SlotIndex.hash(key);
    int slot = index.find(key, hash);
    if (slot >= 0) {
      order.remove(0, slot);
    } else {
      slot = size < LIMIT ? open() : forget();
      keys[slot] = key;
      keyBytes += 56L + key.length();
      hashes[slot] = hash;
      index.add(slot, hash);
    }
    labels[slot] = label;
    order.add(0, slot);
  }

  private int open() {
    if (size == keys.length) {
      int more = Math.min(LIMIT, 2 * size);
      keys = Arrays.copyOf(keys, more);
      hashes = Arrays.copyOf(hashes, more);
      labels = Arrays.copyOf(labels, more);
    }
    return size++;
  }

  private int forget() {
    int slot = order.first(0);
    order.remove(0, slot);
    index.remove(slot, hashes[slot]);
    keyBytes -= 56L + keys[slot].length();
    return slot;
  }

  @Override
  public boolean is(int slot, String id) {
    return keys[slot].equals(id);
  }

  long memoryBytes() {
    return 80 + 20L * keys.length + keyBytes + index.memoryBytes() + order.memoryBytes();
  }

  void save(StateWriter out) {
    int[] slots = new int[size];
    int n = order.toArray(0, slots, 0);
    String[] names = new String[n];
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      names[i] = keys[slots[i]];
      values[i] = labels[slots[i]];
    }
    out.put("keys", names);
    out.put("labels", values);
  }

  void load(StateReader in) {
    String[] names = in.strings("keys");
    double[] values = in.doubles("labels", names.length);
    if (names.length > LIMIT) {
      throw in.corrupt("keys", "has " + names.length + " keys, the limit is " + LIMIT);
    }
    for (int i = 0; i < names.length; i++) {
      if (names[i] == null) {
        throw in.corrupt("keys", "has an empty key");
      }
      put(names[i], values[i]);
    }
  }
}
