package org.freshet.testkit;

import java.util.Arrays;

/** Everything a component answered in a run, bit for bit. */
final class Trace {
  private long[] bits = new long[256];
  private int size;

  void add(double answer) {
    if (size == bits.length) {
      bits = Arrays.copyOf(bits, 2 * size);
    }
    bits[size++] = Double.doubleToLongBits(answer);
  }

  void add(double[] answers, int n) {
    for (int i = 0; i < n; i++) {
      add(answers[i]);
    }
  }

  int size() {
    return size;
  }

  double get(int i) {
    return Double.longBitsToDouble(bits[i]);
  }

  /** The first place where two traces differ in words, or null when they are equal. */
  String difference(Trace other) {
    for (int i = 0; i < Math.min(size, other.size); i++) {
      if (bits[i] != other.bits[i]) {
        return "answer " + i + " is " + get(i) + " and " + other.get(i);
      }
    }
    return size == other.size ? null : "there are " + size + " answers and " + other.size;
  }
}
