package org.freshet.streams.input;

/** Lines of an input, one at a time; blank ones are passed over. */
public final class Lines {
  private final ByteInput in;
  private final int longest;
  private int start;
  private int end;

  /**
   * @param longest most bytes of a line
   */
  public Lines(ByteInput in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /**
   * Finds the next line that is not blank; it lies from {@link #start()} to {@link #end()}, without
   * blanks at its ends.
   *
   * @return false at the end of the stream
   */
  public boolean next() throws BadRecord {
    while (true) {
      int p = in.at();
      byte[] b = in.bytes();
      while (true) {
        while (b[p] != '\n') {
          p++;
        }
        if (p < in.end()) {
          break;
        }
        if (p - in.at() > longest) {
          throw tooLong();
        }
        boolean more = in.more();
        p -= in.shift();
        b = in.bytes();
        if (!more) {
          break;
        }
      }
      if (p == in.at() && p == in.end()) {
        return false;
      }
      take(b, p);
      if (end - start > longest) {
        throw new BadRecord(longText(longest));
      }
      if (start < end) {
        return true;
      }
    }
  }

  private void take(byte[] b, int newline) {
    start = in.at();
    end = newline;
    in.line(in.line() + 1);
    in.to(Math.min(newline + 1, in.end()));
    while (start < end && isBlank(b[start])) {
      start++;
    }
    while (end > start && isBlank(b[end - 1])) {
      end--;
    }
  }

  /** While sampling under a mark nothing is skipped, because it would all be kept. */
  private BadRecord tooLong() {
    start = end = in.at();
    if (!in.isMarked()) {
      in.line(in.line() + 1);
      skipLine(in);
      start = end = in.at();
    }
    return new BadRecord(longText(longest));
  }

  static String longText(int longest) {
    return "the record is longer than " + longest + " bytes; raise 'max_record' if that is meant";
  }

  /** Drops everything up to and with the next newline, holding no more than one buffer. */
  public static void skipLine(ByteInput in) {
    while (true) {
      byte[] b = in.bytes();
      int p = in.at();
      while (b[p] != '\n') {
        p++;
      }
      if (p < in.end()) {
        in.to(p + 1);
        return;
      }
      in.to(in.end());
      if (!in.more()) {
        return;
      }
    }
  }

  public static boolean isBlank(byte c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
  }

  public int start() {
    return start;
  }

  public int end() {
    return end;
  }

  /** Number of the line last read, counted from 1. */
  public long line() {
    return in.line();
  }

  /** The line as text. */
  public String text() {
    return new String(in.bytes(), start, end - start, java.nio.charset.StandardCharsets.UTF_8);
  }

  public byte[] bytes() {
    return in.bytes();
  }
}
