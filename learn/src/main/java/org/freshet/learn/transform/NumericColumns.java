package org.freshet.learn.transform;

import org.freshet.core.Column;
import org.freshet.core.Schema;

/** Which columns of a dense row hold numbers. */
final class NumericColumns {
  private NumericColumns() {}

  /** Indices of the numeric columns, in order. */
  static int[] of(Schema schema) {
    int[] found = new int[schema.width()];
    int n = 0;
    for (int i = 0; i < found.length; i++) {
      if (schema.column(i).kind() == Column.Kind.NUMERIC) {
        found[n++] = i;
      }
    }
    return java.util.Arrays.copyOf(found, n);
  }
}
