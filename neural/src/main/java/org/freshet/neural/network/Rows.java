package org.freshet.neural.network;

import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.graph.ElementwiseRecurrent;

/**
 * Turns rows of features into rows of floats for the input of a network. A missing value counts as
 * 0; others are held in ±1e6, which a float and its square can hold.
 *
 * <p>A sparse row becomes {@code room} columns, in order, and then their values; a column as a
 * float is exact below 2^24. What does not fit is left out.
 *
 * <p>Where a state is carried from event to event, it follows the values of the row, as it was
 * before them: so a row that waits or is kept to be learnt again has the state it came with.
 */
public final class Rows {
  /** Columns of sparse rows are below. */
  public static final int MOST_COLUMNS = 1 << 24;

  private static final double LARGEST = 1e6;
  private static final double FARTHEST = 10; // deviations from the mean

  private final boolean sparse;
  private final int width;
  private final int limit;
  private int planes = 1;
  private final Moments moments; // null when values are taken as they are
  private ElementwiseRecurrent cell; // null where no state is carried
  private float[] state = {};

  /** Dense rows of the schema. */
  public Rows(Schema schema, boolean normalize) {
    sparse = false;
    width = schema.width();
    limit = width;
    moments = normalize ? new Moments(width) : null;
  }

  /**
   * Sparse rows.
   *
   * @param room the most values of a row
   * @param columns those at or beyond it are left out
   */
  public Rows(int room, int columns) {
    sparse = true;
    width = 2 * room;
    limit = columns;
    moments = null;
  }

  /** Says that a row is so many planes one after the other, whose values are to be side by side. */
  void planes(int n) {
    planes = n;
  }

  /** From now on the state of this cell goes from event to event, at first 0. */
  void carry(ElementwiseRecurrent cell) {
    this.cell = cell;
    state = new float[cell.carried()];
  }

  /** Whether the state of the network is part of a row. */
  boolean carried() {
    return cell != null;
  }

  /** Takes the state on over a row that was written. */
  void advance(float[] row, int at) {
    if (cell != null) {
      cell.advance(row, at, state);
    }
  }

  /** Floats of a row. */
  public int width() {
    return width + state.length;
  }

  /** Counts a row in that is about to be learnt. */
  void seen(Features x) {
    if (moments != null) {
      for (int i = 0; i < width; i++) {
        double v = x.get(i);
        if (!Double.isNaN(v)) {
          moments.add(i, held(v, LARGEST));
        }
      }
    }
  }

  void write(Features x, float[] to, int at) {
    System.arraycopy(state, 0, to, at + width, state.length);
    if (sparse) {
      writeSparse(x, to, at);
      return;
    }
    if (moments == null && planes == 1) {
      for (int i = 0; i < width; i++) {
        double v = x.get(i);
        to[at + i] = Math.abs(v) <= LARGEST ? (float) v : outside(v);
      }
      return;
    }
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      to[at + place(i)] = Double.isNaN(v) ? 0 : (float) scaled(i, held(v, LARGEST));
    }
  }

  private static float outside(double v) {
    return Double.isNaN(v) ? 0 : (float) held(v, LARGEST);
  }

  private int place(int column) {
    int size = width / planes;
    return planes == 1 ? column : column % size * planes + column / size;
  }

  private double scaled(int column, double v) {
    return moments == null
        ? v
        : held((v - moments.mean(column)) / moments.deviation(column), FARTHEST);
  }

  private void writeSparse(Features x, float[] to, int at) {
    int room = width / 2;
    int n = 0;
    for (int k = 0; k < x.count() && n < room && x.index(k) < limit; k++) {
      double v = x.value(k);
      if (!Double.isNaN(v) && v != 0) {
        to[at + n] = x.index(k);
        to[at + room + n] = (float) held(v, LARGEST);
        n++;
      }
    }
    for (; n < room; n++) {
      to[at + n] = 0;
      to[at + room + n] = 0;
    }
  }

  private static double held(double v, double most) {
    return Math.max(-most, Math.min(most, v));
  }

  void save(StateWriter out) {
    if (moments != null) {
      moments.save(out);
    }
    if (cell != null) {
      out.put("state", state);
    }
  }

  void load(StateReader in) {
    if (moments != null) {
      moments.load(in);
    }
    if (cell != null) {
      float[] s = in.floats("state");
      if (s.length != state.length) {
        throw in.corrupt("state", "has " + s.length + " values, expected " + state.length);
      }
      System.arraycopy(s, 0, state, 0, s.length);
    }
  }

  long memoryBytes() {
    return 56 + 16 + 4L * state.length + (moments == null ? 0 : moments.memoryBytes());
  }
}
