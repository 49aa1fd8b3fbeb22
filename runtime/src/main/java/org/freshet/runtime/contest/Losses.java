package org.freshet.runtime.contest;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** The last losses of a model, 0 or 1 for a class and the size of the error for a number. */
final class Losses {
  private final double[] ring;
  private int size;
  private int next;
  private double sum;

  Losses(int window) {
    ring = new double[window];
  }

  void add(double loss) {
    sum += loss;
    if (size == ring.length) {
      sum -= ring[next];
    } else {
      size++;
    }
    ring[next] = loss;
    next = next + 1 == ring.length ? 0 : next + 1;
    if (next == 0) { // what rounding has left is forgotten
      sum = 0;
      for (int i = 0; i < size; i++) {
        sum += ring[i];
      }
    }
  }

  /** The last of another that fit, in their order. */
  void add(Losses other) {
    int from = other.size == other.ring.length ? other.next : 0;
    for (int i = Math.max(0, other.size - ring.length); i < other.size; i++) {
      add(other.ring[(from + i) % other.ring.length]);
    }
  }

  /** NaN when there are none. */
  double mean() {
    return size == 0 ? Double.NaN : sum / size;
  }

  int size() {
    return size;
  }

  long memoryBytes() {
    return 48 + 8L * ring.length;
  }

  void save(StateWriter out) {
    out.put("losses", ring, size);
    out.put("next", next);
    out.put("sum", sum);
  }

  void load(StateReader in) {
    double[] saved = in.doubles("losses");
    if (saved.length > ring.length) {
      throw in.corrupt("losses", "has " + saved.length + " values, allowed " + ring.length);
    }
    size = saved.length;
    System.arraycopy(saved, 0, ring, 0, size);
    next = in.intValue("next", 0, ring.length - 1);
    if (next != size % ring.length && size < ring.length) {
      throw in.corrupt("next", "is " + next + " of " + size);
    }
    sum = in.doubleValue("sum");
  }
}
