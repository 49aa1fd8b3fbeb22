package org.freshet.streams.input;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The marks that stand for a missing value. An empty cell always does. */
public final class Missing {
  /** The usual marks, besides the empty cell. */
  public static final List<String> USUAL = List.of("?", "NA", "NaN", "nan", "null", "NULL");

  private final byte[][] marks;
  private final double[] numbers;

  /**
   * @param usual whether {@link #USUAL} count too
   */
  public Missing(List<String> more, boolean usual) {
    List<String> all = new ArrayList<>(usual ? USUAL : List.of());
    all.addAll(more);
    marks =
        all.stream().distinct().map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    numbers =
        Arrays.stream(marks)
            .mapToDouble(m -> Numbers.parse(m, 0, m.length))
            .filter(v -> !Double.isNaN(v))
            .toArray();
  }

  /** Whether a cell is empty or one of the marks. */
  public boolean is(byte[] b, int from, int to) {
    if (from == to) {
      return true;
    }
    for (byte[] m : marks) {
      if (m.length == to - from && Arrays.equals(m, 0, m.length, b, from, to)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a number equals a mark that is one, such as -999. */
  public boolean is(double v) {
    for (double m : numbers) {
      if (m == v) {
        return true;
      }
    }
    return false;
  }

  byte[][] marks() {
    return marks;
  }

  boolean hasNumbers() {
    return numbers.length > 0;
  }
}
