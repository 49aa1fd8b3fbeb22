package org.freshet.evaluate.metrics;

import java.util.Arrays;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Regression metrics over the last events, computed from the events kept when read. 40 bytes an
 * event.
 */
public final class RegressionWindow {
  private static final int WIDTH = 5;
  private final int size;
  private double[] rows;
  private int filled;
  private int next;
  private final RegressionSums sums = new RegressionSums();
  private boolean stale;

  /**
   * @param size events it looks back on, 1 or more
   */
  public RegressionWindow(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("window is " + size + ", allowed 1 or more");
    }
    this.size = size;
    this.rows = new double[WIDTH * Math.min(size, 1024)];
  }

  /** As {@link RegressionSums#add}. */
  public void add(
      double target, double weight, double prediction, double noChange, double meanSoFar) {
    if (!(weight > 0)) {
      return;
    }
    int at = WIDTH * next;
    if (at == rows.length) {
      rows = Arrays.copyOf(rows, WIDTH * (int) Math.min(size, 2L * next));
    }
    rows[at] = target;
    rows[at + 1] = weight;
    rows[at + 2] = prediction;
    rows[at + 3] = noChange;
    rows[at + 4] = meanSoFar;
    filled = Math.max(filled, next + 1);
    next = next + 1 == size ? 0 : next + 1;
    stale = true;
  }

  public RegressionSums sums() {
    if (stale) {
      sums.clear();
      for (int i = 0; i < filled; i++) {
        int at = WIDTH * i;
        sums.add(rows[at], rows[at + 1], rows[at + 2], rows[at + 3], rows[at + 4]);
      }
      stale = false;
    }
    return sums;
  }

  public Map<String, Double> values() {
    return sums().values();
  }

  public int size() {
    return size;
  }

  /** Events in it now. */
  public int filled() {
    return filled;
  }

  public void save(StateWriter out) {
    out.put("size", size);
    out.put("next", next);
    out.put("rows", rows, WIDTH * filled);
  }

  public void load(StateReader in) {
    in.longValue("size", size, size);
    double[] r = in.doubles("rows");
    filled = r.length / WIDTH;
    next = in.intValue("next", 0, size - 1);
    boolean fits = r.length % WIDTH == 0 && filled <= size && (next == filled || filled == size);
    if (!fits) {
      throw in.corrupt("rows", "has " + r.length + " values for a window of " + size + " events");
    }
    rows = Arrays.copyOf(r, WIDTH * Math.min(size, Math.max(filled, 1024)));
    stale = true;
  }

  public long memoryBytes() {
    return 200 + 8L * rows.length;
  }
}
