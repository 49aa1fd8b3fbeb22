package org.freshet.evaluate.metrics;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Values taken at even steps of a stream of unknown length. When {@link #LIMIT} points are full
 * every second is dropped and the step doubled, so that 513 to 1024 points always span the whole
 * stream.
 */
public final class Curve {
  /** The most points kept. */
  public static final int LIMIT = 1024;

  private final int width;
  private long step;
  private long[] at = new long[64];
  private double[] values;
  private int points;

  /**
   * @param width values a point
   * @param step labels between points at first
   */
  public Curve(int width, long step) {
    this.width = width;
    this.step = Math.max(1, step);
    this.values = new double[64 * width];
  }

  /** Whether a point is wanted after the {@code count}-th label, counted from 1. */
  public boolean wants(long count) {
    return count % step == 0;
  }

  /** Adds the point wanted; {@code event} is where it lies. */
  public void add(long event, double[] point) {
    if (points == LIMIT) {
      halve();
      return;
    }
    if (points == at.length) {
      at = Arrays.copyOf(at, 2 * points);
      values = Arrays.copyOf(values, 2 * points * width);
    }
    at[points] = event;
    System.arraycopy(point, 0, values, points * width, width);
    points++;
  }

  /**
   * Keeps points 2, 4, …: those at multiples of the doubled step. The new one, the 1025th, is not
   * such.
   */
  private void halve() {
    for (int i = 1; i < points; i += 2) {
      at[i / 2] = at[i];
      System.arraycopy(values, i * width, values, i / 2 * width, width);
    }
    points /= 2;
    step *= 2;
  }

  public int points() {
    return points;
  }

  /** Event number of a point. */
  public long event(int i) {
    return at[i];
  }

  public double value(int i, int series) {
    return values[i * width + series];
  }

  /** One series of all points. */
  public double[] series(int series) {
    double[] a = new double[points];
    for (int i = 0; i < points; i++) {
      a[i] = value(i, series);
    }
    return a;
  }

  public void save(StateWriter out) {
    out.put("step", step);
    out.put("at", at, points);
    out.put("values", values, points * width);
  }

  public void load(StateReader in) {
    step = in.longValue("step", 1, Long.MAX_VALUE);
    at = in.longs("at");
    points = at.length;
    if (points > LIMIT) {
      throw in.corrupt("at", "has " + points + " points, allowed " + LIMIT);
    }
    values = Arrays.copyOf(in.doubles("values", points * width), Math.max(64, points) * width);
    at = Arrays.copyOf(at, Math.max(64, points));
  }
}
