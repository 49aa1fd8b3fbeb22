package org.freshet.runtime.contest;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Which model answered which events: since which event each one did, and under which version. Kept
 * so that an event that is sent again gets the answer it got, by the name that gave it. The last
 * {@value #MOST} changes are known.
 */
final class Reigns {
  static final int MOST = 1000;

  /** In the place of a model that is no more among them. */
  static final int GONE = -1;

  private long[] from = new long[8];
  private int[] who = new int[8];
  private int[] version = new int[8];
  private int size;

  /** From an event on a model answers. */
  void add(long event, int model, int ofVersion) {
    if (size > 0 && from[size - 1] == event) {
      size--; // it answered nothing
    }
    if (size == MOST) {
      System.arraycopy(from, 1, from, 0, --size);
      System.arraycopy(who, 1, who, 0, size);
      System.arraycopy(version, 1, version, 0, size);
    }
    if (size == from.length) {
      from = Arrays.copyOf(from, 2 * size);
      who = Arrays.copyOf(who, 2 * size);
      version = Arrays.copyOf(version, 2 * size);
    }
    from[size] = event;
    who[size] = model;
    version[size++] = ofVersion;
  }

  /**
   * Takes what another knows.
   *
   * @param here number here of each of its models, or {@link #GONE}
   */
  void take(Reigns other, int[] here) {
    size = 0;
    for (int r = 0; r < other.size; r++) {
      int k = other.who[r];
      add(other.from[r], k == GONE ? GONE : here[k], other.version[r]);
    }
  }

  /** Number of the reign an event is in; the first for events before all that are known. */
  int at(long event) {
    int r = size - 1;
    while (r > 0 && from[r] > event) {
      r--;
    }
    return r;
  }

  int size() {
    return size;
  }

  long from(int reign) {
    return from[reign];
  }

  int who(int reign) {
    return who[reign];
  }

  int version(int reign) {
    return version[reign];
  }

  void save(StateWriter out) {
    out.put("from", from, size);
    out.put("who", who, size);
    out.put("version", version, size);
  }

  /**
   * @param models how many there are
   */
  void load(StateReader in, int models) {
    long[] starts = in.longs("from");
    int[] whos = in.ints("who", starts.length);
    int[] versions = in.ints("version", starts.length);
    if (starts.length == 0 || starts.length > MOST) {
      throw in.corrupt("from", "has " + starts.length + " values, allowed 1 to " + MOST);
    }
    size = 0;
    for (int i = 0; i < starts.length; i++) {
      if (whos[i] < GONE || whos[i] >= models || i > 0 && starts[i] <= starts[i - 1]) {
        throw in.corrupt("who", "has no such model, or the events do not rise");
      }
      add(starts[i], whos[i], versions[i]);
    }
  }
}
