package org.freshet.streams.live;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.Records;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.Cells;
import org.freshet.streams.input.ColumnSample;
import org.freshet.streams.input.Missing;
import org.freshet.streams.input.Numbers;
import org.freshet.streams.input.Times;

/**
 * Parses lines of separated cells into records, by the names in the first line. Cells may stand in
 * quotes as in RFC 4180, but a record is one line. An empty cell and the usual marks (NA, ?, null
 * …) are missing values.
 */
final class CsvEvents {
  private static final String SEPARATORS = "\t;|,";
  private static final Missing MISSING = new Missing(List.of(), true);

  private final byte separator;
  private final List<String> header;
  private final Cells cells = new Cells((byte) '"');
  private final Times times = new Times("auto", "UTC");
  private final EventFields fields;
  private Schema schema;
  private int[] column; // of each cell; -1 where it is none
  private final int id;
  private final int time;
  private final int key;
  private final int label;
  private final int weight;

  /**
   * @param first line, which names the cells
   * @param separator 0 to find it out
   */
  CsvEvents(byte[] first, char separator, EventFields fields) throws BadEvent {
    this.fields = fields;
    this.separator = (byte) (separator == 0 ? separator(first) : separator);
    int from = first.length > 2 && first[0] == (byte) 0xef ? 3 : 0; // byte order mark
    split(first, from, first.length);
    this.header = new ArrayList<>();
    for (int i = 0; i < cells.count; i++) {
      String name = cells.text(i);
      if (name.isEmpty() || header.contains(name)) {
        throw new BadEvent(
            0,
            null,
            "the first line names the columns, but its column "
                + (i + 1)
                + (name.isEmpty() ? " has no name" : " is '" + name + "' again"));
      }
      header.add(name);
    }
    id = header.indexOf(fields.id());
    time = header.indexOf(fields.time());
    key = header.indexOf(fields.key());
    label = header.indexOf(fields.label());
    weight = header.indexOf(fields.weight());
  }

  private static char separator(byte[] line) {
    char best = ',';
    int most = 0;
    for (char c : SEPARATORS.toCharArray()) {
      int n = 0;
      for (byte b : line) {
        n += b == c ? 1 : 0;
      }
      if (n > most) {
        most = n;
        best = c;
      }
    }
    return best;
  }

  /**
   * The columns that are no id, time, key, label or weight; numeric where all values are numbers.
   */
  List<Column> columns(List<byte[]> sample) {
    ColumnSample[] seen = new ColumnSample[header.size()];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = new ColumnSample();
    }
    for (byte[] line : sample) {
      try {
        split(line, 0, line.length);
      } catch (BadEvent later) { // reading says so
        continue;
      }
      for (int i = 0; i < seen.length && cells.count == seen.length; i++) {
        seen[i].add(cells, i, MISSING, true);
      }
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < seen.length; i++) {
      String name = header.get(i);
      if (!fields.isOwn(name)) {
        Column c = seen[i].isNumeric() ? Column.numeric(name) : Column.category(name);
        columns.add(c.withMissing(true));
      }
    }
    return columns;
  }

  /**
   * Says what the records are for.
   *
   * @throws BadEvent when the cells do not hold what it takes
   */
  void schema(Schema of, Batch.Kind kind) throws BadEvent {
    schema = of;
    column = new int[header.size()];
    int found = 0;
    for (int i = 0; i < column.length; i++) {
      column[i] = kind == Batch.Kind.LABEL ? -1 : of.indexOf(header.get(i));
      found += column[i] >= 0 ? 1 : 0;
    }
    boolean labels = kind == Batch.Kind.LABEL || kind == null && found == 0;
    if (labels && (id < 0 || label < 0)) {
      throw new BadEvent(
          0,
          null,
          "has no column '"
              + (id < 0 ? fields.id() : fields.label())
              + "', which labels need; it has "
              + String.join(", ", header));
    }
    for (int c = 0; c < of.width() && !labels; c++) {
      if (!header.contains(of.column(c).name())) {
        throw new BadEvent(
            0,
            of.column(c).name(),
            "has no column '" + of.column(c).name() + "'; it has " + String.join(", ", header));
      }
    }
  }

  /**
   * Appends one record.
   *
   * @param given null for what it looks like
   */
  void add(byte[] line, int from, int to, Batch.Kind given, Records into) throws BadEvent {
    split(line, from, to);
    if (cells.count != header.size()) {
      throw new BadEvent(
          0,
          null,
          "has " + cells.count + " cells, expected " + header.size() + " as the first line");
    }
    Batch.Kind kind = given != null ? given : isLabel() ? Batch.Kind.LABEL : Batch.Kind.EVENT;
    if (kind == Batch.Kind.LABEL && isMissing(id)) {
      throw new BadEvent(0, fields.id(), "a label needs the '" + fields.id() + "' of its event");
    }
    if (kind == Batch.Kind.LABEL && isMissing(label)) {
      throw new BadEvent(0, fields.label(), "has no '" + fields.label() + "'");
    }
    into.begin(kind, isMissing(id) ? null : identifier(id), time());
    for (int i = 0; i < column.length && kind == Batch.Kind.EVENT; i++) {
      if (column[i] >= 0 && !isMissing(i)) {
        value(i, into);
      }
    }
    if (!isMissing(key)) {
      into.key(identifier(key));
    }
    if (!isMissing(label)) {
      label(into);
    }
    if (!isMissing(weight)) {
      double w = number(weight);
      if (!(w >= 0)) {
        throw wrong(weight, "a number of 0 or more");
      }
      into.weight(w);
    }
    into.end();
  }

  private boolean isLabel() {
    for (int i = 0; i < column.length; i++) {
      if (column[i] >= 0 && !isMissing(i)) {
        return false;
      }
    }
    return !isMissing(id) && !isMissing(label);
  }

  private boolean isMissing(int i) {
    return i < 0
        || cells.form[i] == Cells.PLAIN && MISSING.is(cells.bytes, cells.start[i], cells.end[i])
        || cells.start[i] == cells.end[i];
  }

  private void value(int i, Records into) throws BadEvent {
    if (schema.column(column[i]).kind() == Column.Kind.NUMERIC) {
      into.set(column[i], number(i));
    } else {
      into.name(column[i], cells.text(i));
    }
  }

  private void label(Records into) throws BadEvent {
    if (schema.target() == Schema.Target.NUMBER) {
      into.label(number(label));
    } else {
      into.label(identifier(label));
    }
  }

  private double number(int i) throws BadEvent {
    double v = Numbers.parse(cells.bytes, cells.start[i], cells.end[i]);
    if (Double.isNaN(v) || Double.isInfinite(v)) {
      throw wrong(i, "a number");
    }
    return v;
  }

  private long time() throws BadEvent {
    if (isMissing(time)) {
      return Features.NO_TIME;
    }
    long t = times.parse(cells, time);
    if (t == Features.NO_TIME) {
      throw wrong(time, times.toString());
    }
    return t;
  }

  private String identifier(int i) throws BadEvent {
    String text = cells.text(i);
    if (text.length() > JsonEvents.LONGEST_ID) {
      throw new BadEvent(
          0,
          header.get(i),
          "'"
              + header.get(i)
              + "' has "
              + text.length()
              + " characters, allowed 1 to "
              + JsonEvents.LONGEST_ID);
    }
    return text;
  }

  private BadEvent wrong(int i, String expected) {
    return new BadEvent(
        0,
        header.get(i),
        "'" + header.get(i) + "' is " + BadRecord.quote(cells.text(i)) + ", expected " + expected);
  }

  private void split(byte[] b, int from, int to) throws BadEvent {
    cells.count = 0;
    cells.bytes = b;
    int p = from;
    while (true) {
      while (p < to && b[p] == ' ') {
        p++;
      }
      p = p < to && b[p] == '"' ? quoted(b, p + 1, to) : plain(b, p, to);
      if (p >= to) {
        return;
      }
      p++; // the separator
    }
  }

  /** A cell from p on; where it ends. */
  private int plain(byte[] b, int from, int to) throws BadEvent {
    int p = from;
    while (p < to && b[p] != separator) {
      p++;
    }
    int end = p;
    while (end > from && b[end - 1] == ' ') {
      end--;
    }
    add(from, end, Cells.PLAIN);
    return p;
  }

  private int quoted(byte[] b, int from, int to) throws BadEvent {
    byte form = Cells.QUOTED;
    int p = from;
    while (p < to && (b[p] != '"' || p + 1 < to && b[p + 1] == '"')) {
      if (b[p] == '"') {
        form = Cells.ESCAPED;
        p++;
      }
      p++;
    }
    if (p >= to) {
      throw new BadEvent(0, null, "a quote is not closed in its line; here a record is one line");
    }
    add(from, p, form);
    p++;
    while (p < to && b[p] == ' ') {
      p++;
    }
    if (p < to && b[p] != separator) {
      throw new BadEvent(
          0, null, "there is text behind the closing quote of column " + cells.count);
    }
    return p;
  }

  private void add(int from, int to, byte form) throws BadEvent {
    try {
      cells.add(from, to, form);
    } catch (BadRecord many) {
      throw new BadEvent(0, null, many.getMessage());
    }
  }
}
