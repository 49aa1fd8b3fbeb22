package org.freshet.neural.graph;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.kernel.FloatKernels;

/**
 * A matrix that learns, with its gradient where one is kept and what an optimizer keeps for each
 * weight. Rows are padded with zeros to a multiple of {@link FloatKernels#LANES}; columns may be
 * added.
 */
public final class Parameter {
  private static final float[] NONE = {};

  private final String name;
  private int rows;
  private int mostRows; // 0 unless rows may be added
  private double deviation;
  private long seed;
  private int columns;
  private int stride;
  private float[] value;
  private float[] gradient = NONE;
  private float[][] slots = {};
  private int uses;
  private boolean frozen;

  /**
   * All zeros.
   *
   * @param name unique in its graph
   */
  public Parameter(String name, int rows, int columns) {
    this.name = name;
    this.rows = rows;
    this.columns = columns;
    stride = FloatKernels.padded(columns);
    value = new float[Math.multiplyExact(rows, stride)];
  }

  /** Draws each weight from N(0, deviation²). */
  public Parameter gaussian(Rng rng, double deviation) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        value[r * stride + c] = (float) (deviation * rng.nextGaussian());
      }
    }
    return this;
  }

  /**
   * Lets rows be added up to a bound; each is drawn from N(0, deviation²) by a seed of its own, so
   * that it does not matter when.
   */
  public Parameter growing(int most, double deviation, long seed) {
    mostRows = most;
    this.deviation = deviation;
    this.seed = seed;
    draw(0);
    return this;
  }

  private void draw(int from) {
    for (int r = from; r < rows; r++) {
      Rng rng = new Rng(Rng.childSeed(seed, "row", r));
      for (int c = 0; c < columns; c++) {
        value[r * stride + c] = (float) (deviation * rng.nextGaussian());
      }
    }
  }

  /** Whether {@link #need} may add rows. */
  public boolean growing() {
    return mostRows > 0;
  }

  /** Adds rows so that there are {@code n}, or as many as there may be; their slots begin at 0. */
  public void need(int n) {
    if (n > rows && rows < mostRows) {
      int old = rows;
      addRows((int) Math.min(mostRows, Math.max(n, 2L * rows)) - rows);
      draw(old);
    }
  }

  /** Adds rows, whose weights and slots begin at 0. */
  public void addRows(int n) {
    rows += n;
    int floats = Math.multiplyExact(rows, stride);
    value = Arrays.copyOf(value, floats);
    gradient = gradient.length == 0 ? gradient : new float[floats];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = Arrays.copyOf(slots[i], floats);
    }
  }

  /** Draws each weight from −bound … bound. */
  public Parameter uniform(Rng rng, double bound) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        value[r * stride + c] = (float) (bound * (2 * rng.nextDouble() - 1));
      }
    }
    return this;
  }

  public Parameter fill(float v) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(value, r * stride, r * stride + columns, v);
    }
    return this;
  }

  public String name() {
    return name;
  }

  public int rows() {
    return rows;
  }

  /** Columns in use. */
  public int columns() {
    return columns;
  }

  /** Floats from one row to the next. */
  public int stride() {
    return stride;
  }

  /** The weights, row by row. */
  public float[] value() {
    return value;
  }

  /** Of the last backward pass that kept gradients; empty before the first. */
  public float[] gradient() {
    return gradient;
  }

  /** An array as long as the weights that an optimizer or a method keeps for them. */
  public float[] slot(int i) {
    return slots[i];
  }

  public int slots() {
    return slots.length;
  }

  /** Makes room for {@code n} arrays beside the weights. */
  public void slots(int n) {
    int old = slots.length;
    if (n > old) {
      slots = Arrays.copyOf(slots, n);
      for (int i = old; i < n; i++) {
        slots[i] = new float[value.length];
      }
    }
  }

  /** Exchanges the weights with what is in a slot: another set of weights, to predict with. */
  public void swap(int slot) {
    float[] w = value;
    value = slots[slot];
    slots[slot] = w;
  }

  /**
   * Moves the weights by −rate times the gradient of the last backward pass, so that {@link
   * #undoStep} gives back the very same weights; the gradient is lost.
   */
  public void tryStep(float rate) {
    for (int i = 0; i < value.length; i++) {
      gradient[i] = value[i] - rate * gradient[i];
    }
    undoStep();
  }

  /** Gives back the weights from before {@link #tryStep}. */
  public void undoStep() {
    float[] w = value;
    value = gradient;
    gradient = w;
  }

  /**
   * Exchanges the weights with others.
   *
   * @param other as many
   * @return those there were
   */
  public float[] exchange(float[] other) {
    if (other.length != value.length) {
      throw new IllegalArgumentException(other.length + " weights, expected " + value.length);
    }
    float[] w = value;
    value = other;
    return w;
  }

  /** Whether no step moves it. */
  public boolean frozen() {
    return frozen;
  }

  public void freeze(boolean on) {
    frozen = on;
  }

  /** Zeros where no column is in use. */
  public void clearPadding() {
    for (int r = 0; r < rows && columns < stride; r++) {
      Arrays.fill(value, r * stride + columns, (r + 1) * stride, 0);
    }
  }

  /** Zeros for a new pass. */
  void clearGradient() {
    if (gradient.length == 0) {
      gradient = new float[value.length];
    } else {
      Arrays.fill(gradient, 0);
    }
  }

  void use() {
    uses++;
  }

  /** Whether several nodes use it, so that their gradients must be summed before a step. */
  public boolean shared() {
    return uses > 1;
  }

  /** More columns, whose weights and slots begin at 0. */
  public void grow(int to) {
    int wide = FloatKernels.padded(to);
    if (wide != stride) {
      value = widened(value, wide);
      gradient = gradient.length == 0 ? gradient : new float[value.length];
      for (int i = 0; i < slots.length; i++) {
        slots[i] = widened(slots[i], wide);
      }
      stride = wide;
    }
    for (int i = 0; i < slots.length; i++) {
      for (int r = 0; r < rows; r++) { // rules may have left something in the padding
        Arrays.fill(slots[i], r * stride + columns, r * stride + Math.max(columns, to), 0);
      }
    }
    columns = to;
  }

  private float[] widened(float[] from, int wide) {
    float[] to = new float[Math.multiplyExact(rows, wide)];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, r * stride, to, r * wide, columns);
    }
    return to;
  }

  long memoryBytes() {
    long floats = value.length + (long) gradient.length + (long) slots.length * value.length;
    return 88 + 4 * floats + 16L * (2 + slots.length);
  }

  void save(StateWriter out) {
    out.put("columns", (long) columns);
    if (growing()) {
      out.put("rows", (long) rows);
    }
    out.put("w", packed(value));
    out.put("slots", (long) slots.length);
    for (int i = 0; i < slots.length; i++) {
      out.put("slot" + i, packed(slots[i]));
    }
  }

  void load(StateReader in, int mostColumns, int mostSlots) {
    grow(in.intValue("columns", columns, mostColumns));
    if (growing()) {
      int n = in.intValue("rows", rows, mostRows);
      need(n);
      if (n != rows) {
        throw in.corrupt("rows", "is " + n + ", to which no growth leads");
      }
    }
    unpack(in, "w", value);
    int n = in.intValue("slots", 0, mostSlots);
    slots(n);
    for (int i = 0; i < n; i++) {
      unpack(in, "slot" + i, slots[i]);
    }
  }

  /** Without the padding. */
  private float[] packed(float[] from) {
    if (stride == columns) {
      return from;
    }
    float[] to = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, r * stride, to, r * columns, columns);
    }
    return to;
  }

  private void unpack(StateReader in, String entry, float[] to) {
    float[] from = in.floats(entry);
    if (from.length != rows * columns) {
      throw in.corrupt(entry, "has " + from.length + " values, expected " + rows + "×" + columns);
    }
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from, r * columns, to, r * stride, columns);
    }
  }
}
