package org.freshet.streams.input;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The cells of one record as stretches of bytes, found by a tokenizer; kept and used again. */
public final class Cells {
  /** The most cells of a record. */
  public static final int LIMIT = 1_000_000;

  /** As written, blanks around it cut off. */
  public static final byte PLAIN = 0;

  /** Was in quotes; the stretch lies within them. */
  public static final byte QUOTED = 1;

  /** Quoted, and the tokenizer has escapes to undo, see {@link #escape}. */
  public static final byte ESCAPED = 2;

  /** Not in the record at all. */
  public static final byte ABSENT = 3;

  /** The bytes all stretches lie in. */
  public byte[] bytes = new byte[0];

  /** First byte of each cell. */
  public int[] start = new int[64];

  /** Behind the last byte of each cell. */
  public int[] end = new int[64];

  /** How each cell was written. */
  public byte[] form = new byte[64];

  public int count;

  private final byte escape;
  private byte[] scratch = new byte[64];

  /**
   * @param escape the byte that is put before the one that is meant: a quote where quotes are
   *     doubled, or a backslash
   */
  public Cells(byte escape) {
    this.escape = escape;
  }

  public void add(int from, int to, byte how) throws BadRecord {
    if (count == start.length) {
      if (count >= LIMIT) {
        throw new BadRecord("has more than " + LIMIT + " columns");
      }
      size(2 * count);
    }
    start[count] = from;
    end[count] = to;
    form[count++] = how;
  }

  /** Makes room for n cells. */
  public void size(int n) {
    if (n > start.length) {
      start = Arrays.copyOf(start, n);
      end = Arrays.copyOf(end, n);
      form = Arrays.copyOf(form, n);
    }
  }

  /** The bytes moved towards 0. */
  public void shift(int by) {
    for (int i = 0; i < count; i++) {
      start[i] -= by;
      end[i] -= by;
    }
  }

  /** Text of a cell, escapes undone; malformed UTF-8 becomes U+FFFD. */
  public String text(int i) {
    if (form[i] != ESCAPED) {
      return new String(bytes, start[i], end[i] - start[i], StandardCharsets.UTF_8);
    }
    int n = unescape(i);
    return new String(scratch, 0, n, StandardCharsets.UTF_8);
  }

  /** The code of a cell's text. */
  int code(int i, Names names) {
    if (form[i] != ESCAPED) {
      return names.code(bytes, start[i], end[i]);
    }
    int n = unescape(i);
    return names.code(scratch, 0, n);
  }

  private int unescape(int i) {
    int n = end[i] - start[i];
    if (scratch.length < n) {
      scratch = new byte[n];
    }
    int to = 0;
    for (int p = start[i]; p < end[i]; p++) {
      byte c = bytes[p];
      if (c == escape && p + 1 < end[i]) {
        c = bytes[++p];
        c = escape != '\\' ? c : c == 'n' ? (byte) '\n' : c == 't' ? (byte) '\t' : c;
      }
      scratch[to++] = c;
    }
    return to;
  }
}
