package org.freshet.core;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Copies of rows kept by slot number: what waits for a label, or a window of examples. Slots are
 * used again, so that in steady state a dense row costs no allocation. Dense values lie in chunks
 * of {@value #CHUNK} rows, which never move.
 *
 * <p>Bounded by the number of rows; {@link #add} beyond the limit is an error of the caller.
 */
public final class RowStore {
  /** Rows of one block of dense values. */
  public static final int CHUNK = 1024;

  private final int limit;
  private final boolean sparse;
  private final int width;
  private final int texts;
  private double[][] chunks = new double[0][];
  private int[][] indices = new int[0][];
  private double[][] values = new double[0][];
  private int[] counts = new int[0];
  private int[] widths = new int[0];
  private long[] times = new long[16];
  private String[] ids = new String[16]; // null where who keeps rows keeps their ids
  private String[] keys = new String[16];
  private Object[][] attachments = new Object[16][];
  private int[] free = new int[16];
  private int freed;
  private int opened;
  private int size;
  private long sparseBytes;
  private final Features view = new Features();

  /**
   * @param schema of the rows
   * @param limit the most rows kept at a time
   */
  public RowStore(Schema schema, int limit) {
    this.limit = limit;
    this.sparse = schema.isSparse();
    this.width = schema.width();
    this.texts = schema.attachments();
  }

  public int size() {
    return size;
  }

  public int limit() {
    return limit;
  }

  /** One more than the highest slot ever given out: the length of arrays beside the store. */
  public int slots() {
    return opened;
  }

  /**
   * A store that leaves the ids of rows to who keeps them: see {@link #get(int, String[], int)}.
   */
  public static RowStore withoutIds(Schema schema, int limit) {
    RowStore store = new RowStore(schema, limit);
    store.ids = null;
    return store;
  }

  /** Keeps a copy of a row with its id, key, time and attachments; returns its slot. */
  public int add(Features x) {
    if (size == limit) {
      throw new IllegalStateException("row store of " + limit + " rows is full");
    }
    int slot = freed > 0 ? free[--freed] : open();
    size++;
    times[slot] = x.time;
    if (ids != null) {
      ids[slot] = x.id();
    }
    String key = x.key();
    if (key != keys[slot]) {
      keys[slot] = key;
    }
    if (x.attachments != null) {
      attachments[slot] =
          Arrays.copyOfRange(x.attachments, x.attachmentStart, x.attachments.length);
    }
    if (sparse) {
      copySparse(slot, x);
    } else {
      x.copyTo(chunks[slot / CHUNK], slot % CHUNK * width);
    }
    return slot;
  }

  private int open() {
    int slot = opened++;
    if (slot == times.length) {
      int more = (int) Math.min(limit, 2L * slot);
      times = Arrays.copyOf(times, more);
      ids = ids == null ? null : Arrays.copyOf(ids, more);
      keys = Arrays.copyOf(keys, more);
      attachments = Arrays.copyOf(attachments, more);
    }
    if (sparse && slot >= counts.length) {
      indices = Arrays.copyOf(indices, times.length);
      values = Arrays.copyOf(values, times.length);
      counts = Arrays.copyOf(counts, times.length);
      widths = Arrays.copyOf(widths, times.length);
    }
    if (!sparse && slot / CHUNK == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunks.length + 1);
      chunks[chunks.length - 1] = new double[Math.min(CHUNK, limit) * width];
    }
    return slot;
  }

  private void copySparse(int slot, Features x) {
    int n = x.count();
    if (values[slot] == null || values[slot].length < n) {
      int room = Math.max(8, n + (n >> 2));
      sparseBytes += 12L * (room - (values[slot] == null ? 0 : values[slot].length));
      indices[slot] = new int[room];
      values[slot] = new double[room];
    }
    for (int k = 0; k < n; k++) {
      indices[slot][k] = x.index(k);
      values[slot][k] = x.value(k);
    }
    counts[slot] = n;
    widths[slot] = x.width();
  }

  /** The row of a slot in use; valid until the next call of this method or the slot's removal. */
  public Features get(int slot) {
    if (sparse) {
      view.sparse(indices[slot], values[slot], 0, counts[slot], widths[slot]);
    } else {
      view.dense(chunks[slot / CHUNK], slot % CHUNK * width, width);
    }
    view.time = times[slot];
    view.name(ids, slot, keys, slot);
    view.attachments = attachments[slot];
    view.attachmentStart = 0;
    return view;
  }

  /** The row of a slot in a store without ids, with its id out of an array. */
  public Features get(int slot, String[] idsOf, int at) {
    Features x = get(slot);
    x.name(idsOf, at, keys, slot);
    return x;
  }

  /** Gives a slot in use free; its row may no longer be read. */
  public void remove(int slot) {
    if (ids != null) {
      ids[slot] = null;
    }
    keys[slot] = null;
    attachments[slot] = null;
    if (freed == free.length) {
      free = Arrays.copyOf(free, 2 * freed);
    }
    free[freed++] = slot;
    size--;
  }

  /** Most bytes that {@link #write} needs for a slot in use. */
  public int bytes(int slot) {
    long n = 64 + 2L * length(ids == null ? null : ids[slot]) + 2L * length(keys[slot]);
    n += sparse ? 12L * counts[slot] : 8L * width;
    for (int t = 0; t < texts && attachments[slot] != null; t++) {
      n += 4 + 2L * length(attachments[slot][t]);
    }
    return Math.toIntExact(n + 4L * texts);
  }

  private static int length(Object text) {
    return text == null ? 0 : text.toString().length();
  }

  /** Writes the row of a slot in use, attachments as their text. */
  public void write(int slot, ByteBuffer out) {
    if (ids != null) {
      text(ids[slot], out);
    }
    text(keys[slot], out);
    out.putLong(times[slot]);
    if (sparse) {
      out.putInt(counts[slot]).putInt(widths[slot]);
      for (int k = 0; k < counts[slot]; k++) {
        out.putInt(indices[slot][k]).putDouble(values[slot][k]);
      }
    } else {
      double[] chunk = chunks[slot / CHUNK];
      int at = slot % CHUNK * width;
      for (int i = at; i < at + width; i++) {
        out.putDouble(chunk[i]);
      }
    }
    for (int t = 0; t < texts; t++) {
      text(attachments[slot] == null ? null : attachments[slot][t], out);
    }
  }

  /** Writes a text, or null. */
  public static void text(Object text, ByteBuffer out) {
    if (text == null) {
      out.putInt(-1);
      return;
    }
    String s = text.toString();
    out.putInt(s.length());
    for (int i = 0; i < s.length(); i++) {
      out.putChar(s.charAt(i));
    }
  }

  /** Reads what {@link #text(Object, ByteBuffer)} wrote. */
  public static String text(ByteBuffer in) {
    int n = in.getInt();
    if (n < 0) {
      return null;
    }
    char[] chars = new char[n];
    for (int i = 0; i < n; i++) {
      chars[i] = in.getChar();
    }
    return new String(chars);
  }

  /** Whether a text comes next; the buffer stays where it is. */
  public static boolean hasText(ByteBuffer in, String id) {
    int at = in.position();
    if (in.getInt(at) != id.length()) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      if (in.getChar(at + 4 + 2 * i) != id.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Adds a row written by {@link #write}; returns its slot. */
  public int read(ByteBuffer in) {
    Features x = new Features();
    x.name(ids == null ? null : text(in), text(in));
    x.time = in.getLong();
    int n = sparse ? in.getInt() : width;
    int wide = sparse ? in.getInt() : width;
    double[] row = new double[n];
    int[] at = sparse ? new int[n] : null;
    for (int k = 0; k < n; k++) {
      if (sparse) {
        at[k] = in.getInt();
      }
      row[k] = in.getDouble();
    }
    x.sparse(at, row, 0, n, wide); // without indices it is dense
    if (texts > 0) {
      x.attachments = new Object[texts];
      for (int t = 0; t < texts; t++) {
        x.attachments[t] = text(in);
      }
    }
    return add(x);
  }

  /**
   * Writes the rows of some slots in the given order, attachments as their text; {@link #load} adds
   * them.
   */
  public void save(StateWriter out, int[] slots, int n) {
    int total = 0;
    for (int i = 0; i < n; i++) {
      total = Math.addExact(total, sparse ? counts[slots[i]] : width);
    }
    StateWriter.Values all = out.doubles("values", total);
    for (int i = 0; i < n; i++) {
      int slot = slots[i];
      if (sparse) {
        all.put(values[slot], 0, counts[slot]);
      } else {
        all.put(chunks[slot / CHUNK], slot % CHUNK * width, width);
      }
    }
    all.end();
    if (sparse) {
      saveSparse(out, slots, n, total);
    }
    StateWriter.Values when = out.longs("times", n);
    for (int i = 0; i < n; i++) {
      when.put(times[slots[i]]);
    }
    when.end();
    out.strings("ids", n, i -> ids == null ? null : ids[slots[i]]);
    out.strings("keys", n, i -> keys[slots[i]]);
    if (texts > 0) {
      out.strings("texts", n * texts, i -> text(slots[i / texts], i % texts));
    }
  }

  private void saveSparse(StateWriter out, int[] slots, int n, int total) {
    StateWriter.Values at = out.ints("indices", total);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < counts[slots[i]]; k++) {
        at.put(indices[slots[i]][k]);
      }
    }
    at.end();
    StateWriter.Values lengths = out.ints("lengths", n);
    for (int i = 0; i < n; i++) {
      lengths.put(counts[slots[i]]);
    }
    lengths.end();
    StateWriter.Values wide = out.ints("widths", n);
    for (int i = 0; i < n; i++) {
      wide.put(widths[slots[i]]);
    }
    wide.end();
  }

  private String text(int slot, int which) {
    Object text = get(slot).attachment(which);
    return text == null ? null : text.toString();
  }

  private void loadTexts(StateReader in, int n) {
    String[] all = in.strings("texts");
    if (all.length != n * texts) {
      throw in.corrupt("texts", "has " + all.length + " values, expected " + n * texts);
    }
    for (int i = 0; i < n; i++) {
      attachments[i] = Arrays.copyOfRange(all, i * texts, (i + 1) * texts, Object[].class);
    }
  }

  /** Adds the rows written by {@link #save} to an empty, new store: they get the slots 0, 1, … */
  public int load(StateReader in) {
    long[] when = in.longs("times");
    int n = when.length;
    if (n > limit) {
      throw in.corrupt("times", "has " + n + " rows, the limit is " + limit);
    }
    String[] name = in.strings("ids");
    String[] key = in.strings("keys");
    if (name.length != n || key.length != n) {
      throw in.corrupt("ids", "has " + name.length + " rows, expected " + n);
    }
    if (sparse) {
      loadSparse(in, when, name, key);
    } else {
      loadDense(in, when, name, key);
    }
    if (texts > 0) {
      loadTexts(in, n);
    }
    return n;
  }

  private void loadDense(StateReader in, long[] when, String[] name, String[] key) {
    DoubleBuffer all = in.doublesInPlace("values", Math.multiplyExact(when.length, width));
    double[] row = new double[width];
    Features x = new Features();
    for (int i = 0; i < when.length; i++) {
      all.get(row);
      x.dense(row, 0, width);
      tag(x, when[i], name[i], key[i]);
      add(x);
    }
  }

  private void loadSparse(StateReader in, long[] when, String[] name, String[] key) {
    int n = when.length;
    double[] all = in.doubles("values");
    int[] at = in.ints("indices", all.length);
    int[] lengths = in.ints("lengths", n);
    int[] wide = in.ints("widths", n);
    Features x = new Features();
    int p = 0;
    for (int i = 0; i < n; i++) {
      if (lengths[i] < 0 || lengths[i] > all.length - p) {
        throw in.corrupt("lengths", "does not fit the values");
      }
      for (int k = p; k < p + lengths[i]; k++) {
        if (at[k] < 0 || at[k] >= wide[i] || k > p && at[k] <= at[k - 1]) {
          throw in.corrupt(
              "indices", "has " + at[k] + " where a rising index below " + wide[i] + " is due");
        }
      }
      x.sparse(at, all, p, lengths[i], wide[i]);
      tag(x, when[i], name[i], key[i]);
      add(x);
      p += lengths[i];
    }
  }

  private static void tag(Features x, long time, String id, String key) {
    x.time = time;
    x.name(id, key);
  }

  public long memoryBytes() {
    long bytes = 200 + 8L * times.length + 3 * 4L * times.length + 4L * free.length;
    bytes += (long) chunks.length * Math.min(CHUNK, limit) * width * 8;
    return bytes + sparseBytes + (sparse ? 16L * counts.length + 32L * opened : 0);
  }
}
