package org.freshet.learn.ask;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** The latest points of a space, up to a number; a new one then takes the place of the oldest. */
final class Points {
  private final Space space;
  private final int most;
  private double[] values = new double[0];
  private int size;
  private int next;

  Points(Space space, int most) {
    this.space = space;
    this.most = most;
  }

  int size() {
    return size;
  }

  /** Keeps a copy; returns its place. */
  int add(double[] point) {
    int place = next;
    boolean full = size == most;
    put(place, point);
    if (full) {
      next = next + 1 == most ? 0 : next + 1;
    }
    return place;
  }

  /** Puts a copy in a place that is taken, or the first that is not. */
  void put(int place, double[] point) {
    int w = space.width();
    if ((place + 1) * w > values.length) {
      values = Arrays.copyOf(values, w * Math.min(most, Math.max(8, 2 * place)));
    }
    System.arraycopy(point, 0, values, place * w, w);
    if (place == size) {
      keep(size + 1);
    }
  }

  /** Takes the oldest away that is equal; says whether there was one. */
  boolean removeOldest(double[] point) {
    int w = space.width();
    int oldest = size == most ? next : 0;
    for (int k = 0; k < size; k++) {
      int at = (oldest + k) % most * w;
      if (Arrays.equals(values, at, at + w, point, 0, w)) {
        remove(oldest, k);
        return true;
      }
    }
    return false;
  }

  /** Takes the k-th away, counted from the oldest, which then comes first. */
  private void remove(int oldest, int k) {
    int w = space.width();
    double[] others = new double[values.length];
    for (int i = 0, to = 0; i < size; i++) {
      if (i != k) {
        System.arraycopy(values, (oldest + i) % most * w, others, to++ * w, w);
      }
    }
    values = others;
    keep(size - 1);
  }

  /** Writes a point. */
  void get(int place, double[] into) {
    System.arraycopy(values, place * space.width(), into, 0, space.width());
  }

  /** Moves a point a share of the way to another. */
  void move(int place, double[] to, double share) {
    int at = place * space.width();
    for (int i = 0; i < space.width(); i++) {
      values[at + i] += share * (to[i] - values[at + i]);
    }
  }

  /** Keeps the first {@code n} alone. */
  void keep(int n) {
    size = n;
    next = n == most ? 0 : n;
  }

  /** The place of the nearest; -1 when there is none. */
  int nearestPlace(double[] point) {
    return nearestPlace(point, size);
  }

  /** The place of the nearest of the first {@code n}. */
  int nearestPlace(double[] point, int n) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      double d = distance(i, point);
      if (d < least) {
        least = d;
        best = i;
      }
    }
    return best;
  }

  /** Distance of the nearest; infinite when there is none. */
  double nearest(double[] point) {
    int place = nearestPlace(point);
    return place < 0 ? Double.POSITIVE_INFINITY : distance(place, point);
  }

  /** Mean of e^(−distance / reach): 1 among points like it, 0 far from all. */
  double density(double[] point, double reach) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += StrictMath.exp(-distance(i, point) / reach);
    }
    return size == 0 ? 0 : sum / size;
  }

  /** Mean distance; infinite when there is none. */
  double meanDistance(double[] point) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += distance(i, point);
    }
    return size == 0 ? Double.POSITIVE_INFINITY : sum / size;
  }

  double distance(int place, double[] point) {
    return space.distance(point, 0, values, place * space.width());
  }

  void save(StateWriter out) {
    out.put("points", values, size * space.width());
    out.put("next", next);
  }

  void load(StateReader in) {
    double[] all = in.doubles("points");
    int w = space.width();
    if (all.length % w != 0 || all.length / w > most) {
      throw in.corrupt("points", "has " + all.length + " values of points of " + w);
    }
    values = all;
    size = all.length / w;
    next = in.intValue("next", 0, most - 1);
    if (size < most && next != size) {
      throw in.corrupt("next", "is " + next + " after " + size + " points");
    }
  }

  long memoryBytes() {
    return 40 + 16 + 8L * values.length;
  }
}
