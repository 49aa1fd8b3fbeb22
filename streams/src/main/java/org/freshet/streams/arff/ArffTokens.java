package org.freshet.streams.arff;

import java.util.Arrays;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.Cells;
import org.freshet.streams.input.Lines;
import org.freshet.streams.input.Numbers;

/**
 * Splits the data lines of ARFF: dense, or sparse in braces, with a weight in braces at the end.
 */
final class ArffTokens {
  private final Lines lines;
  private final Cells cells = new Cells((byte) '\\');
  private final int width;

  /** Attribute numbers of the cells of a sparse line. */
  private int[] index = new int[64];

  private boolean sparse;
  private double weight;

  ArffTokens(Lines lines, int width) {
    this.lines = lines;
    this.width = width;
  }

  Cells cells() {
    return cells;
  }

  boolean isSparse() {
    return sparse;
  }

  int index(int k) {
    return index[k];
  }

  /** Weight of the instance, 1 when none is given. */
  double weight() {
    return weight;
  }

  /** Finds the cells of the next data line; false at the end. */
  boolean next() throws BadRecord {
    do {
      cells.count = 0;
      if (!lines.next()) {
        return false;
      }
    } while (lines.bytes()[lines.start()] == '%');
    byte[] b = lines.bytes();
    cells.bytes = b;
    weight = 1;
    int p = lines.start();
    sparse = b[p] == '{';
    p = sparse ? sparse(b, p + 1) : dense(b, p);
    if (p < lines.end()) {
      weight(b, p);
    }
    if (!sparse && cells.count != width) {
      throw new BadRecord(
          "found "
              + cells.count
              + " values, expected "
              + width
              + " as declared; mend the line, or set 'on_error: skip'");
    }
    return true;
  }

  private int dense(byte[] b, int from) throws BadRecord {
    int p = from;
    while (true) {
      p = blanks(b, p);
      if (p < lines.end() && b[p] == '{' && cells.count > 0) {
        return p;
      }
      p = cell(b, p, (byte) ',', (byte) ',');
      if (p >= lines.end()) {
        return p;
      }
      p++; // the comma
    }
  }

  private int sparse(byte[] b, int from) throws BadRecord {
    int p = blanks(b, from);
    while (p < lines.end() && b[p] != '}') {
      int start = p;
      long i = 0;
      while (p < lines.end() && b[p] >= '0' && b[p] <= '9') {
        i = Math.min(10 * i + b[p++] - '0', Integer.MAX_VALUE);
      }
      if (p == start || p == lines.end() || !Lines.isBlank(b[p])) {
        throw new BadRecord(
            "sparse values are written {number value, …}; found no attribute number at value "
                + (cells.count + 1));
      }
      if (i >= width || cells.count > 0 && i <= index[cells.count - 1]) {
        throw new BadRecord(
            "attribute number " + i + ", expected a rising one in 0 to " + (width - 1));
      }
      p = cell(b, blanks(b, p), (byte) ',', (byte) '}');
      if (cells.count > index.length) {
        index = Arrays.copyOf(index, 2 * index.length);
      }
      index[cells.count - 1] = (int) i;
      if (p < lines.end() && b[p] == ',') {
        p = blanks(b, p + 1);
      }
    }
    if (p >= lines.end()) {
      throw new BadRecord("the sparse values have no closing '}'");
    }
    p = blanks(b, p + 1);
    return p < lines.end() && b[p] == ',' ? blanks(b, p + 1) : p;
  }

  private int blanks(byte[] b, int from) {
    int p = from;
    while (p < lines.end() && Lines.isBlank(b[p])) {
      p++;
    }
    return p;
  }

  /** Adds the cell at p; where the separator behind it lies, or the end. */
  private int cell(byte[] b, int from, byte separator, byte close) throws BadRecord {
    int end = lines.end();
    if (from < end && (b[from] == '\'' || b[from] == '"')) {
      return quoted(b, from, separator, close);
    }
    int p = from;
    while (p < end && b[p] != separator && b[p] != close) {
      p++;
    }
    int e = p;
    while (e > from && Lines.isBlank(b[e - 1])) {
      e--;
    }
    cells.add(from, e, Cells.PLAIN);
    return p;
  }

  private int quoted(byte[] b, int from, byte separator, byte close) throws BadRecord {
    byte quote = b[from];
    byte form = Cells.QUOTED;
    int p = from + 1;
    while (p < lines.end() && b[p] != quote) {
      if (b[p] == '\\') {
        form = Cells.ESCAPED;
        p++;
      }
      p++;
    }
    if (p >= lines.end()) {
      throw new BadRecord(
          "the quote of value "
              + (cells.count + 1)
              + " is not closed; put a backslash before one that is meant");
    }
    cells.add(from + 1, p, form);
    p = blanks(b, p + 1);
    if (p < lines.end() && b[p] != separator && b[p] != close) {
      throw new BadRecord("there is text behind the closing quote of value " + cells.count);
    }
    return p;
  }

  private void weight(byte[] b, int from) throws BadRecord {
    int end = lines.end();
    boolean braces = b[from] == '{' && b[end - 1] == '}';
    weight = braces ? Numbers.parse(b, from + 1, end - 1) : Double.NaN;
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new BadRecord(
          "the weight at the end of the line is not a finite number of 0 or more in braces");
    }
  }

  long line() {
    return lines.line();
  }

  String record() {
    return lines.text();
  }
}
