package org.freshet.streams.image;

/** How bytes become values. */
public enum Scale {
  /** 0 … 255 becomes 0 … 1, in single precision. */
  UNIT,
  /** As they are. */
  RAW;

  static final String MEANING =
      "unit divides bytes by 255 (in single precision), raw takes them as they are.";

  /** The value of each byte. */
  double[] table() {
    double[] values = new double[256];
    for (int b = 0; b < values.length; b++) {
      values[b] = this == UNIT ? b / 255f : b;
    }
    return values;
  }
}
