package org.freshet.testkit;

import java.util.Arrays;
import org.freshet.core.Features;

/** Rows nobody hopes for. */
final class Extremes {
  static final double[] VALUES = {
    0, 1e308, -1e308, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, 1e150
  };

  private Extremes() {}

  /** The row with its numbers set to one value; categories stay. */
  static Features row(Features x, SampleStream stream, double value) {
    double[] values = new double[x.width()];
    x.copyTo(values, 0);
    Arrays.fill(values, 0, stream.numeric(), value);
    return Features.of(values);
  }

  static Features missing(SampleStream stream) {
    double[] values = new double[stream.numeric() + stream.categories() + stream.texts()];
    Arrays.fill(values, Double.NaN);
    return Features.of(values);
  }
}
