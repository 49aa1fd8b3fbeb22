package org.freshet.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.freshet.core.state.StateWriter;

/**
 * The answers given to events that are still known, by slot: id, prediction and scores, the weight
 * and time of the event, and its label once there is one. Flat arrays; slots are used again.
 */
final class KeptAnswers {
  private static final int CHUNK = 64;

  private final Answers kind;
  private final int outputs;
  private final FreeSlots free = new FreeSlots();
  private String[] ids = new String[16];
  private char[] idLength = new char[16]; // bytes; the id itself is long out of the cache
  private double[] predicted = new double[16];
  private int[] known = new int[16];
  private double[] weight = new double[16];
  private double[] label = new double[16];
  private long[] time = new long[16];
  private double[][] scores = new double[1][]; // chunks of CHUNK rows, each with a stride
  private int[] stride = new int[1];
  private double[][] truths; // null where an event has one label
  private long scoreBytes;
  private long idBytes;

  KeptAnswers(Answers kind, int outputs) {
    this.kind = kind;
    this.outputs = outputs;
    this.truths = outputs > 0 ? new double[16][] : null;
  }

  /** Keeps an answer of {@code from}, which has {@code kind.width(n)} scores at {@code at}. */
  int add(String id, double answer, int n, double[] from, int at, double w, long when) {
    int slot = free.take();
    if (slot >= ids.length) {
      grow(Math.max(slot + 1, 2 * ids.length));
    }
    ids[slot] = id;
    idLength[slot] = (char) (id == null ? 0 : Math.min(56 + id.length(), Character.MAX_VALUE));
    idBytes += idLength[slot];
    weight[slot] = w;
    label[slot] = Double.NaN;
    time[slot] = when;
    answer(slot, answer, n, from, at);
    return slot;
  }

  void answer(int slot, double answer, int n, double[] from, int at) {
    predicted[slot] = answer;
    known[slot] = n;
    int width = kind.width(n);
    System.arraycopy(from, at, chunk(slot, width), scoresAt(slot), width);
  }

  private void grow(int more) {
    ids = Arrays.copyOf(ids, more);
    idLength = Arrays.copyOf(idLength, more);
    predicted = Arrays.copyOf(predicted, more);
    known = Arrays.copyOf(known, more);
    weight = Arrays.copyOf(weight, more);
    label = Arrays.copyOf(label, more);
    time = Arrays.copyOf(time, more);
    int chunks = (more + CHUNK - 1) / CHUNK;
    scores = Arrays.copyOf(scores, chunks);
    stride = Arrays.copyOf(stride, chunks);
    truths = truths == null ? null : Arrays.copyOf(truths, more);
  }

  private double[] chunk(int slot, int width) {
    int c = slot / CHUNK;
    if (scores[c] == null || stride[c] < width) {
      double[] wider = new double[Math.multiplyExact(CHUNK, width)];
      for (int r = 0; r < CHUNK && stride[c] > 0; r++) {
        System.arraycopy(scores[c], r * stride[c], wider, r * width, stride[c]);
      }
      scoreBytes += 8L * CHUNK * (width - stride[c]);
      scores[c] = wider;
      stride[c] = width;
    }
    return scores[c];
  }

  /** Writes the answers of slots, in this order. */
  void save(StateWriter out, int[] slots, int n) {
    StateWriter.Values values = out.doubles("label", n);
    values.put(label, slots, n);
    values.end();
    values = out.doubles("weight", n);
    values.put(weight, slots, n);
    values.end();
    values = out.longs("time", n);
    values.put(time, slots, n);
    values.end();
    saveAnswers(out, slots, n);
    values = out.doubles("truths", Math.multiplyExact(n, outputs));
    double[] none = new double[outputs];
    for (int i = 0; i < n && truths != null; i++) {
      double[] of = truths[slots[i]];
      values.put(of == null ? none : of, 0, outputs);
    }
    values.end();
    out.strings("ids", n, i -> ids[slots[i]]);
  }

  /** Writes what was answered, alone. */
  void saveAnswers(StateWriter out, int[] slots, int n) {
    StateWriter.Values values = out.doubles("predicted", n);
    values.put(predicted, slots, n);
    values.end();
    values = out.ints("known", n);
    values.put(known, slots, n);
    values.end();
    int total = 0;
    for (int i = 0; i < n; i++) {
      total = Math.addExact(total, width(slots[i]));
    }
    values = out.doubles("scores", total);
    for (int i = 0; i < n; i++) {
      values.put(scores(slots[i]), scoresAt(slots[i]), width(slots[i]));
    }
    values.end();
  }

  /** Most bytes that {@link #write} needs. */
  int bytes(int slot) {
    return 32 + 8 * width(slot);
  }

  /** Writes the answer of an event that has no label yet, apart from its id. */
  void write(int slot, ByteBuffer out) {
    out.putLong(time[slot]).putDouble(weight[slot]).putDouble(predicted[slot]).putInt(known[slot]);
    double[] from = scores(slot);
    for (int i = scoresAt(slot), end = i + width(slot); i < end; i++) {
      out.putDouble(from[i]);
    }
  }

  /** Adds an answer written by {@link #write}. */
  int read(String id, ByteBuffer in) {
    long when = in.getLong();
    double w = in.getDouble();
    double answer = in.getDouble();
    int n = in.getInt();
    double[] row = new double[kind.width(n)];
    for (int i = 0; i < row.length; i++) {
      row[i] = in.getDouble();
    }
    return add(id, answer, n, row, 0, w, when);
  }

  void remove(int slot) {
    idBytes -= idLength[slot];
    ids[slot] = null;
    free.give(slot);
  }

  /** The ids by slot. */
  String[] ids() {
    return ids;
  }

  String id(int slot) {
    return ids[slot];
  }

  double predicted(int slot) {
    return predicted[slot];
  }

  int known(int slot) {
    return known[slot];
  }

  /** Number of values in the row of scores. */
  int width(int slot) {
    return kind.width(known[slot]);
  }

  double[] scores(int slot) {
    return scores[slot / CHUNK];
  }

  int scoresAt(int slot) {
    return slot % CHUNK * stride[slot / CHUNK];
  }

  double weight(int slot) {
    return weight[slot];
  }

  long time(int slot) {
    return time[slot];
  }

  /** The event's label, NaN while it has none. */
  double label(int slot) {
    return label[slot];
  }

  /**
   * @param of where an event has several truths; null otherwise
   */
  void label(int slot, double value, double[] of) {
    label[slot] = value;
    if (of != null) {
      truths[slot] = truths[slot] == null ? new double[outputs] : truths[slot];
      System.arraycopy(of, 0, truths[slot], 0, outputs);
    }
  }

  /** Null where an event has one label. */
  double[] truths(int slot) {
    return truths == null ? null : truths[slot];
  }

  /** Whether the label is this one. */
  boolean hasLabel(int slot, double value, double[] of) {
    return label[slot] == value && (of == null || Arrays.equals(of, truths[slot]));
  }

  long memoryBytes() {
    return 200
        + 50L * ids.length
        + idBytes
        + scoreBytes
        + 24L * scores.length
        + (truths == null ? 0 : (24L + 8L * outputs) * truths.length)
        + free.memoryBytes();
  }
}
