package org.freshet.evaluate.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.Source;

/**
 * The labelled events of a stream in memory, to be read in any order by any thread once they are
 * there. Values are {@link Packed}; times, ids and keys are left out, because a protocol changes
 * the order.
 */
final class Dataset {
  private static final int CHUNK = 1024;

  /** Rows of one chunk. */
  private record Chunk(Packed values, int[] indices, int[] starts, Object[] attachments) {}

  private final Schema schema;
  private final long maxBytes;
  private final List<Chunk> chunks = new ArrayList<>();
  private final Batch open; // rows of the chunk that is not full yet
  private int[] labels = new int[CHUNK];
  private double[] weights; // null while all are 1
  private int rows;
  private long bytes;

  private Dataset(Schema schema, long maxBytes) {
    this.schema = schema;
    this.maxBytes = maxBytes;
    this.open = new Batch(schema, CHUNK);
  }

  /**
   * Reads a stream to its end.
   *
   * @param limit the most events read; 0 is all
   * @param maxBytes the most it may take
   * @param like what the rows must fit, whose codes of classes and categories are taken; or null
   */
  static Dataset read(Source source, long limit, long maxBytes, Dataset like) {
    Schema own = source.schema();
    if (own.target() != Schema.Target.CLASS) {
      throw new ConfigException(source.name(), "has no class to predict, which a protocol needs");
    }
    if (like != null && like.schema.fingerprint() != own.fingerprint()) {
      throw new ConfigException(
          source.name(),
          "has other columns than the stream it is to test; read both in the same way");
    }
    Dataset d = new Dataset(like == null ? own : like.schema, maxBytes);
    Batch batch = new Batch(own, CHUNK);
    long left = limit == 0 ? Long.MAX_VALUE : limit;
    for (int n = -1; n != 0 && left > 0; left -= n) {
      n = source.read(batch, (int) Math.min(CHUNK, left));
      for (int r = 0; r < n; r++) {
        if (batch.kind(r) == Batch.Kind.EVENT && batch.labelCode(r) >= 0 && batch.weight(r) > 0) {
          d.add(batch, r, source);
        }
      }
    }
    d.close(source);
    if (d.rows == 0) {
      throw new ConfigException(source.name(), "has no event with a label, which a protocol needs");
    }
    return d;
  }

  private void add(Batch batch, int r, Source source) {
    if (rows == labels.length) {
      int more = Math.addExact(rows, rows >> 1);
      labels = Arrays.copyOf(labels, more);
      weights = weights == null ? null : Arrays.copyOf(weights, more);
    }
    Schema from = batch.schema();
    labels[rows] = from == schema ? batch.labelCode(r) : known(from, batch.labelCode(r), source);
    double weight = batch.weight(r);
    if (weight != 1 && weights == null) {
      weights = new double[labels.length];
      Arrays.fill(weights, 1);
    }
    if (weights != null) {
      weights[rows] = weight;
    }
    Features x = batch.row(r);
    open.append(x, 0, 1);
    if (from != schema) {
      translate(from);
    }
    rows++;
    if (open.isFull()) {
      close(source);
    }
  }

  private int known(Schema from, int code, Source source) {
    String name = from.labels().name(code);
    int known = schema.labels().find(name);
    if (known < 0) {
      throw new ConfigException(
          source.name(),
          "has the class '" + name + "', which the stream it is to test does not have");
    }
    return known;
  }

  /** Gives the categories of the row just appended the codes they have here. */
  private void translate(Schema from) {
    int at = (open.size() - 1) * schema.width();
    for (int c = 0; c < schema.width() && !schema.isSparse(); c++) {
      Column column = schema.column(c);
      double code = open.block()[at + c];
      if (column.isCategory() && code >= 0) {
        int here = column.dictionary().code(from.column(c).dictionary().name((int) code));
        open.block()[at + c] = here == Dictionary.FULL ? Double.NaN : here;
      }
    }
  }

  /** Packs the rows of the open chunk. */
  private void close(Source source) {
    int n = open.size();
    if (n == 0) {
      return;
    }
    Chunk c = schema.isSparse() ? sparse(n) : new Chunk(dense(n), null, null, attachments(n));
    chunks.add(c);
    bytes += c.values.bytes() + 16L * n;
    bytes += c.indices == null ? 0 : 4L * (c.indices.length + n);
    for (int i = 0; c.attachments != null && i < c.attachments.length; i++) {
      bytes += c.attachments[i] == null ? 8 : 56 + c.attachments[i].toString().length();
    }
    if (bytes > maxBytes) {
      throw new ConfigException(
          source.name(),
          "takes more than "
              + maxBytes
              + " bytes of memory after "
              + rows
              + " events; read fewer with '--limit N', or raise 'max_bytes' of the protocol");
    }
    open.clear();
  }

  private Packed dense(int n) {
    return Packed.of(open.block(), n * schema.width());
  }

  private Object[] attachments(int n) {
    int texts = schema.attachments();
    if (texts == 0) {
      return null;
    }
    Object[] all = new Object[n * texts];
    for (int i = 0; i < all.length; i++) {
      all[i] = open.row(i / texts).attachment(i % texts);
    }
    return all;
  }

  private Chunk sparse(int n) {
    int[] starts = new int[n + 1];
    for (int r = 0; r < n; r++) {
      starts[r + 1] = starts[r] + open.row(r).count();
    }
    int[] at = new int[starts[n]];
    double[] v = new double[starts[n]];
    for (int r = 0; r < n; r++) {
      Features x = open.row(r);
      for (int k = 0; k < x.count(); k++) {
        at[starts[r] + k] = x.index(k);
        v[starts[r] + k] = x.value(k);
      }
    }
    return new Chunk(Packed.of(v, v.length), at, starts, attachments(n));
  }

  Schema schema() {
    return schema;
  }

  int rows() {
    return rows;
  }

  /** Code of the class of a row. */
  int label(int row) {
    return labels[row];
  }

  double weight(int row) {
    return weights == null ? 1 : weights[row];
  }

  /** Copies the values of a dense row. */
  void copy(int row, double[] to, int at) {
    int width = schema.width();
    chunks.get(row / CHUNK).values.copy(row % CHUNK * width, width, to, at);
  }

  /** Appends the values of a sparse row to the open row of a batch. */
  void addTo(int row, Batch batch) {
    Chunk c = chunks.get(row / CHUNK);
    int from = c.starts[row % CHUNK];
    double[] v = new double[c.starts[row % CHUNK + 1] - from];
    c.values.copy(from, v.length, v, 0);
    for (int k = 0; k < v.length; k++) {
      batch.add(c.indices[from + k], v[k]);
    }
  }

  /** Attaches the texts of a row to the open row of a batch. */
  void attach(int row, Batch batch) {
    Object[] all = chunks.get(row / CHUNK).attachments;
    int texts = schema.attachments();
    for (int t = 0; all != null && t < texts; t++) {
      batch.attach(t, all[row % CHUNK * texts + t]);
    }
  }

  long bytes() {
    return bytes;
  }
}
