package org.freshet.neural.network;

import org.freshet.core.Features;

/** Turns a row of features into floats for a network. */
final class Rows {
  private static final double LARGEST = 1e6;

  private Rows() {}

  /**
   * A missing value counts as 0; others are held in ±1e6, which a float and its square can hold.
   */
  static void write(Features x, float[] to, int at, int width) {
    for (int i = 0; i < width; i++) {
      double v = x.get(i);
      to[at + i] = v != v ? 0 : (float) Math.max(-LARGEST, Math.min(LARGEST, v));
    }
  }
}
