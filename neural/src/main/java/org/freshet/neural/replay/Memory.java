package org.freshet.neural.replay;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.strategy.Lesson;

/**
 * Rows kept to be learnt again: what is in place {@code i} of {@code size()} filled ones, the
 * choice of the place a new row takes, and the draw of a batch. A method may keep more floats
 * beside each row ({@link #extra}).
 */
public abstract class Memory {
  private static final float[] NONE = {};

  private final int most;
  private final int stride;
  private final float[] rows;
  private final int[] labels;
  private float[] targets = NONE; // numbers to be learnt; labels are all 0 then
  private float[] extra = NONE;
  private int extraStride;
  private int[] held = {};
  private int size;

  /**
   * @param most rows kept
   * @param stride floats of a row
   */
  protected Memory(int most, int stride) {
    this.most = most;
    this.stride = stride;
    rows = new float[Math.multiplyExact(most, stride)];
    labels = new int[most];
  }

  /** Rows kept at most. */
  public final int most() {
    return most;
  }

  /** Rows kept now. */
  public final int size() {
    return size;
  }

  public final int label(int place) {
    return labels[place];
  }

  /** Rows of a class kept now. */
  public final int held(int label) {
    return label < held.length ? held[label] : 0;
  }

  /** Classes of which rows are kept. */
  protected final int classes() {
    int n = 0;
    for (int h : held) {
      n += h > 0 ? 1 : 0;
    }
    return n;
  }

  /** The class of which most rows are kept, the lowest of several; -1 while there is none. */
  protected final int largest() {
    int best = -1;
    int count = 0;
    for (int c = 0; c < held.length; c++) {
      if (held[c] > count) {
        count = held[c];
        best = c;
      }
    }
    return best;
  }

  /** The place of the {@code nth} row of a class, from 0. */
  protected final int placeOf(int label, int nth) {
    int left = nth;
    for (int i = 0; i < size; i++) {
      if (labels[i] == label && left-- == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("class " + label + " has no row " + nth);
  }

  /** The number a row teaches, 0 where rows teach classes. */
  public final float target(int place) {
    return targets.length == 0 ? 0 : targets[place];
  }

  /** Keeps the number that the row in a place teaches. */
  public final void target(int place, float y) {
    if (targets.length == 0) {
      targets = new float[most];
    }
    targets[place] = y;
  }

  /** Moves the row in a place towards another: share 1 replaces it. */
  protected final void move(int place, float[] x, int row, float share) {
    for (int i = 0; i < stride; i++) {
      float d = x[row * stride + i] - rows[place * stride + i];
      rows[place * stride + i] += share * d;
    }
  }

  /** The squared distance of the row in a place from another. */
  protected final double distance(int place, float[] x, int row) {
    double sum = 0;
    for (int i = 0; i < stride; i++) {
      double d = x[row * stride + i] - rows[place * stride + i];
      sum += d * d;
    }
    return sum;
  }

  public final void copyRow(int place, float[] to, int at) {
    System.arraycopy(rows, place * stride, to, at, stride);
  }

  /** Room for floats a method keeps beside each row; what was there is kept. */
  public final void extraStride(int floats) {
    if (floats > extraStride) {
      float[] wider = new float[Math.multiplyExact(most, floats)];
      for (int i = 0; i < size; i++) {
        System.arraycopy(extra, i * extraStride, wider, i * floats, extraStride);
      }
      extra = wider;
      extraStride = floats;
    }
  }

  public final float[] extra() {
    return extra;
  }

  /** The first of the floats beside the row in a place. */
  public final int extraAt(int place) {
    return place * extraStride;
  }

  /** Whether {@link #review} looks at the labels of rows of the stream, so that all need one. */
  public boolean reviewsLabels() {
    return false;
  }

  /**
   * Called before a batch is learnt, whose rows are offered after that: they are the first rows of
   * the input. Passes through the network may be made, with rows of the memory behind them.
   */
  public void review(Lesson lesson) {}

  /**
   * Offers a row of the stream.
   *
   * @param x rows of a batch, as far apart as those kept
   * @param row which of them
   * @return its place, or -1 when it is not kept
   */
  public final int offer(float[] x, int row, int label, Rng rng) {
    int place = size < most ? size : placeFor(x, row, label, rng);
    observe(row, label, place);
    if (place >= 0) {
      if (place < size) {
        held[labels[place]]--;
      }
      System.arraycopy(x, row * stride, rows, place * stride, stride);
      labels[place] = label;
      count(label);
      size = Math.max(size, place + 1);
    }
    return place;
  }

  private void count(int label) {
    if (label >= held.length) {
      held = Arrays.copyOf(held, label + 1);
    }
    held[label]++;
  }

  /**
   * The place a row takes in a full memory, -1 for none.
   *
   * @param row of the batch that was reviewed
   */
  protected abstract int placeFor(float[] x, int row, int label, Rng rng);

  /** Told of every row offered, with the place it takes; the old row is still there. */
  protected void observe(int row, int label, int place) {}

  /**
   * Draws rows without repeating one, as many as there are.
   *
   * @param places filled with where they are
   * @return how many
   */
  public final int draw(int count, int[] places, Rng rng) {
    int n = Math.min(count, size);
    for (int i = 0; i < n; i++) { // Floyd's sampling
      int top = size - n + i;
      int pick = rng.nextInt(top + 1);
      for (int j = 0; j < i; j++) {
        if (places[j] == pick) {
          pick = top;
          break;
        }
      }
      places[i] = pick;
    }
    return n;
  }

  public void save(StateWriter out) {
    out.put("size", (long) size);
    out.put("rows", Arrays.copyOf(rows, size * stride));
    out.put("labels", labels, size);
    out.put("targets", Arrays.copyOf(targets, targets.length == 0 ? 0 : size));
    out.put("extra_stride", (long) extraStride);
    out.put("extra", Arrays.copyOf(extra, size * extraStride));
  }

  /**
   * @param outputs labels are below
   */
  public void load(StateReader in, int outputs) {
    size = in.intValue("size", 0, most);
    float[] r = in.floats("rows");
    int[] l = in.ints("labels", size);
    if (r.length != size * stride) {
      throw in.corrupt("rows", "has " + r.length + " values, expected " + size + "×" + stride);
    }
    for (int i = 0; i < size; i++) {
      if (l[i] < 0 || l[i] >= outputs) {
        throw in.corrupt("labels", "names class " + l[i] + " of " + outputs);
      }
    }
    System.arraycopy(r, 0, rows, 0, r.length);
    System.arraycopy(l, 0, labels, 0, size);
    for (int i = 0; i < size; i++) {
      count(l[i]);
    }
    float[] y = in.floats("targets");
    if (y.length != 0 && y.length != size) {
      throw in.corrupt("targets", "has " + y.length + " values, expected " + size);
    }
    for (int i = 0; i < y.length; i++) {
      target(i, y[i]);
    }
    int e = in.intValue("extra_stride", 0, 1 << 20);
    float[] x = in.floats("extra");
    if (x.length != (long) size * e) {
      throw in.corrupt("extra", "has " + x.length + " values, expected " + size + "×" + e);
    }
    extraStride(e);
    System.arraycopy(x, 0, extra, 0, x.length);
  }

  public long memoryBytes() {
    return 88
        + 80
        + 4L * (rows.length + labels.length + targets.length + extra.length + held.length);
  }
}
