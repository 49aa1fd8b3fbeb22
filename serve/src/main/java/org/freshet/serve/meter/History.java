package org.freshet.serve.meter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

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

  /** Before the names of models. */
  static final String MODEL = "model:";

  /**
   * A second, or ten.
   *
   * @param time milliseconds since 1970, its end
   * @param values in the order of {@link #FIXED}, then one for each model; NaN where there is none
   */
  record Point(long time, float[] values) {}

  private final ArrayDeque<Point> fine = new ArrayDeque<>();
  private final ArrayDeque<Point> coarse = new ArrayDeque<>();
  // Of the points since the last coarse one.
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

  /** Names the values of a point: those of each, then those of the models. */
  static List<String> names(Collection<String> models) {
    List<String> names = new ArrayList<>(FIXED);
    models.forEach(m -> names.add(MODEL + m));
    return names;
  }

  synchronized void save(List<String> names, StateWriter out) {
    out.put("names", names.toArray(new String[0]));
    save(fine, names.size(), out.child("fine"));
    save(coarse, names.size(), out.child("coarse"));
  }

  private static void save(ArrayDeque<Point> points, int width, StateWriter out) {
    long[] times = new long[points.size()];
    float[] values = new float[points.size() * width];
    Arrays.fill(values, Float.NaN);
    int i = 0;
    for (Point p : points) {
      times[i] = p.time;
      System.arraycopy(p.values, 0, values, i++ * width, Math.min(width, p.values.length));
    }
    out.put("times", times);
    out.put("values", values);
  }

  /**
   * Puts the points of an earlier run before those of this one. Values that have no name here are
   * left out, and points of the future, where the clock was set back.
   */
  synchronized void load(List<String> names, long now, StateReader in) {
    String[] were = in.strings("names");
    int[] at = new int[names.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = Arrays.asList(were).indexOf(names.get(i));
    }
    List<Point> finer = load(in.child("fine"), were.length, at, FINE_KEPT);
    List<Point> coarser = load(in.child("coarse"), were.length, at, COARSE_KEPT);
    before(fine, finer, FINE_KEPT, now);
    before(coarse, coarser, COARSE_KEPT, now);
  }

  private static List<Point> load(StateReader in, int width, int[] at, int most) {
    long[] times = in.longs("times");
    float[] values = in.floats("values");
    if (times.length > most || values.length != times.length * width) {
      throw in.corrupt("values", "are not " + width + " for each of at most " + most + " points");
    }
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      float[] v = new float[at.length];
      for (int k = 0; k < v.length; k++) {
        v[k] = at[k] < 0 ? Float.NaN : values[i * width + at[k]];
      }
      points.add(new Point(times[i], v));
    }
    return points;
  }

  private static void before(ArrayDeque<Point> own, List<Point> earlier, int most, long now) {
    long end = own.isEmpty() ? now : Math.min(now, own.getFirst().time);
    for (int i = earlier.size() - 1; i >= 0 && own.size() < most; i--) {
      if (earlier.get(i).time < end) {
        own.addFirst(earlier.get(i));
      }
    }
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
