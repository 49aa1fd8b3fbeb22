package org.freshet.engine;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The ids whose labels came by a later record, with the label, so that repeated and corrected label
 * records are known for what they are. Remembers the last {@value #LIMIT}; a record of an older id
 * counts as a new event.
 */
final class JoinedIds {
  static final int LIMIT = 100_000;

  private final IdMap at = new IdMap();
  private String[] ids = new String[16];
  private double[] labels = new double[16];
  private int size;
  private int oldest;

  boolean isEmpty() {
    return size == 0;
  }

  void add(String id, double label) {
    int known = at.get(id);
    if (known >= 0) {
      labels[known] = label;
      return;
    }
    int slot = size;
    if (size == LIMIT) {
      slot = oldest;
      at.remove(ids[slot]);
      oldest = (oldest + 1) % LIMIT;
    } else {
      if (size == ids.length) {
        int more = Math.min(LIMIT, 2 * size);
        ids = java.util.Arrays.copyOf(ids, more);
        labels = java.util.Arrays.copyOf(labels, more);
      }
      size++;
    }
    ids[slot] = id;
    labels[slot] = label;
    at.put(id, slot);
  }

  double label(String id) {
    int slot = at.get(id);
    return slot < 0 ? Double.NaN : labels[slot];
  }

  long memoryBytes() {
    return 64 + 12L * ids.length + 56L * size + at.memoryBytes();
  }

  void save(StateWriter out) {
    String[] names = new String[size];
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      names[i] = ids[(oldest + i) % size];
      values[i] = labels[(oldest + i) % size];
    }
    out.put("ids", names);
    out.put("labels", values);
  }

  void load(StateReader in) {
    String[] names = in.strings("ids");
    double[] values = in.doubles("labels", names.length);
    if (names.length > LIMIT) {
      throw in.corrupt("ids", "has " + names.length + " ids, the limit is " + LIMIT);
    }
    for (int i = 0; i < names.length; i++) {
      if (names[i] == null) {
        throw in.corrupt("ids", "has an empty id");
      }
      add(names[i], values[i]);
    }
  }
}
