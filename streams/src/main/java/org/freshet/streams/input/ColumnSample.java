package org.freshet.streams.input;

import java.util.HashSet;
import java.util.Set;

/** What the sample says about the values of one column. */
public final class ColumnSample {
  /** A text column has a value longer than this … */
  private static final int LONG = 64;

  /** … or more than this many distinct values, and more than half of them distinct. */
  private static final int MANY = 100;

  private int present;
  private int missing;
  private int numbers;
  private boolean hasLong;
  private Set<String> distinct;

  /** Of a column that records before had no value for. */
  public static ColumnSample missingBefore() {
    ColumnSample s = new ColumnSample();
    s.missing = 1;
    return s;
  }

  /**
   * @param mayBeNumber whether text that looks like a number is one
   */
  public void add(Cells cells, int i, Missing marks, boolean mayBeNumber) {
    if (cells.form[i] == Cells.ABSENT || marks.is(cells.bytes, cells.start[i], cells.end[i])) {
      missing++;
      return;
    }
    present++;
    if (mayBeNumber && numbers == present - 1 && isNumber(cells, i)) {
      numbers++;
      return;
    }
    if (cells.end[i] - cells.start[i] > LONG) {
      hasLong = true;
      return;
    }
    if (distinct == null) {
      distinct = new HashSet<>();
    }
    distinct.add(cells.text(i));
  }

  private static boolean isNumber(Cells cells, int i) {
    return !Double.isNaN(Numbers.parse(cells.bytes, cells.start[i], cells.end[i]));
  }

  /** Whether every value was a number; so without any. */
  public boolean isNumeric() {
    return numbers == present;
  }

  public boolean isEmpty() {
    return present == 0;
  }

  public boolean hasMissing() {
    return missing > 0;
  }

  public boolean holds(String value) {
    return distinct != null && distinct.contains(value);
  }

  public TableColumn.Type type() {
    if (isNumeric()) {
      return TableColumn.Type.NUMBER;
    }
    int words = distinct == null ? 0 : distinct.size();
    boolean text = hasLong || words > MANY && 2 * words > present;
    return text ? TableColumn.Type.TEXT : TableColumn.Type.CATEGORY;
  }
}
