package org.freshet.evaluate.protocol;

import java.util.Arrays;

/**
 * A block of numbers in the narrowest form that gives back every bit: a byte each where there are
 * at most 256 different ones (pixels), single precision where it is exact, else double.
 */
final class Packed {
  private static final int CODES = 256;
  private static final int SLOTS = 1024;

  private final byte[] codes;
  private final double[] table;
  private final float[] floats;
  private final double[] doubles;

  private Packed(byte[] codes, double[] table, float[] floats, double[] doubles) {
    this.codes = codes;
    this.table = table;
    this.floats = floats;
    this.doubles = doubles;
  }

  /** Packs a copy of the first {@code n} numbers. */
  static Packed of(double[] values, int n) {
    Packed p = coded(values, n);
    if (p != null) {
      return p;
    }
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = (float) values[i];
      if (Double.doubleToRawLongBits(f[i]) != Double.doubleToRawLongBits(values[i])) {
        return new Packed(null, null, null, Arrays.copyOf(values, n));
      }
    }
    return new Packed(null, null, f, null);
  }

  private static Packed coded(double[] values, int n) {
    byte[] codes = new byte[n];
    double[] table = new double[CODES];
    short[] slots = new short[SLOTS]; // one more than the code, by hash
    int size = 0;
    for (int i = 0; i < n; i++) {
      long bits = Double.doubleToRawLongBits(values[i]);
      int s = (int) (bits * 0x9e3779b97f4a7c15L >>> 54);
      while (slots[s] != 0 && Double.doubleToRawLongBits(table[slots[s] - 1]) != bits) {
        s = s + 1 & SLOTS - 1;
      }
      if (slots[s] == 0) {
        if (size == CODES) {
          return null;
        }
        table[size++] = values[i];
        slots[s] = (short) size;
      }
      codes[i] = (byte) (slots[s] - 1);
    }
    return new Packed(codes, Arrays.copyOf(table, size), null, null);
  }

  /** Copies {@code n} numbers from {@code from} on. */
  void copy(int from, int n, double[] to, int at) {
    if (codes != null) {
      for (int i = 0; i < n; i++) {
        to[at + i] = table[codes[from + i] & 0xff];
      }
    } else if (floats != null) {
      for (int i = 0; i < n; i++) {
        to[at + i] = floats[from + i];
      }
    } else {
      System.arraycopy(doubles, from, to, at, n);
    }
  }

  long bytes() {
    return codes != null
        ? codes.length + 8L * table.length
        : floats != null ? 4L * floats.length : 8L * doubles.length;
  }
}
