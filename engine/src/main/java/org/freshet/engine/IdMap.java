package org.freshet.engine;

/** From ids to whole numbers of 0 or more: open addressing, no boxes and no nodes. */
final class IdMap {
  private String[] keys = new String[16];
  private int[] values = new int[16];
  private int size;

  int size() {
    return size;
  }

  /** The number of an id, or -1. */
  int get(String id) {
    int at = find(id);
    return keys[at] == null ? -1 : values[at];
  }

  private int find(String id) {
    int mask = keys.length - 1;
    int at = spread(id) & mask;
    while (keys[at] != null && !keys[at].equals(id)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private static int spread(String id) {
    int h = id.hashCode() * 0x9E3779B9;
    return h ^ (h >>> 16);
  }

  void put(String id, int value) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    int at = find(id);
    if (keys[at] == null) {
      keys[at] = id;
      size++;
    }
    values[at] = value;
  }

  private void grow() {
    String[] oldKeys = keys;
    int[] oldValues = values;
    keys = new String[2 * oldKeys.length];
    values = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != null) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }

  /** Removes an id and closes the gap, so that no marks of removed ones pile up. */
  void remove(String id) {
    int gap = find(id);
    if (keys[gap] == null) {
      return;
    }
    int mask = keys.length - 1;
    size--;
    for (int at = (gap + 1) & mask; keys[at] != null; at = (at + 1) & mask) {
      int home = spread(keys[at]) & mask;
      boolean between = gap <= at ? gap < home && home <= at : gap < home || home <= at;
      if (!between) {
        keys[gap] = keys[at];
        values[gap] = values[at];
        gap = at;
      }
    }
    keys[gap] = null;
  }

  /** Its tables; the ids themselves are counted by who keeps them. */
  long memoryBytes() {
    return 48 + 12L * keys.length;
  }
}
