package org.freshet.learn.linear;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A weight per column with what its optimizer keeps beside it, in flat arrays of equal length. One
 * virtual call a row, none a value.
 */
public abstract class Weights {
  private final String[] names;

  /** The weights first, then what the optimizer keeps. */
  protected final double[][] arrays;

  final double l1;
  final double l2;

  Weights(int columns, double l1, double l2, String... names) {
    this.names = names;
    this.arrays = new double[names.length][columns];
    this.l1 = l1;
    this.l2 = l2;
  }

  public int columns() {
    return arrays[0].length;
  }

  public double get(int column) {
    return arrays[0][column];
  }

  /** Σ w·x; columns without a weight count 0. */
  public double dot(Features x) {
    return x.dot(arrays[0]);
  }

  /**
   * One step against the gradient of one event: for column i it is {@code gradient}·x_i. All
   * columns of the row must have a weight.
   *
   * @param gradient of the loss by the margin w·x, times the weight of the event
   */
  public abstract void step(Features x, double gradient);

  void grow(int columns) {
    for (int a = 0; a < arrays.length; a++) {
      arrays[a] = Arrays.copyOf(arrays[a], columns);
    }
  }

  /** The point nearest to u once |·| has been charged {@code by}: soft thresholding. */
  static double shrink(double u, double by) {
    return Math.abs(u) <= by ? 0 : u - Math.copySign(by, u);
  }

  void save(StateWriter out) {
    for (int a = 0; a < arrays.length; a++) {
      out.put(names[a], arrays[a]);
    }
  }

  /** Restores what {@link #save} wrote; the first array says how many columns there are. */
  void load(StateReader in, int mostColumns) {
    arrays[0] = in.doubles(names[0]);
    int n = arrays[0].length;
    if (n > mostColumns) {
      throw in.corrupt(names[0], "has " + n + " values, allowed up to " + mostColumns);
    }
    for (int a = 1; a < arrays.length; a++) {
      arrays[a] = in.doubles(names[a], n);
    }
  }

  long memoryBytes() {
    return 48 + 16 + 4L * arrays.length + arrays.length * (16 + 8L * columns());
  }
}
