package org.freshet.learn.tree;

import java.util.Arrays;
import org.freshet.core.StateException;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A run of ints and a run of doubles: how the nodes of a tree are written and read, in preorder.
 */
final class Tape {
  private int[] ints = new int[64];
  private double[] doubles = new double[256];
  private int intAt;
  private int doubleAt;
  private int intEnd;
  private int doubleEnd;
  private StateReader from;

  void put(int v) {
    if (intAt == ints.length) {
      ints = Arrays.copyOf(ints, 2 * intAt);
    }
    ints[intAt++] = v;
  }

  void put(double v) {
    if (doubleAt == doubles.length) {
      doubles = Arrays.copyOf(doubles, 2 * doubleAt);
    }
    doubles[doubleAt++] = v;
  }

  void put(double[] a, int at, int n) {
    for (int i = 0; i < n; i++) {
      put(a[at + i]);
    }
  }

  void save(StateWriter out) {
    out.put("shape", ints, intAt);
    out.put("numbers", doubles, doubleAt);
  }

  static Tape load(StateReader in) {
    Tape t = new Tape();
    t.from = in;
    t.ints = in.ints("shape");
    t.doubles = in.doubles("numbers");
    t.intEnd = t.ints.length;
    t.doubleEnd = t.doubles.length;
    return t;
  }

  /** The next int; it must lie in min … max. */
  int nextInt(int min, int max) {
    if (intAt == intEnd) {
      throw from.corrupt("shape", "ends in the middle of a tree");
    }
    int v = ints[intAt++];
    if (v < min || v > max) {
      throw from.corrupt("shape", "has " + v + " where " + min + " to " + max + " is allowed");
    }
    return v;
  }

  double nextDouble() {
    if (doubleAt == doubleEnd) {
      throw from.corrupt("numbers", "ends in the middle of a tree");
    }
    return doubles[doubleAt++];
  }

  /** Fills a[at … at+n-1]. */
  void next(double[] a, int at, int n) {
    need(n);
    System.arraycopy(doubles, doubleAt, a, at, n);
    doubleAt += n;
  }

  /** Refuses, before anything is allocated, a count that the run cannot hold. */
  void need(long n) {
    if (n > doubleEnd - doubleAt) {
      throw from.corrupt("numbers", "ends in the middle of a tree");
    }
  }

  /** The error for what was read and cannot be. */
  StateException corrupt(String entry, String what) {
    return from.corrupt(entry, what);
  }

  int remainingInts() {
    return intEnd - intAt;
  }

  void end() {
    if (intAt != intEnd || doubleAt != doubleEnd) {
      throw from.corrupt("shape", "goes on after the tree");
    }
  }
}
