package org.freshet.connectors.flink;

import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** Flink's keys of the parts of a pipeline: each falls into a key group of its own. */
final class PartKeys {
  private PartKeys() {}

  /**
   * @param parts as many as there are key groups
   * @return the key of each part; part p is key group p
   */
  static int[] of(int parts) {
    int[] keys = new int[parts];
    boolean[] found = new boolean[parts];
    int left = parts;
    for (int k = 0; left > 0; k++) {
      int group = KeyGroupRangeAssignment.assignToKeyGroup(k, parts);
      if (!found[group]) {
        found[group] = true;
        keys[group] = k;
        left--;
      }
    }
    return keys;
  }
}
