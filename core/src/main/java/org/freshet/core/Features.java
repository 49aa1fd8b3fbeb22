package org.freshet.core;

import java.util.Arrays;

/**
 * Read-only view of one row, dense or sparse, never with the label in it. Valid only during the
 * call it was passed to: the block under it is used again. {@link #copy()} keeps it.
 *
 * <p>Dense: {@link #count()} = {@link #width()} and {@link #index}(k) = k. Sparse: indices rise
 * strictly, absent is 0. NaN is missing. A category is its dictionary code.
 */
public final class Features {
  /** Time of an event that has none. */
  public static final long NO_TIME = Long.MIN_VALUE;

  double[] values;
  int[] indices; // null when dense
  int start;
  int count;
  int width;
  long time = NO_TIME;
  String[] keys; // of all rows: a view moves by its index, which costs no barrier of the collector
  int keyAt;
  String[] ids;
  int idAt;
  Object[] attachments;
  int attachmentStart;
  Batch batch; // the batch that last moved this view

  Features() {}

  /** A dense row over the whole array, which is not copied. */
  public static Features of(double... values) {
    Features f = new Features();
    f.dense(values, 0, values.length);
    return f;
  }

  /** A sparse row over the first {@code count} entries; indices must rise strictly. */
  public static Features sparse(int[] indices, double[] values, int count, int width) {
    Features f = new Features();
    f.sparse(indices, values, 0, count, width);
    return f;
  }

  void dense(double[] block, int offset, int rowWidth) {
    values = block;
    indices = null;
    start = offset;
    count = rowWidth;
    width = rowWidth;
  }

  void sparse(int[] blockIndices, double[] block, int offset, int n, int rowWidth) {
    values = block;
    indices = blockIndices;
    start = offset;
    count = n;
    width = rowWidth;
  }

  public boolean isSparse() {
    return indices != null;
  }

  /** Dense: number of columns. Sparse: one more than the largest index known to the source. */
  public int width() {
    return width;
  }

  /** Number of stored values. */
  public int count() {
    return count;
  }

  /** Column of the k-th stored value, k in 0 … count-1. */
  public int index(int k) {
    return indices == null ? k : indices[start + k];
  }

  /** The k-th stored value, k in 0 … count-1. */
  public double value(int k) {
    return values[start + k];
  }

  /** Value of column i; O(1) dense, O(log count) sparse, where absent is 0. */
  public double get(int i) {
    return indices == null ? values[start + i] : sparseGet(i);
  }

  private double sparseGet(int i) {
    int at = Arrays.binarySearch(indices, start, start + count, i);
    return at < 0 ? 0 : values[at];
  }

  /** Sum of w[index] · value over the stored values; indices at or above w.length count as 0. */
  public double dot(double[] w) {
    if (indices == null) {
      return Kernels.dot(values, start, w, 0, Math.min(count, w.length));
    }
    double sum = 0;
    for (int k = start, end = start + count; k < end; k++) {
      int i = indices[k];
      if (i < w.length) {
        sum += w[i] * values[k];
      }
    }
    return sum;
  }

  /** Adds scale · value to w at each stored index; w must be at least {@link #width()} long. */
  public void addTo(double[] w, double scale) {
    if (indices == null) {
      Kernels.axpy(scale, values, start, w, 0, count);
    } else {
      for (int k = start, end = start + count; k < end; k++) {
        w[indices[k]] += scale * values[k];
      }
    }
  }

  /**
   * Copies a dense row to {@code out} from {@code at} on; a sparse row is spread over width values.
   */
  public void copyTo(double[] out, int at) {
    if (indices == null) {
      System.arraycopy(values, start, out, at, count);
    } else {
      Arrays.fill(out, at, at + width, 0);
      for (int k = start, end = start + count; k < end; k++) {
        out[at + indices[k]] = values[k];
      }
    }
  }

  /** Event time in milliseconds since 1970-01-01 UTC, or {@link #NO_TIME}. */
  public long time() {
    return time;
  }

  /** Key of the event (whose it is), or null. */
  public String key() {
    return keys == null ? null : keys[keyAt];
  }

  /** Id of the event, or null. */
  public String id() {
    return ids == null ? null : ids[idAt];
  }

  /**
   * Text (or other object) of attachment slot {@code slot}, see {@link Schema#attachmentOf}; may be
   * null.
   */
  public Object attachment(int slot) {
    return attachments == null ? null : attachments[attachmentStart + slot];
  }

  /** A copy that stays valid after the call; attachments are shared by reference. */
  public Features copy() {
    Features f = new Features();
    f.values = Arrays.copyOfRange(values, start, start + count);
    f.indices = indices == null ? null : Arrays.copyOfRange(indices, start, start + count);
    f.count = count;
    f.width = width;
    f.inherit(this);
    f.name(id(), key());
    if (attachments != null) {
      f.attachments = Arrays.copyOfRange(attachments, attachmentStart, attachments.length);
      f.attachmentStart = 0;
    }
    return f;
  }

  void inherit(Features from) {
    time = from.time;
    name(from.ids, from.idAt, from.keys, from.keyAt);
    if (attachments != from.attachments) {
      attachments = from.attachments;
    }
    attachmentStart = from.attachmentStart;
  }

  /** Says where its id and key stand; null is none. */
  void name(String[] idsOf, int id, String[] keysOf, int key) {
    if (ids != idsOf) {
      ids = idsOf;
    }
    idAt = id;
    if (keys != keysOf) {
      keys = keysOf;
    }
    keyAt = key;
  }

  /** Gives it an id and a key of its own; null is none. */
  void name(String id, String key) {
    name(id == null ? null : new String[] {id}, 0, key == null ? null : new String[] {key}, 0);
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder("[");
    for (int k = 0; k < count; k++) {
      s.append(k == 0 ? "" : ", ");
      if (indices != null) {
        s.append(indices[start + k]).append(':');
      }
      s.append(values[start + k]);
    }
    return s.append(']').toString();
  }
}
