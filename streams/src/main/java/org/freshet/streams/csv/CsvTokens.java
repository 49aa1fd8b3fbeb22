package org.freshet.streams.csv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.freshet.streams.input.BadRecord;
import org.freshet.streams.input.ByteInput;
import org.freshet.streams.input.Cells;
import org.freshet.streams.input.Lines;

/**
 * Splits an input into records and cells in one scan over its bytes. Quotes as in RFC 4180: a
 * quoted cell may hold separators, newlines and doubled quotes. Blanks around a cell are cut off;
 * blank lines and comment lines are passed over. With the separator blank, runs of blanks count as
 * one.
 */
final class CsvTokens {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long NEWLINES = '\n' * ONES;

  private final ByteInput in;
  private final Cells cells;
  private final byte separator;
  private final byte quote;
  private final byte comment;
  private final long separators;
  private final boolean spaced;
  private final int longest;
  private long line;
  private int breaks;
  private String bad = "";

  /**
   * @param comment first byte of comment lines, 0 for none
   * @param longest most bytes of a record
   */
  CsvTokens(ByteInput in, char separator, char quote, char comment, int longest) {
    this.in = in;
    this.cells = new Cells((byte) quote);
    this.separator = (byte) separator;
    this.quote = (byte) quote;
    this.comment = (byte) comment;
    this.separators = separator * ONES;
    this.spaced = separator == ' ';
    this.longest = longest;
  }

  Cells cells() {
    return cells;
  }

  /** Line where the record last read began, counted from 1. */
  long line() {
    return line;
  }

  /** The record last read as text, cut when very long. */
  String record() {
    if (cells.count == 0) {
      return bad;
    }
    int from = cells.start[0];
    int to = Math.min(cells.end[cells.count - 1], from + ByteInput.HEAD);
    return new String(cells.bytes, from, to - from, java.nio.charset.StandardCharsets.UTF_8);
  }

  /**
   * Finds the cells of the next record.
   *
   * @return false at the end of the stream
   */
  boolean next() throws BadRecord {
    while (true) {
      cells.count = 0;
      breaks = 0;
      line = in.line() + 1;
      if (in.at() == in.end() && !in.more()) {
        return false;
      }
      if (comment != 0 && in.bytes()[in.at()] == comment) {
        skipComment();
        continue;
      }
      int end = scan();
      if (end - in.at() > longest) {
        throw tooLong();
      }
      cells.bytes = in.bytes();
      in.to(Math.min(end + 1, in.end()));
      in.line(line + breaks);
      boolean blank =
          cells.count == 1 && cells.form[0] == Cells.PLAIN && cells.start[0] == cells.end[0];
      if (!blank && cells.count > 0) {
        return true;
      }
    }
  }

  private void skipComment() {
    in.line(line);
    do {
      byte[] b = in.bytes();
      int p = in.at();
      while (b[p] != '\n') {
        p++;
      }
      in.to(p);
    } while (in.at() == in.end() && in.more());
    in.to(Math.min(in.at() + 1, in.end()));
  }

  /** Fills {@link #cells}; where the record ends: its newline, or the end of the stream. */
  private int scan() throws BadRecord {
    byte[] b = in.bytes();
    int p = in.at();
    int s = p;
    while (true) {
      byte c = b[p];
      if (c == quote || c == ' ') {
        if (spaced) {
          while (b[s] == ' ') {
            s++;
          }
        }
        if (isQuoted(b, s)) {
          int end = quoted(s);
          b = in.bytes();
          if (b[end] != separator) {
            return end;
          }
          p = s = end + 1;
          continue;
        }
      }
      p = find(b, s);
      if (b[p] == separator) {
        add(b, s, p);
        s = ++p;
        continue;
      }
      if (p == in.end() && more()) {
        s -= in.shift();
        p = s;
        b = in.bytes();
        continue;
      }
      if (p > s && b[p - 1] == '\r') {
        if (!spaced || p - 1 > s || cells.count == 0) {
          add(b, s, p - 1);
        }
      } else if (!spaced || p > s || cells.count == 0) {
        add(b, s, p);
      }
      return p;
    }
  }

  /** The next separator or newline, eight bytes at a time; there is one, if only the guard. */
  private int find(byte[] b, int from) {
    long separators = this.separators;
    for (int p = from; ; p += 8) {
      long w = (long) LONG.get(b, p);
      long x = w ^ separators;
      long y = w ^ NEWLINES;
      long found =
          ((x - ONES) & ~x | (y - ONES) & ~y) & HIGH; // the lowest is sure, others may be false
      if (found != 0) {
        return p + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
  }

  private void add(byte[] b, int from, int to) throws BadRecord {
    int s = from;
    int e = to;
    while (s < e && b[s] == ' ') {
      s++;
    }
    while (e > s && b[e - 1] == ' ') {
      e--;
    }
    cells.add(s, e, Cells.PLAIN);
  }

  private boolean isQuoted(byte[] b, int from) {
    int p = from;
    while (b[p] == ' ') {
      p++;
    }
    return b[p] == quote && quote != 0;
  }

  /**
   * A quoted cell that begins at s, blanks before it allowed; returns where what follows it lies.
   */
  private int quoted(int s) throws BadRecord {
    int start = s;
    while (true) {
      byte[] b = in.bytes();
      int p = start;
      while (b[p] != quote) {
        p++;
      }
      int open = ++p;
      int lines = 0;
      byte form = Cells.QUOTED;
      int close = -1;
      while (close < 0) {
        byte c = b[p];
        if (c == quote) {
          if (b[p + 1] == quote && p + 1 < in.end()) {
            form = Cells.ESCAPED;
            p += 2;
          } else {
            close = p++;
          }
        } else if (p == in.end()) {
          break;
        } else {
          lines += c == '\n' ? 1 : 0;
          p++;
        }
      }
      if (close >= 0) {
        while (b[p] == ' ' && separator != ' '
            || b[p] == '\r'
            || b[p] == '\t' && separator != '\t') {
          p++;
        }
      }
      if (p >= in.end() && more()) {
        start -= in.shift(); // what was found may change with what came: scan the cell again
        continue;
      }
      if (close < 0) {
        throw resync(
            "the quote opened in line "
                + (line + breaks)
                + " is not closed; double a quote that is meant as one");
      }
      if (b[p] != separator && b[p] != '\n') {
        throw resync(
            "there is text behind the closing quote of column "
                + (cells.count + 1)
                + "; double quotes within quotes, or set another 'quote'");
      }
      breaks += lines;
      cells.add(open, close, form);
      return spaced ? afterBlanks(b, p) : p;
    }
  }

  /** With blanks as separators: the last of a run, or the newline behind it. */
  private int afterBlanks(byte[] b, int from) {
    int p = from;
    while (b[p] == ' ' && (b[p + 1] == ' ' || b[p + 1] == '\n' || b[p + 1] == '\r')) {
      p++;
    }
    return b[p] == '\r' ? p + 1 : p;
  }

  /** Gets more bytes of the open record, and says when they are too many. */
  private boolean more() throws BadRecord {
    if (in.end() - in.at() > longest) {
      throw tooLong();
    }
    boolean more = in.more();
    cells.shift(in.shift());
    return more;
  }

  private BadRecord tooLong() {
    return resync(
        "the record is longer than "
            + longest
            + " bytes; raise 'max_record' if that is meant, or look for a quote that is not closed");
  }

  /** Goes on behind the first line of the bad record, so that an open quote costs one line only. */
  private BadRecord resync(String message) {
    cells.count = 0;
    byte[] b = in.bytes();
    int p = in.at();
    while (b[p] != '\n') {
      p++;
    }
    bad =
        new String(
            b,
            in.at(),
            Math.min(p - in.at(), ByteInput.HEAD),
            java.nio.charset.StandardCharsets.UTF_8);
    if (!in.isMarked() || p < in.end()) { // under a mark everything passed over would be kept
      Lines.skipLine(in);
      in.line(line);
    }
    return new BadRecord(message);
  }
}
