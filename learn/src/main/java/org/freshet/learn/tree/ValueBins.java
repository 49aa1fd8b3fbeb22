package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * Weight per value and class of one numeric feature in one leaf, in rising order of the values:
 * exact up to a number of different values; beyond it the two that are closest become one at their
 * mean (Y. Ben-Haim, E. Tom-Tov, "A Streaming Parallel Decision Tree Algorithm", JMLR 2010,
 * algorithm 1). Cell (bin i, class slot s) lies at i · slots + s.
 */
final class ValueBins {
  private final int most;
  private double[] centre = new double[4];
  private double[] weight;
  private int slots;
  private int size;

  ValueBins(int slots, int most) {
    this.slots = slots;
    this.most = most;
    this.weight = new double[4 * slots];
  }

  int size() {
    return size;
  }

  double weight(int bin, int slot) {
    return weight[bin * slots + slot];
  }

  /** The threshold between a bin and the next. */
  double after(int bin) {
    double a = centre[bin];
    double b = centre[bin + 1];
    double middle = a + (b - a) / 2;
    return middle < b ? middle : a;
  }

  /** Weight of a class at values up to a threshold, or above it. */
  double side(int slot, double threshold, boolean toLeft) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += centre[i] <= threshold == toLeft ? weight[i * slots + slot] : 0;
    }
    return sum;
  }

  /** Adds weight at a value; the answer is by how many bytes that made this larger. */
  int add(int slot, double value, double w) {
    double v = value + 0.0; // no negative zero, which would not be found again
    int at = Arrays.binarySearch(centre, 0, size, v);
    if (at >= 0) {
      weight[at * slots + slot] += w;
      return 0;
    }
    int grown = 0;
    if (size == centre.length) {
      int room = centre.length * 2;
      grown = 8 * (room - centre.length) * (1 + slots);
      centre = Arrays.copyOf(centre, room);
      weight = Arrays.copyOf(weight, room * slots);
    }
    int i = -at - 1;
    System.arraycopy(centre, i, centre, i + 1, size - i);
    System.arraycopy(weight, i * slots, weight, (i + 1) * slots, (size - i) * slots);
    centre[i] = v;
    Arrays.fill(weight, i * slots, (i + 1) * slots, 0);
    weight[i * slots + slot] = w;
    if (++size > most) {
      mergeClosest();
    }
    return grown;
  }

  private void mergeClosest() {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i + 1 < size; i++) {
      double gap = centre[i + 1] - centre[i];
      if (gap < least) {
        least = gap;
        best = i;
      }
    }
    double a = 0;
    double b = 0;
    for (int s = 0; s < slots; s++) {
      a += weight[best * slots + s];
      b += weight[(best + 1) * slots + s];
      weight[best * slots + s] += weight[(best + 1) * slots + s];
    }
    centre[best] += least * (b / (a + b));
    System.arraycopy(centre, best + 2, centre, best + 1, size - best - 2);
    System.arraycopy(
        weight, (best + 2) * slots, weight, (best + 1) * slots, (size - best - 2) * slots);
    size--;
  }

  /** Adds an empty class slot at position {@code at}. */
  void insertSlot(int at) {
    double[] w = new double[centre.length * (slots + 1)];
    for (int i = 0; i < size; i++) {
      int from = i * slots;
      int to = i * (slots + 1);
      System.arraycopy(weight, from, w, to, at);
      System.arraycopy(weight, from + at, w, to + at + 1, slots - at);
    }
    weight = w;
    slots++;
  }

  int bytes() {
    return 40 + 2 * 16 + 8 * (centre.length + weight.length);
  }

  /** Bytes when full. */
  static int bytes(int slots, int most) {
    return 72 + 8 * (Integer.highestOneBit(most) << 1) * (1 + slots);
  }

  void save(Tape out) {
    out.put(centre.length);
    out.put(size);
    out.put(centre, 0, size);
    out.put(weight, 0, size * slots);
  }

  static ValueBins load(Tape in, int slots, int most) {
    ValueBins b = new ValueBins(slots, most);
    int room = in.nextInt(4, Math.max(4, Integer.highestOneBit(most) << 1));
    b.size = in.nextInt(0, Math.min(most, room));
    in.need((long) b.size * (1 + slots));
    b.centre = new double[room];
    b.weight = new double[room * slots];
    in.next(b.centre, 0, b.size);
    in.next(b.weight, 0, b.size * slots);
    return b;
  }
}
