package org.freshet.core.live;

import java.util.Arrays;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Schema;

/**
 * Some records of one partition of one feed, as the feed's thread parsed them: numbers as numbers,
 * names still as text, because only the thread that owns the pipeline may give names their codes.
 * Filled once, handed over, never touched again by the feed.
 *
 * <pre>{@code
 * Records r = new Records(schema, 1);
 * r.begin(Batch.Kind.EVENT, "tx-17", time);
 * r.set(amount, 12.5);
 * r.name(country, "PT");
 * r.end();
 * inbox.put(r.from(feed, "0", offset + 1));
 * }</pre>
 */
public final class Records {
  private static final Batch.Kind[] KINDS = Batch.Kind.values();

  private final Schema schema;
  private final int width;
  private final byte[] kinds;
  private final String[] ids;
  private final long[] times;
  private final double[] values;
  private final double[] numbers; // labels that are numbers
  private final double[] weights;
  private String[] names; // rows × width, where columns have names or text
  private String[] labels; // labels that are names
  private String[] keys;
  private long[] labelTimes; // where labels come with their events, but later
  private int size;
  private Feed feed;
  private String partition = "";
  private long next;
  private Reply reply;
  private long entered;
  private long writtenFirst = Features.NO_TIME;
  private long writtenLast = Features.NO_TIME;
  private Fate[] fates;

  /**
   * @param schema of dense rows
   * @param capacity the most records, at least 1
   */
  public Records(Schema schema, int capacity) {
    this.schema = schema;
    this.width = schema.width();
    this.kinds = new byte[capacity];
    this.ids = new String[capacity];
    this.times = new long[capacity];
    this.values = new double[Math.multiplyExact(capacity, width)];
    this.numbers = new double[capacity];
    this.weights = new double[capacity];
  }

  /** Of the events, as given. */
  public Schema schema() {
    return schema;
  }

  public int size() {
    return size;
  }

  public int capacity() {
    return kinds.length;
  }

  /**
   * Opens the next record with every value missing, no label and weight 1; it counts once {@link
   * #end} is called.
   *
   * @param id of the event, or of the event a label belongs to; null for an event without
   * @param time milliseconds since 1970 UTC, or {@link Features#NO_TIME}
   */
  public void begin(Batch.Kind kind, String id, long time) {
    int r = size;
    kinds[r] = (byte) kind.ordinal();
    ids[r] = id;
    times[r] = time;
    numbers[r] = Double.NaN;
    weights[r] = 1;
    Arrays.fill(values, r * width, (r + 1) * width, Double.NaN);
    if (names != null) {
      Arrays.fill(names, r * width, (r + 1) * width, null);
    }
    if (labels != null) {
      labels[r] = null;
    }
    if (keys != null) {
      keys[r] = null;
    }
    if (labelTimes != null) {
      labelTimes[r] = Features.NO_TIME;
    }
  }

  /** Gives the open record its id and time, where they were not known when it was begun. */
  public void head(String id, long time) {
    ids[size] = id;
    times[size] = time;
  }

  /** Gives record r, which was ended, the key where it has none; null changes nothing. */
  public void orKey(int r, String key) {
    if (key == null || keys != null && keys[r] != null) {
      return;
    }
    if (keys == null) {
      keys = new String[kinds.length];
    }
    keys[r] = key;
  }

  /** Gives record r, which was ended, the time where it has none. */
  public void orTime(int r, long time) {
    if (times[r] == Features.NO_TIME) {
      times[r] = time;
    }
  }

  public void set(int column, double value) {
    values[size * width + column] = value;
  }

  /** Sets a category by its name, or a text. */
  public void name(int column, String name) {
    if (names == null) {
      names = new String[values.length];
    }
    names[size * width + column] = name;
  }

  public void key(String key) {
    if (keys == null) {
      keys = new String[kinds.length];
    }
    keys[size] = key;
  }

  public void label(String name) {
    if (labels == null) {
      labels = new String[kinds.length];
    }
    labels[size] = name;
  }

  public void label(double number) {
    numbers[size] = number;
  }

  public void weight(double weight) {
    weights[size] = weight;
  }

  /** When the label arrives that the open record has, where the plan goes by that. */
  public void labelTime(long time) {
    if (labelTimes == null) {
      labelTimes = new long[kinds.length];
      Arrays.fill(labelTimes, Features.NO_TIME);
    }
    labelTimes[size] = time;
  }

  public void end() {
    size++;
  }

  /** A copy with room for more. */
  public Records grown(int more) {
    Records r = new Records(schema, more);
    System.arraycopy(kinds, 0, r.kinds, 0, size);
    System.arraycopy(ids, 0, r.ids, 0, size);
    System.arraycopy(times, 0, r.times, 0, size);
    System.arraycopy(values, 0, r.values, 0, size * width);
    System.arraycopy(numbers, 0, r.numbers, 0, size);
    System.arraycopy(weights, 0, r.weights, 0, size);
    r.names = names == null ? null : Arrays.copyOf(names, r.values.length);
    r.labels = labels == null ? null : Arrays.copyOf(labels, more);
    r.keys = keys == null ? null : Arrays.copyOf(keys, more);
    r.labelTimes = labelTimes == null ? null : Arrays.copyOf(labelTimes, more);
    r.size = size;
    return r;
  }

  /** Says whose they are: the feed, its partition, and the position behind the last of them. */
  public Records from(Feed of, String ofPartition, long nextPosition) {
    feed = of;
    partition = ofPartition;
    next = nextPosition;
    return this;
  }

  /** Who is told what became of them; nobody unless given. */
  public Records replyTo(Reply to) {
    reply = to;
    return this;
  }

  /** Notes when the log they were read from took the first and the last, ms since 1970. */
  public Records written(long first, long last) {
    writtenFirst = first;
    writtenLast = last;
    return this;
  }

  /** When the log took the first of them; {@link Features#NO_TIME} where there is none. */
  public long writtenFirst() {
    return writtenFirst;
  }

  /** When the log took the last of them; {@link Features#NO_TIME} where there is none. */
  public long writtenLast() {
    return writtenLast;
  }

  /** Notes {@link System#nanoTime} of when they entered the pipeline. */
  public void entered(long nanos) {
    entered = nanos;
  }

  public long entered() {
    return entered;
  }

  public Feed feed() {
    return feed;
  }

  public String partition() {
    return partition;
  }

  public long next() {
    return next;
  }

  /** Time of record r, or {@link Features#NO_TIME}. */
  public long time(int r) {
    return times[r];
  }

  public Reply reply() {
    return reply;
  }

  public String id(int r) {
    return ids[r];
  }

  public Batch.Kind kind(int r) {
    return KINDS[kinds[r]];
  }

  /** Empties it, for who has taken everything over and does not hand it on. */
  public Records clear() {
    size = 0;
    return this;
  }

  /** Value of a column of record r; NaN where it is missing or a name. */
  public double value(int r, int column) {
    return values[r * width + column];
  }

  /** Category by its name, or text, of a column of record r; null where there is none. */
  public String name(int r, int column) {
    return names == null ? null : names[r * width + column];
  }

  /** Whether any record so far had a category or a text. */
  public boolean named() {
    return names != null;
  }

  public String key(int r) {
    return keys == null ? null : keys[r];
  }

  /** Label of record r by its name; null where it has none or a number. */
  public String label(int r) {
    return labels == null ? null : labels[r];
  }

  /** Label of record r that is a number, else NaN. */
  public double labelNumber(int r) {
    return numbers[r];
  }

  public double weight(int r) {
    return weights[r];
  }

  /** When the label of record r arrives, or {@link Features#NO_TIME}. */
  public long labelTime(int r) {
    return labelTimes == null ? Features.NO_TIME : labelTimes[r];
  }

  /**
   * Appends record r to a batch of the schema, names given their codes. Only the thread that owns
   * the pipeline calls this.
   *
   * @param now time for an event that has none
   */
  public void appendTo(Batch batch, int r, long now) {
    appendTo(batch, r, now, Long.MAX_VALUE);
  }

  /**
   * Appends record r to a batch of the schema, names given their codes. Only the thread that owns
   * the pipeline calls this.
   *
   * @param now time for an event that has none, or one too late
   * @param latest time it may have
   * @return whether it has none later
   */
  public boolean appendTo(Batch batch, int r, long now, long latest) {
    batch.beginRow();
    Batch.Kind kind = kind(r);
    batch.setKind(kind);
    boolean known = times[r] <= latest;
    batch.setTime(times[r] == Features.NO_TIME || !known ? now : times[r]);
    batch.setId(ids[r]);
    if (keys != null) {
      batch.setKey(keys[r]);
    }
    if (kind == Batch.Kind.EVENT) {
      System.arraycopy(values, r * width, batch.block(), batch.size() * width, width);
      if (names != null) {
        code(batch, r);
      }
    }
    if (labels != null && labels[r] != null && schema.target() == Schema.Target.CLASS) {
      int code = schema.labels().code(labels[r]);
      batch.setLabel(code == Dictionary.FULL ? Double.NaN : code);
    } else {
      batch.setLabel(numbers[r]);
    }
    if (weights[r] != 1) {
      batch.setWeight(weights[r]);
    }
    if (labelTimes != null) {
      batch.setLabelTime(labelTimes[r]);
    }
    batch.endRow();
    return known;
  }

  private void code(Batch batch, int r) {
    for (int c = 0; c < width; c++) {
      String name = names[r * width + c];
      if (name == null) {
        continue;
      }
      Column column = schema.column(c);
      if (column.kind() == Column.Kind.TEXT) {
        batch.attach(schema.attachmentOf(c), name);
      } else {
        int code = column.dictionary().code(name);
        batch.set(c, code == Dictionary.FULL ? Double.NaN : code);
      }
    }
  }

  /** Notes what became of record r. */
  public void fate(int r, Fate fate) {
    if (fates == null) {
      fates = new Fate[size];
    }
    fates[r] = fate;
  }

  public Fate fate(int r) {
    return fates[r];
  }
}
