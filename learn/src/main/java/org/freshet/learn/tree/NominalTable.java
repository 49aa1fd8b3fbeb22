package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * Weight per class, feature and category of the categorical features of one leaf, with ln(1 +
 * weight) kept beside it for naive Bayes. The cells of a class slot lie together, feature by
 * feature, so that an example touches one row. Categories are added as they appear.
 */
final class NominalTable {
  /** ln(1 + n), so that counting whole examples costs no logarithm. */
  private static final double[] LOGS = new double[4096];

  static {
    for (int n = 0; n < LOGS.length; n++) {
      LOGS[n] = Math.log(1.0 + n);
    }
  }

  private final int features;
  private int slots;

  /** Categories that appeared, per feature. */
  final int[] values;

  /** First cell of each feature in a row; the last cell of a row stands for unseen categories. */
  private final int[] base;

  private int stride;
  private double[] weight;
  private double[] logs;
  private boolean[] stale; // per slot: its logarithms are to be computed anew
  private boolean asked; // for logarithms since the last example: then they are kept up to date
  private int[] seenValues; // per slot and feature: one more than the highest code seen

  /** Weight per slot and feature; null while none was missing: then it is that of the slot. */
  private double[] totals;

  private final int[] cells; // of the row at hand

  NominalTable(int features, int slots) {
    this.features = features;
    this.slots = slots;
    values = new int[features];
    base = new int[features];
    cells = new int[features];
    stride = place();
    weight = new double[slots * stride];
    logs = new double[slots * stride];
    stale = new boolean[slots];
    seenValues = new int[slots * features];
  }

  /**
   * Room for so many categories. It depends on nothing else, so that a restored tree counts the
   * bytes it had and reaches its memory limit at the same event.
   */
  private static int capacity(int values) {
    return values <= 2 ? 2 : Integer.highestOneBit(values - 1) << 1;
  }

  /** Lays out a row; the answer is its length. */
  private int place() {
    int at = 0;
    for (int j = 0; j < features; j++) {
      base[j] = at;
      at += capacity(values[j]);
    }
    return at + 1;
  }

  /** Adds an empty class slot at position {@code at}. */
  void insertSlot(int at) {
    weight = Gaussians.insert(weight, slots, at, stride);
    logs = Gaussians.insert(logs, slots, at, stride);
    totals = totals == null ? null : Gaussians.insert(totals, slots, at, features);
    int[] s = new int[(slots + 1) * features];
    System.arraycopy(seenValues, 0, s, 0, at * features);
    System.arraycopy(seenValues, at * features, s, (at + 1) * features, (slots - at) * features);
    seenValues = s;
    stale = Arrays.copyOf(stale, slots + 1);
    System.arraycopy(stale, at, stale, at + 1, slots - at);
    stale[at] = false;
    slots++;
  }

  /**
   * Takes an example.
   *
   * @param row holds the codes from {@code from} on; below 0 where one is missing
   * @param seen weight observed per slot, the example included
   * @param before weight of its slot without it
   * @return by how many bytes that made this larger
   */
  int learn(double[] row, int from, int slot, double w, double[] seen, double before) {
    int had = bytes();
    int first = slot * features;
    boolean missing = false;
    for (int j = 0; j < features; j++) {
      double v = row[from + j];
      missing |= v < 0;
      if (v >= seenValues[first + j]) {
        int code = (int) v;
        if (code >= values[j]) {
          add(j, code);
        }
        seenValues[first + j] = code + 1;
      }
    }
    if (missing && totals == null) {
      countApart(slot, seen, before);
    }
    add(row, from, slot, w);
    return bytes() - had;
  }

  private void add(double[] row, int from, int slot, double w) {
    double[] weight = this.weight;
    double[] logs = this.logs;
    int at = slot * stride;
    boolean keep = asked && !stale[slot];
    stale[slot] = !keep;
    asked = false;
    for (int j = 0; j < features; j++) {
      double v = row[from + j];
      cells[j] = -1;
      if (v >= 0) {
        cells[j] = base[j] + (int) v;
        int cell = at + cells[j];
        double sum = weight[cell] + w;
        weight[cell] = sum;
        if (keep) {
          logs[cell] = log(sum);
        }
      }
    }
    if (totals != null) {
      for (int j = 0; j < features; j++) {
        totals[slot * features + j] += row[from + j] >= 0 ? w : 0;
      }
    }
  }

  /** From here on a value may be missing, so features have different weights. */
  private void countApart(int slot, double[] seen, double before) {
    totals = new double[slots * features];
    for (int s = 0; s < slots; s++) {
      Arrays.fill(totals, s * features, (s + 1) * features, s == slot ? before : seen[s]);
    }
  }

  /** Makes room for a category of a feature. */
  private void add(int feature, int code) {
    int room = capacity(values[feature]);
    values[feature] = code + 1;
    if (code < room) {
      return;
    }
    int more = capacity(code + 1) - room;
    int split = base[feature] + room;
    int old = stride;
    stride = place();
    double[] w = new double[slots * stride];
    double[] l = new double[slots * stride];
    for (int s = 0; s < slots; s++) {
      move(weight, s * old, w, s * stride, split, more, old);
      move(logs, s * old, l, s * stride, split, more, old);
    }
    weight = w;
    logs = l;
  }

  private static void move(double[] a, int from, double[] b, int to, int split, int gap, int n) {
    System.arraycopy(a, from, b, to, split);
    System.arraycopy(a, from + split, b, to + split + gap, n - split);
  }

  /**
   * Writes what the categories of a row add to the score of each slot: the sum of ln(1 + weight)
   * over the features, nothing for a category never seen. A missing value gives back its share of
   * {@link #denominators}.
   */
  void score(double[] row, int from, double[] seen, double[] sums) {
    boolean missing = locate(row, from);
    for (int s = 0; s < slots; s++) {
      if (stale[s]) {
        renew(s);
      }
    }
    asked = true;
    if (missing || slots < 4) {
      for (int s = 0; s < slots; s++) {
        sums[s] = one(s, seen[s]);
      }
      return;
    }
    for (int s = 0; s < slots; s += 4) {
      four(Math.min(s, slots - 4), sums);
    }
  }

  /** The same for one slot and the row that was learnt last. */
  double scoreLearnt(int slot, double seen) {
    if (stale[slot]) {
      renew(slot);
    }
    return one(slot, seen);
  }

  /** Finds the cells of a row; whether a value is missing. */
  private boolean locate(double[] row, int from) {
    boolean missing = false;
    for (int j = 0; j < features; j++) {
      double v = row[from + j];
      missing |= v < 0;
      int code = (int) v;
      cells[j] = v < 0 ? -1 : code < values[j] ? base[j] + code : stride - 1;
    }
    return missing;
  }

  /** Four slots at once: their sums do not wait for each other. */
  private void four(int s, double[] sums) {
    double[] logs = this.logs;
    int[] cells = this.cells;
    int at = s * stride;
    int bt = at + stride;
    int ct = bt + stride;
    int dt = ct + stride;
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int cell : cells) {
      a += logs[at + cell];
      b += logs[bt + cell];
      c += logs[ct + cell];
      d += logs[dt + cell];
    }
    sums[s] = a;
    sums[s + 1] = b;
    sums[s + 2] = c;
    sums[s + 3] = d;
  }

  private double one(int slot, double seen) {
    int at = slot * stride;
    double sum = 0;
    for (int j = 0; j < features; j++) {
      if (cells[j] >= 0) {
        sum += logs[at + cells[j]];
      } else {
        double d = denominator(slot, j, seen);
        sum += d > 0 ? Math.log(d) : 0;
      }
    }
    return sum;
  }

  private void renew(int slot) {
    for (int i = slot * stride; i < (slot + 1) * stride; i++) {
      logs[i] = log(weight[i]);
    }
    stale[slot] = false;
  }

  private static double log(double weight) {
    int n = (int) weight;
    return n == weight && n < LOGS.length ? LOGS[n] : Math.log(1 + weight);
  }

  /** ln(weight) of a weight above 0. */
  static double logOf(double weight) {
    int n = (int) weight;
    return n == weight && n <= LOGS.length ? LOGS[n - 1] : Math.log(weight);
  }

  /** N + number of categories, what naive Bayes divides by in a class; 0 before any was seen. */
  private double denominator(int slot, int feature, double seen) {
    int n = seenValues[slot * features + feature];
    return n > 0 ? total(slot, feature, seen) + n : 0;
  }

  double total(int slot, int feature, double seen) {
    return totals == null ? seen : totals[slot * features + feature];
  }

  /** {@code start} − Σ ln(N + categories) over the features. */
  double lessDenominators(int slot, double seen, double start) {
    double result = start;
    double same = -1;
    double log = 0;
    for (int j = 0; j < features; j++) {
      double d = denominator(slot, j, seen); // mostly equal from feature to feature
      if (d != same) {
        same = d;
        log = d > 0 ? Math.log(d) : 0;
      }
      result -= log;
    }
    return result;
  }

  /** Writes the weight of a category per slot; the answer is their sum. */
  double weights(int feature, int value, double[] out) {
    double sum = 0;
    int cell = value < values[feature] ? base[feature] + value : stride - 1;
    for (int s = 0; s < slots; s++) {
      out[s] = weight[s * stride + cell];
      sum += out[s];
    }
    return sum;
  }

  /** Writes the weight of a feature per slot; the answer is their sum. */
  double totals(int feature, double[] seen, double[] out) {
    double sum = 0;
    for (int s = 0; s < slots; s++) {
      out[s] = total(s, feature, seen[s]);
      sum += out[s];
    }
    return sum;
  }

  int bytes() {
    return fixedBytes(features, slots) + 16 * slots * stride + totalBytes();
  }

  private int totalBytes() {
    return totals == null ? 0 : 16 + 8 * totals.length;
  }

  /** Bytes of an empty table. */
  static int bytes(int features, int slots) {
    return fixedBytes(features, slots) + 16 * slots * (2 * features + 1);
  }

  private static int fixedBytes(int features, int slots) {
    return 64 + 7 * 16 + 12 * features + slots + 4 * slots * features;
  }

  void save(Tape out, double[] seen) {
    double[] row = new double[slots];
    for (int j = 0; j < features; j++) {
      out.put(values[j]);
      for (int v = 0; v < values[j]; v++) {
        weights(j, v, row);
        out.put(row, 0, slots);
      }
      totals(j, seen, row);
      out.put(row, 0, slots);
      for (int s = 0; s < slots; s++) {
        out.put(seenValues[s * features + j]);
      }
    }
  }

  /**
   * @param seen weight observed per slot
   */
  static NominalTable load(Tape in, int features, int slots, double[] seen) {
    NominalTable t = new NominalTable(features, slots);
    double[] total = new double[slots * features];
    double[] row = new double[slots];
    boolean apart = false;
    for (int j = 0; j < features; j++) {
      int n = in.nextInt(0, 1 << 24);
      in.need((long) n * slots);
      if (n > 0) {
        t.add(j, n - 1);
      }
      for (int v = 0; v < n; v++) {
        in.next(row, 0, slots);
        for (int s = 0; s < slots; s++) {
          t.weight[s * t.stride + t.base[j] + v] = row[s];
        }
      }
      in.next(row, 0, slots);
      for (int s = 0; s < slots; s++) {
        total[s * features + j] = row[s];
        apart |= row[s] != seen[s];
        t.seenValues[s * features + j] = in.nextInt(0, n);
      }
    }
    t.totals = apart ? total : null;
    Arrays.fill(t.stale, true);
    return t;
  }
}
