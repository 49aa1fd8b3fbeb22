package org.freshet.learn.ask.guard;

import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Rows that were asked about with the action that was right there, the latest of them. Distances
 * are root mean squares over the columns, each divided by its deviation.
 */
final class Familiar {
  private final int width;
  private final int most;
  private final double[] rows;
  private final int[] actions;
  private final double[] mean;
  private final double[] spread;
  private final double[] seen;
  private int size;
  private int next;

  Familiar(int width, int most) {
    this.width = width;
    this.most = most;
    rows = new double[Math.multiplyExact(most, width)];
    actions = new int[most];
    mean = new double[width];
    spread = new double[width];
    seen = new double[width];
  }

  private static boolean usable(double v) {
    return Math.abs(v) <= 1e150;
  }

  /** Takes a row into the deviations. */
  void see(Features x) {
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      if (usable(v)) {
        seen[i]++;
        double d = v - mean[i];
        mean[i] += d / seen[i];
        spread[i] += (d * (v - mean[i]) - spread[i]) / seen[i];
      }
    }
  }

  /** Whether a row was asked about that is no further away, and this action was right there. */
  boolean has(Features x, int action, double distance) {
    double limit = distance * distance * width;
    for (int r = 0; r < size; r++) {
      if (actions[r] == action && near(x, r * width, limit)) {
        return true;
      }
    }
    return false;
  }

  private boolean near(Features x, int at, double limit) {
    double sum = 0;
    for (int i = 0; i < width && sum <= limit; i++) {
      double v = x.get(i);
      double kept = rows[at + i];
      boolean missing = !usable(v);
      if (missing != Double.isNaN(kept)) {
        return false; // a value that is there is not near one that is not
      }
      if (!missing) {
        double d = v - kept;
        sum += d * d / (spread[i] > 0 ? spread[i] : 1);
      }
    }
    return sum <= limit;
  }

  /** Keeps a row in the place of the oldest. */
  void add(Features x, int action) {
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      rows[next * width + i] = usable(v) ? v : Double.NaN;
    }
    actions[next] = action;
    next = next + 1 == most ? 0 : next + 1;
    size = Math.min(most, size + 1);
  }

  void save(StateWriter out) {
    out.put("rows", rows, size * width);
    out.put("actions", actions, size);
    out.put("next", next);
    out.put("mean", mean);
    out.put("spread", spread);
    out.put("seen", seen);
  }

  void load(StateReader in, int labels) {
    int[] saved = in.ints("actions");
    size = saved.length;
    next = in.intValue("next", 0, most - 1);
    if (size > most || size < most && next != size) {
      throw in.corrupt("actions", "has " + size + " rows, the most are " + most);
    }
    for (int a : saved) {
      if (a < 0 || a >= labels) {
        throw in.corrupt("actions", "names class " + a + " of " + labels);
      }
    }
    System.arraycopy(saved, 0, actions, 0, size);
    System.arraycopy(in.doubles("rows", size * width), 0, rows, 0, size * width);
    System.arraycopy(in.doubles("mean", width), 0, mean, 0, width);
    System.arraycopy(in.doubles("spread", width), 0, spread, 0, width);
    System.arraycopy(in.doubles("seen", width), 0, seen, 0, width);
  }

  long memoryBytes() {
    return 150 + 8L * (rows.length + 3L * width) + 4L * actions.length;
  }
}
