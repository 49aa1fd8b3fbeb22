package org.freshet.core;

import java.util.Arrays;

/**
 * One writable row: what a {@link Transformer} writes to, and {@link #view()} is what the next step
 * reads. Kept and used again from event to event.
 */
public final class Row {
  private final Features view = new Features();
  private double[] values;
  private int[] indices;
  private final String[] own = new String[1]; // a key of its own

  private Row() {}

  /** A row for the columns of a schema. */
  public static Row of(Schema schema) {
    Row r = new Row();
    r.values = new double[schema.isSparse() ? Math.max(16, schema.width()) : schema.width()];
    if (schema.isSparse()) {
      r.indices = new int[r.values.length];
      r.view.sparse(r.indices, r.values, 0, 0, schema.width());
    } else {
      r.view.dense(r.values, 0, r.values.length);
    }
    return r;
  }

  /**
   * Starts a new row for an event: takes over id, key, time and attachments; a sparse row is
   * emptied.
   */
  public void begin(Features from) {
    view.inherit(from);
    if (indices != null) {
      view.count = 0;
      view.width = Math.max(view.width, 0);
    }
  }

  /** The values of a dense row, to be written in place. */
  public double[] values() {
    return values;
  }

  public void set(int column, double value) {
    values[column] = value;
  }

  /** Appends to a sparse row; indices must rise strictly. */
  public void add(int index, double value) {
    int n = view.count;
    if (n == indices.length) {
      indices = Arrays.copyOf(indices, 2 * n);
      values = Arrays.copyOf(values, 2 * n);
      view.indices = indices;
      view.values = values;
    }
    indices[n] = index;
    values[n] = value;
    view.count = n + 1;
    if (index >= view.width) {
      view.width = index + 1;
    }
  }

  /** Replaces the attachments the row took over from the event. */
  public void attach(Object... attachments) {
    view.attachments = attachments;
    view.attachmentStart = 0;
  }

  /** Replaces the key the row took over from the event. */
  public void setKey(String key) {
    own[0] = key;
    view.name(view.ids, view.idAt, key == null ? null : own, 0);
  }

  /** The row as the next step sees it. */
  public Features view() {
    return view;
  }

  public long memoryBytes() {
    return 96 + 8L * values.length + (indices == null ? 0 : 4L * indices.length);
  }
}
