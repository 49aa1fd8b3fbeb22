package org.freshet.evaluate.report;

/** A curve in one line of text. */
public final class Sparkline {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  /**
   * Values as blocks of eight heights between the lowest and the highest, thinned to {@code width}
   * by taking means; NaN is a space.
   */
  public static String of(double[] values, int width) {
    int n = Math.min(width, values.length);
    double[] means = new double[n];
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      int from = (int) ((long) i * values.length / n);
      int to = (int) ((i + 1L) * values.length / n);
      double sum = 0;
      for (int k = from; k < to; k++) {
        sum += values[k];
      }
      means[i] = sum / (to - from);
      if (Double.isFinite(means[i])) {
        low = Math.min(low, means[i]);
        high = Math.max(high, means[i]);
      }
    }
    StringBuilder s = new StringBuilder();
    for (double m : means) {
      int level = high > low ? (int) Math.round((m - low) / (high - low) * 7) : 3;
      s.append(Double.isFinite(m) ? BLOCKS.charAt(level) : ' ');
    }
    return s.toString();
  }
}
