package org.freshet.learn.tree;

import java.util.Arrays;
import java.util.Locale;
import org.freshet.core.Column;
import org.freshet.core.Schema;

/**
 * The conditions of a rule, all of which a row must meet: a column at most or above a value, or one
 * category or any other. A missing value meets none.
 */
public final class Conditions {
  private static final int AT_MOST = 0;
  private static final int ABOVE = 1;
  private static final int IS = 2;
  private static final int IS_NOT = 3;

  private int[] columns = new int[2];
  private int[] kinds = new int[2];
  private double[] values = new double[2];
  private int size;

  public int size() {
    return size;
  }

  /** Whether a row, NaN being missing, meets all conditions. */
  public boolean cover(double[] xs) {
    for (int i = 0; i < size; i++) {
      double v = xs[columns[i]];
      double t = values[i];
      boolean met =
          switch (kinds[i]) {
            case AT_MOST -> v <= t;
            case ABOVE -> v > t;
            case IS -> v == t;
            default -> v >= 0 && v != t;
          };
      if (!met) {
        return false;
      }
    }
    return true;
  }

  /** Whether these are the same as others, in any order. */
  boolean same(Conditions other) {
    if (size != other.size) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      boolean found = false;
      for (int k = 0; k < size && !found; k++) {
        found =
            columns[i] == other.columns[k]
                && kinds[i] == other.kinds[k]
                && values[i] == other.values[k];
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  /** One side of a test as found for a tree: the left or the right branch. */
  Conditions and(int column, int test, double value, boolean left) {
    Conditions more = new Conditions();
    more.room(this, size + 1);
    more.size = size;
    int kind = test == Node.NUMERIC ? (left ? AT_MOST : ABOVE) : left ? IS : IS_NOT;
    more.put(column, kind, value);
    more.room(more, more.size); // of no history, so that a restored rule has the same
    return more;
  }

  private void room(Conditions from, int n) {
    int length = Math.max(2, n);
    columns = Arrays.copyOf(from.columns, length);
    kinds = Arrays.copyOf(from.kinds, length);
    values = Arrays.copyOf(from.values, length);
  }

  /** A tighter bound takes the place of a wider one; one category that of all it is not. */
  private void put(int column, int kind, double value) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      boolean same = columns[i] == column;
      if (!(same && (kinds[i] == kind && kind != IS_NOT || kind == IS))) {
        columns[kept] = columns[i];
        kinds[kept] = kinds[i];
        values[kept++] = values[i];
      }
    }
    columns[kept] = column;
    kinds[kept] = kind;
    values[kept] = value;
    size = kept + 1;
  }

  /** The conditions in words of the schema, such as {@code price > 3.5 and day is mon}. */
  public String text(Schema schema) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < size; i++) {
      Column c = schema.column(columns[i]);
      s.append(i == 0 ? "" : " and ").append(c.name());
      s.append(
          switch (kinds[i]) {
            case AT_MOST -> " <= ";
            case ABOVE -> " > ";
            case IS -> " is ";
            default -> " is not ";
          });
      s.append(kinds[i] >= IS ? c.dictionary().name((int) values[i]) : number(values[i]));
    }
    return size == 0 ? "otherwise" : s.toString();
  }

  /** Six digits at most, without zeros at the end. */
  public static String number(double v) {
    String s = String.format(Locale.ROOT, "%.6g", v);
    return s.contains(".") && !s.contains("e") ? s.replaceAll("\\.?0+$", "") : s;
  }

  void save(Tape out) {
    out.put(size);
    for (int i = 0; i < size; i++) {
      out.put(columns[i]);
      out.put(kinds[i]);
      out.put(values[i]);
    }
  }

  static Conditions load(Tape in, int width) {
    Conditions c = new Conditions();
    int n = in.nextInt(0, 1 << 20);
    in.need(n);
    c.columns = new int[Math.max(2, n)];
    c.kinds = new int[Math.max(2, n)];
    c.values = new double[Math.max(2, n)];
    c.size = n;
    for (int i = 0; i < n; i++) {
      c.columns[i] = in.nextInt(0, width - 1);
      c.kinds[i] = in.nextInt(AT_MOST, IS_NOT);
      c.values[i] = in.nextDouble();
    }
    return c;
  }

  int bytes() {
    return 40 + 3 * 16 + 16 * columns.length;
  }
}
