package org.freshet.serve.meter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Points of the last two hours: each second of the last ten minutes, and one in ten seconds before.
 * About a megabyte with ten models.
 */
final class History {
  /** Seconds between the points that are kept for long. */
  private static final int COARSE = 10;

  private static final int FINE_KEPT = 600;
  private static final int COARSE_KEPT = 720;

  /** Values of each point before the qualities of the models. */
  static final List<String> FIXED =
      List.of("events", "labels", "p50", "p99", "waiting", "pending", "delay", "memory");

  /**
   * A second, or ten.
   *
   * @param time milliseconds since 1970, its end
   * @param values in the order of {@link #FIXED}, then one for each model; NaN where there is none
   */
  record Point(long time, float[] values) {}

  private final ArrayDeque<Point> fine = new ArrayDeque<>();
  private final ArrayDeque<Point> coarse = new ArrayDeque<>();
  private final float[] sums = new float[64];
  private final int[] given = new int[64];
  private int gathered;

  synchronized void add(Point p) {
    if (fine.size() == FINE_KEPT) {
      fine.removeFirst();
    }
    fine.add(p);
    for (int i = 0; i < Math.min(sums.length, p.values.length); i++) {
      if (!Float.isNaN(p.values[i])) {
        sums[i] += p.values[i];
        given[i]++;
      }
    }
    if (++gathered == COARSE) {
      gather(p);
    }
  }

  /** The mean of the last ten; of quantiles too, which is near enough to look at. */
  private void gather(Point last) {
    if (coarse.size() == COARSE_KEPT) {
      coarse.removeFirst();
    }
    float[] means = new float[last.values.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = i < sums.length && given[i] > 0 ? sums[i] / given[i] : Float.NaN;
    }
    coarse.add(new Point(last.time, means));
    Arrays.fill(sums, 0);
    Arrays.fill(given, 0);
    gathered = 0;
  }

  /** Points after a time; the coarse ones only as far as there are no fine ones. */
  synchronized List<Point> after(long time) {
    List<Point> all = new ArrayList<>();
    long begin = fine.isEmpty() ? Long.MAX_VALUE : fine.getFirst().time;
    for (Point p : coarse) {
      if (p.time > time && p.time < begin) {
        all.add(p);
      }
    }
    for (Point p : fine) {
      if (p.time > time) {
        all.add(p);
      }
    }
    return all;
  }
}
