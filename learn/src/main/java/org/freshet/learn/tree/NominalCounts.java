package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * Weight per category and class of one categorical feature in one leaf, with ln(1 + weight) kept
 * beside it for naive Bayes. Cell (value v, class slot s) lies at v · slots + s. Categories are
 * added as they appear.
 */
final class NominalCounts {
  /** Stands for a logarithm that is to be computed anew. */
  private static final double STALE = -1;

  /** ln(1 + n), so that counting whole examples costs no logarithm. */
  private static final double[] LOGS = new double[4096];

  static {
    for (int n = 0; n < LOGS.length; n++) {
      LOGS[n] = Math.log(1.0 + n);
    }
  }

  double[] weight;
  double[] logs;
  double[] total; // per slot
  int[] seenValues; // per slot: one more than the highest code seen
  int values;
  int slots;
  private boolean asked; // for logarithms since the last example: then they are kept up to date
  private boolean stale; // some logarithm is to be computed anew

  NominalCounts(int slots) {
    this.slots = slots;
    weight = new double[2 * slots];
    logs = new double[2 * slots];
    total = new double[slots];
    seenValues = new int[slots];
  }

  /** Adds an empty class slot at position {@code at}. */
  void insertSlot(int at) {
    int capacity = weight.length / slots;
    double[] w = new double[capacity * (slots + 1)];
    double[] l = new double[w.length];
    for (int v = 0; v < values; v++) {
      int from = v * slots;
      int to = v * (slots + 1);
      System.arraycopy(weight, from, w, to, at);
      System.arraycopy(weight, from + at, w, to + at + 1, slots - at);
      System.arraycopy(logs, from, l, to, at);
      System.arraycopy(logs, from + at, l, to + at + 1, slots - at);
    }
    weight = w;
    logs = l;
    total = Gaussians.insert(total, slots, at);
    seenValues = Arrays.copyOf(seenValues, slots + 1);
    System.arraycopy(seenValues, at, seenValues, at + 1, slots - at);
    seenValues[at] = 0;
    slots++;
  }

  /**
   * Room for so many categories. It depends on nothing else, so that a restored tree counts the
   * bytes it had and reaches its memory limit at the same event.
   */
  private static int capacity(int values) {
    return Math.max(2, Integer.highestOneBit(values - 1) << 1);
  }

  /** Adds weight to a category; the answer is by how many bytes that made this larger. */
  int add(int slot, int value, double w) {
    int grown = 0;
    if (value >= values) {
      if ((value + 1) * slots > weight.length) {
        int capacity = capacity(value + 1);
        grown = 16 * (capacity * slots - weight.length);
        weight = Arrays.copyOf(weight, capacity * slots);
        logs = Arrays.copyOf(logs, capacity * slots);
      }
      values = value + 1;
    }
    if (value >= seenValues[slot]) {
      seenValues[slot] = value + 1;
    }
    int cell = value * slots + slot;
    weight[cell] += w;
    logs[cell] = asked ? log(weight[cell]) : STALE;
    stale |= !asked;
    asked = false;
    total[slot] += w;
    return grown;
  }

  /** Adds ln(1 + weight) of a category in each class; nothing for a category never seen. */
  void addLogs(int value, double[] sums) {
    if (value >= values) {
      return;
    }
    if (stale) {
      renew();
    }
    asked = true;
    int n = slots;
    int at = value * n;
    double[] logs = this.logs;
    for (int s = 0; s < n; s++) {
      sums[s] += logs[at + s];
    }
  }

  private void renew() {
    for (int i = 0; i < values * slots; i++) {
      logs[i] = logs[i] == STALE ? log(weight[i]) : logs[i];
    }
    stale = false;
  }

  private static double log(double weight) {
    int n = (int) weight;
    return n == weight && n < LOGS.length ? LOGS[n] : Math.log(1 + weight);
  }

  /** N + number of categories, what naive Bayes divides by in a class; 0 before any was seen. */
  double denominator(int slot) {
    return seenValues[slot] > 0 ? total[slot] + seenValues[slot] : 0;
  }

  /** Adds the logarithm of the denominator of each class that was seen. */
  void addLogDenominators(double[] sums) {
    for (int s = 0; s < slots; s++) {
      sums[s] += seenValues[s] > 0 ? Math.log(denominator(s)) : 0;
    }
  }

  int bytes() {
    return 48 + 4 * 16 + 8 * (weight.length + logs.length + total.length) + 4 * seenValues.length;
  }

  void save(Tape out) {
    out.put(values);
    out.put(weight, 0, values * slots);
    out.put(total, 0, slots);
    for (int s = 0; s < slots; s++) {
      out.put(seenValues[s]);
    }
  }

  static NominalCounts load(Tape in, int slots) {
    NominalCounts c = new NominalCounts(slots);
    int values = in.nextInt(0, 1 << 24);
    in.need((long) values * slots);
    c.values = values;
    c.weight = new double[capacity(values) * slots];
    in.next(c.weight, 0, values * slots);
    c.logs = new double[c.weight.length];
    for (int i = 0; i < values * slots; i++) {
      c.logs[i] = log(c.weight[i]);
    }
    in.next(c.total, 0, slots);
    for (int s = 0; s < slots; s++) {
      c.seenValues[s] = in.nextInt(0, values);
    }
    return c;
  }
}
