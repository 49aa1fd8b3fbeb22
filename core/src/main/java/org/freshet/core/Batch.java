package org.freshet.core;

import java.util.Arrays;

/**
 * A row-major block of events: the unit of transport. Filled by one source, read row by row through
 * {@link #row}; what is not given costs nothing (times, ids, keys, weights and label times are
 * allocated when first set). Cleared and used again.
 *
 * <p>Shapes: dense values are rows × width; sparse values are runs of (index, value).
 */
public final class Batch {
  /** What a row is. */
  public enum Kind {
    /** Something that happened: features, and perhaps the label. */
    EVENT,
    /** The label of an event of the same id that comes before or after it; no features. */
    LABEL,
    /** Nothing but the time it is now. */
    TICK,
    /**
     * What an expert said about an event before it, see {@link org.freshet.core.ask.ExpertReply}.
     */
    REPLY
  }

  private static final Kind[] KINDS = Kind.values();

  private final Schema schema;
  private final int capacity;
  private final int width;
  private final boolean sparse;
  private final int outputs;
  private double[] values;
  private int[] indices;
  private int[] starts;
  private double[] labels;
  private double[] truths; // rows × outputs; null where an event has one label
  private double[] weights;
  private long[] times;
  private long[] labelTimes;
  private String[] ids;
  private String[] keys;
  private Object[] attachments;
  private byte[] kinds; // null while every row is an event
  private int rows;
  private int sparseWidth;
  private boolean extras; // times, ids, keys or attachments are given
  private final Features view = new Features();

  /**
   * @param capacity the most rows it holds, at least 1
   */
  public Batch(Schema schema, int capacity) {
    this.schema = schema;
    this.capacity = capacity;
    this.sparse = schema.isSparse();
    this.width = schema.width();
    this.sparseWidth = width;
    this.labels = new double[capacity];
    this.outputs = schema.outputs().size();
    if (schema.hasTruths()) {
      truths = new double[Math.multiplyExact(capacity, outputs)];
    }
    if (sparse) {
      starts = new int[capacity + 1];
      values = new double[Math.max(64, 8 * capacity)];
      indices = new int[values.length];
    } else {
      values = new double[Math.multiplyExact(capacity, width)];
    }
    if (schema.attachments() > 0) {
      extras = true;
      attachments = new Object[capacity * schema.attachments()];
    }
  }

  public Schema schema() {
    return schema;
  }

  public int capacity() {
    return capacity;
  }

  public int size() {
    return rows;
  }

  public boolean isFull() {
    return rows == capacity;
  }

  /** Empties the batch; the memory is kept. */
  public void clear() {
    rows = 0;
    if (sparse) {
      starts[0] = 0;
    }
  }

  /**
   * Opens the next row with every value NaN (dense) or none (sparse), label unknown, weight 1.
   *
   * @return its number; it counts once {@link #endRow} is called
   */
  public int beginRow() {
    int r = rows;
    if (r == capacity) {
      throw new IllegalStateException("batch of " + capacity + " rows is full");
    }
    if (sparse) {
      starts[r + 1] = starts[r];
    } else {
      Arrays.fill(values, r * width, (r + 1) * width, Double.NaN);
    }
    labels[r] = Double.NaN;
    if (truths != null) {
      Arrays.fill(truths, r * outputs, (r + 1) * outputs, Double.NaN);
    }
    if (weights != null) {
      weights[r] = 1;
    }
    if (times != null) {
      times[r] = Features.NO_TIME;
    }
    if (labelTimes != null) {
      labelTimes[r] = Features.NO_TIME;
    }
    if (ids != null) {
      ids[r] = null;
    }
    if (keys != null) {
      keys[r] = null;
    }
    if (kinds != null) {
      kinds[r] = 0;
    }
    if (attachments != null) {
      int n = schema.attachments();
      Arrays.fill(attachments, r * n, (r + 1) * n, null);
    }
    return r;
  }

  /**
   * Makes the open row count. A row that was begun and not ended is begun anew, so it can be
   * dropped.
   */
  public void endRow() {
    rows++;
  }

  /** Sets a dense value of the open row. */
  public void set(int column, double value) {
    values[rows * width + column] = value;
  }

  /** Appends a value to the open sparse row; indices must rise strictly. */
  public void add(int index, double value) {
    int at = starts[rows + 1];
    if (at == values.length) {
      int more = Math.addExact(at, Math.max(16, at >> 1));
      values = Arrays.copyOf(values, more);
      indices = Arrays.copyOf(indices, more);
    }
    indices[at] = index;
    values[at] = value;
    starts[rows + 1] = at + 1;
    if (index >= sparseWidth) {
      sparseWidth = index + 1;
    }
  }

  /**
   * The dense block, rows × width, for sources that write whole rows; the open row starts at size()
   * · width.
   */
  public double[] block() {
    return values;
  }

  /** Label of the open row: class code or number; NaN is unknown. */
  public void setLabel(double label) {
    labels[rows] = label;
  }

  /**
   * Sets one truth of the open row, where an event has several; NaN is unknown. A row with a known
   * truth has the label 0, which says that it is labelled.
   */
  public void setTruth(int output, double truth) {
    truths[rows * outputs + output] = truth;
    if (!Double.isNaN(truth)) {
      labels[rows] = 0;
    }
  }

  /** Says what the open row is; an event unless said. */
  public void setKind(Kind kind) {
    if (kinds == null) {
      if (kind == Kind.EVENT) {
        return;
      }
      kinds = new byte[capacity];
    }
    kinds[rows] = (byte) kind.ordinal();
  }

  public Kind kind(int r) {
    return kinds == null ? Kind.EVENT : KINDS[kinds[r]];
  }

  public void setWeight(double weight) {
    if (weights == null) {
      weights = new double[capacity];
      Arrays.fill(weights, 1);
    }
    weights[rows] = weight;
  }

  /** Event time of the open row, milliseconds since 1970 UTC. */
  public void setTime(long time) {
    if (times == null) {
      extras = true;
      times = new long[capacity];
      Arrays.fill(times, Features.NO_TIME);
    }
    times[rows] = time;
  }

  /** When the label of the open row arrives, milliseconds since 1970 UTC. */
  public void setLabelTime(long time) {
    if (labelTimes == null) {
      labelTimes = new long[capacity];
      Arrays.fill(labelTimes, Features.NO_TIME);
    }
    labelTimes[rows] = time;
  }

  public void setId(String id) {
    if (ids == null) {
      extras = true;
      ids = new String[capacity];
    }
    ids[rows] = id;
  }

  public void setKey(String key) {
    if (keys == null) {
      extras = true;
      keys = new String[capacity];
    }
    keys[rows] = key;
  }

  /** Text of the open row for attachment slot {@code slot}. */
  public void attach(int slot, Object value) {
    attachments[rows * schema.attachments() + slot] = value;
  }

  /** Moves the batch's one view to a row; the view before it moves too. */
  public Features row(int r) {
    return row(r, view);
  }

  /** A view of its own, for a second reader of the same batch. */
  public static Features newView() {
    return new Features();
  }

  /**
   * Moves {@code into}, made by {@link #newView()}, to a row; several threads may read with one
   * view each.
   */
  public Features row(int r, Features into) {
    if (sparse || into.batch != this || into.values != values) {
      bind(r, into);
    }
    if (!sparse) {
      into.start = r * width;
    }
    if (extras) {
      into.time = time(r);
      into.name(ids, r, keys, r);
      into.attachments = attachments;
      into.attachmentStart = r * schema.attachments();
    }
    return into;
  }

  /** What changes only from batch to batch when rows are dense; kept out of the way of a row. */
  private void bind(int r, Features into) {
    if (sparse) {
      into.sparse(indices, values, starts[r], starts[r + 1] - starts[r], sparseWidth);
    } else {
      into.dense(values, r * width, width);
    }
    into.batch = this;
    into.time = Features.NO_TIME;
    into.name(null, 0, null, 0);
    into.attachments = null;
    into.attachmentStart = 0;
  }

  /** Class code or number; NaN when unknown. */
  public double label(int r) {
    return labels[r];
  }

  /** Copies the truths of a row, one an output, NaN where unknown. */
  public void truths(int r, double[] into) {
    System.arraycopy(truths, r * outputs, into, 0, outputs);
  }

  /** Class code, or -1 when unknown. */
  public int labelCode(int r) {
    double label = labels[r];
    return !Double.isNaN(label) ? (int) label : -1;
  }

  public double weight(int r) {
    return weights == null ? 1 : weights[r];
  }

  public long time(int r) {
    return times == null ? Features.NO_TIME : times[r];
  }

  public long labelTime(int r) {
    return labelTimes == null ? Features.NO_TIME : labelTimes[r];
  }

  public String id(int r) {
    return ids == null ? null : ids[r];
  }

  public String key(int r) {
    return keys == null ? null : keys[r];
  }

  /**
   * Appends a copy of a row of features with its label and weight: what a join or a buffer keeps.
   */
  public void append(Features x, double label, double weight) {
    beginRow();
    if (sparse) {
      for (int k = 0; k < x.count(); k++) {
        add(x.index(k), x.value(k));
      }
    } else {
      x.copyTo(values, rows * width);
    }
    setLabel(label);
    if (weight != 1 || weights != null) {
      setWeight(weight);
    }
    if (x.time != Features.NO_TIME || times != null) {
      setTime(x.time);
    }
    if (x.id() != null || ids != null) {
      setId(x.id());
    }
    if (x.key() != null || keys != null) {
      setKey(x.key());
    }
    if (attachments != null && x.attachments != null) {
      int n = schema.attachments();
      System.arraycopy(x.attachments, x.attachmentStart, attachments, rows * n, n);
    }
    endRow();
  }

  /** Appends a copy of a row of another batch of the same schema, with all that belongs to it. */
  public void append(Batch from, int r) {
    append(from.row(r), from.label(r), from.weight(r));
    if (truths != null) {
      System.arraycopy(from.truths, r * outputs, truths, (rows - 1) * outputs, outputs);
    }
    if (from.kinds != null) {
      rows--;
      setKind(from.kind(r));
      rows++;
    }
    if (from.labelTimes != null) {
      rows--; // the row just ended is open again
      setLabelTime(from.labelTimes[r]);
      rows++;
    } else if (labelTimes != null) {
      labelTimes[rows - 1] = Features.NO_TIME;
    }
  }

  /**
   * Exchanges the rows with another batch of the same schema and capacity, without copying them.
   */
  public void exchange(Batch other) {
    if (other.schema != schema || other.capacity != capacity) {
      throw new IllegalArgumentException(
          "batches of another schema or capacity cannot be exchanged");
    }
    Batch mine = new Batch(this);
    take(other);
    other.take(mine);
  }

  /** Holds what another batch holds, for {@link #exchange} only. */
  private Batch(Batch other) {
    schema = other.schema;
    capacity = other.capacity;
    width = other.width;
    sparse = other.sparse;
    outputs = other.outputs;
    take(other);
  }

  private void take(Batch other) {
    values = other.values;
    indices = other.indices;
    starts = other.starts;
    labels = other.labels;
    truths = other.truths;
    weights = other.weights;
    times = other.times;
    labelTimes = other.labelTimes;
    ids = other.ids;
    keys = other.keys;
    attachments = other.attachments;
    kinds = other.kinds;
    rows = other.rows;
    sparseWidth = other.sparseWidth;
    extras = other.extras;
  }

  public long memoryBytes() {
    long bytes = 160 + 8L * values.length + 8L * labels.length;
    bytes += indices == null ? 0 : 4L * (indices.length + starts.length);
    bytes += truths == null ? 0 : 8L * truths.length;
    bytes += weights == null ? 0 : 8L * capacity;
    bytes += times == null ? 0 : 8L * capacity;
    bytes += labelTimes == null ? 0 : 8L * capacity;
    bytes += kinds == null ? 0 : capacity;
    bytes += ids == null ? 0 : 64L * capacity;
    bytes += keys == null ? 0 : 64L * capacity;
    bytes += attachments == null ? 0 : 64L * attachments.length;
    return bytes;
  }
}
