package org.freshet.evaluate.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * How often sets or intervals held the truth, beside how often they were meant to, and how large
 * they were: over the whole stream and over the last labels. An interval without an end holds any
 * truth; the mean width is that of the others.
 */
public final class Coverage {
  private final double nominal;
  private final String sizeName;
  private final int window;
  private final Part whole = new Part();
  private final Part recent = new Part();
  private double[] ring; // weight · (held ? 1 : -1), then size; of the last labels
  private int filled;
  private int next;

  /** Sums over some labels. */
  private static final class Part {
    double weight;
    double held;
    double sized;
    double size;

    void add(double w, boolean in, double s) {
      weight += w;
      held += in ? w : 0;
      if (s < Double.POSITIVE_INFINITY) {
        sized += w;
        size += w * s;
      }
    }

    double coverage() {
      return held / weight;
    }

    double meanSize() {
      return size / sized;
    }
  }

  private Coverage(double nominal, String sizeName, int window) {
    this.nominal = nominal;
    this.sizeName = sizeName;
    this.window = window;
    this.ring = new double[2 * Math.min(window, 1024)];
  }

  /**
   * @param nominal share of labels the sets are meant to hold
   * @param window labels looked back on
   */
  public static Coverage ofSets(double nominal, int window) {
    return new Coverage(nominal, "mean_set_size", window);
  }

  /** As {@link #ofSets}, of intervals. */
  public static Coverage ofIntervals(double nominal, int window) {
    return new Coverage(nominal, "mean_interval_width", window);
  }

  public double nominal() {
    return nominal;
  }

  /** Name of the metric of size. */
  public String sizeName() {
    return sizeName;
  }

  /**
   * @param held whether the truth was in the set or interval given at its event
   * @param size labels in the set, or width of the interval
   */
  public void add(double weight, boolean held, double size) {
    if (!(weight > 0)) {
      return;
    }
    whole.add(weight, held, size);
    int at = 2 * next;
    if (at == ring.length) {
      ring = Arrays.copyOf(ring, 2 * (int) Math.min(window, 2L * next));
    }
    ring[at] = held ? weight : -weight;
    ring[at + 1] = size;
    filled = Math.max(filled, next + 1);
    next = next + 1 == window ? 0 : next + 1;
  }

  /** Coverage and mean size of the last labels. */
  public void rolling(double[] into, int at) {
    recompute();
    into[at] = recent.coverage();
    into[at + 1] = recent.meanSize();
  }

  private void recompute() {
    recent.weight = 0;
    recent.held = 0;
    recent.sized = 0;
    recent.size = 0;
    for (int i = 0; i < 2 * filled; i += 2) {
      recent.add(Math.abs(ring[i]), ring[i] > 0, ring[i + 1]);
    }
  }

  /** Metrics over the whole stream. */
  public Map<String, Double> values() {
    return values(whole);
  }

  /** Metrics over the last labels. */
  public Map<String, Double> windowValues() {
    recompute();
    return values(recent);
  }

  private Map<String, Double> values(Part p) {
    Map<String, Double> m = new LinkedHashMap<>();
    ClassificationSums.put(m, "coverage", p.coverage());
    m.put("nominal_coverage", nominal);
    ClassificationSums.put(m, sizeName, p.meanSize());
    return m;
  }

  public void save(StateWriter out) {
    out.put("whole", new double[] {whole.weight, whole.held, whole.sized, whole.size});
    out.put("next", next);
    out.put("ring", ring, 2 * filled);
  }

  public void load(StateReader in) {
    double[] sums = in.doubles("whole", 4);
    whole.weight = sums[0];
    whole.held = sums[1];
    whole.sized = sums[2];
    whole.size = sums[3];
    double[] r = in.doubles("ring");
    filled = r.length / 2;
    next = in.intValue("next", 0, window - 1);
    if (r.length % 2 != 0 || filled > window || (filled < window && next != filled)) {
      throw in.corrupt("ring", "has " + r.length + " values for a window of " + window);
    }
    ring = Arrays.copyOf(r, 2 * Math.min(window, Math.max(filled, 1024)));
  }
}
