package org.freshet.streams.input;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;

/**
 * The label at the start of a sparse line: a number in both formats, so +1, 1 and 1.0 are one
 * class.
 */
public final class SparseLabel {
  private static final String NAME = "label";

  private final Task task;
  private final boolean used;
  private final Names names;
  private final Schema schema;
  private final byte[] digits = new byte[24];

  /**
   * @param label {@code last} for the label of the format, {@code none} to leave it out
   */
  public SparseLabel(String label, Task task) {
    if (!label.equals(Roles.LAST)
        && !label.equals(Roles.NONE)
        && !label.equals(NAME)
        && !label.equals("1")) {
      throw new ConfigException(
          "",
          "parameter 'label' is '"
              + label
              + "', but the label of this format is the first word of the line; leave it out, or set 'label: none'");
    }
    this.task = task;
    this.used = !label.equals(Roles.NONE);
    Dictionary labels = new Dictionary();
    this.names = new Names(labels, false, new Missing(List.of(), true));
    Schema dense =
        !used
            ? Schema.unlabelled(List.of())
            : task == Task.REGRESSION
                ? Schema.regression(List.of(), NAME)
                : Schema.classification(List.of(), NAME, labels);
    this.schema = dense.withSparse(List.of());
  }

  /** Sparse rows of open width with this label. */
  public Schema schema() {
    return schema;
  }

  /**
   * Sets the label of the open row from bytes from … to-1; an empty or missing one stays unknown.
   */
  public void set(byte[] b, int from, int to, Batch batch) throws BadRecord {
    if (!used || from == to) {
      return;
    }
    double v = Numbers.parse(b, from, to);
    if (task == Task.CLASSIFICATION) {
      int code =
          v == Math.rint(v) && Math.abs(v) < 1e15 ? whole((long) v) : names.code(b, from, to);
      if (code >= 0) {
        batch.setLabel(code);
      }
    } else if (!Double.isNaN(v)) {
      batch.setLabel(v);
    } else if (names.code(b, from, to) != Names.MISSING) {
      throw new BadRecord(
          NAME,
          "the label is "
              + BadRecord.quote(
                  new String(b, from, to - from, java.nio.charset.StandardCharsets.UTF_8))
              + ", expected a number; mend the record, or set 'on_error: skip'");
    }
  }

  /** The code of a whole number by its shortest text, without making a String of it. */
  private int whole(long v) {
    int at = digits.length;
    long left = Math.abs(v);
    do {
      digits[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    if (v < 0) {
      digits[--at] = '-';
    }
    return names.code(digits, at, digits.length);
  }
}
