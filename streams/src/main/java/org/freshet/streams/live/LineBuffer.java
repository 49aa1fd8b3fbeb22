package org.freshet.streams.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes as they come, cut into whole lines; half a line waits for its rest. */
final class LineBuffer {
  /** Where bytes come from. */
  interface Input {
    /** As {@link java.io.InputStream#read(byte[], int, int)}; 0 where nothing is there now. */
    int read(byte[] into, int at, int most) throws IOException;
  }

  private static final int STEP = 1 << 16;

  private final int longest;
  private byte[] buffer = new byte[STEP];
  private int at; // first byte not given out
  private int end;
  private int scanned; // no line ends before
  private long offset; // of buffer[0] in the stream
  private boolean skipping; // the rest of a line that is too long
  private boolean tooLong;
  private int start;
  private int stop;

  /**
   * @param longest most bytes of a line
   */
  LineBuffer(int longest) {
    this.longest = longest;
  }

  /** Forgets everything and goes on at a position of the stream. */
  void reset(long position) {
    at = end = scanned = 0;
    offset = position;
    skipping = tooLong = false;
  }

  /** Reads what is there; what {@link Input#read} gave. */
  int fill(Input in) throws IOException {
    if (at > 0 && (at == end || end == buffer.length)) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      offset += at;
      end -= at;
      scanned -= at;
      at = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, longest + 2 * STEP));
    }
    int n = in.read(buffer, end, buffer.length - end);
    end += Math.max(0, n);
    return n;
  }

  /**
   * Finds the next line that is not blank, blanks at its ends left out.
   *
   * @return false when none is whole yet
   */
  boolean next() {
    while (true) {
      int p = scanned;
      while (p < end && buffer[p] != '\n') {
        p++;
      }
      scanned = p;
      if (p == end) {
        if (end - at > longest) {
          skipping = true;
          at = end;
        }
        return false;
      }
      take(p);
      if (start < stop || tooLong) {
        return true;
      }
    }
  }

  /** The rest behind the last line end, when no more comes; false when there is none. */
  boolean last() {
    if (at == end && !skipping) {
      return false;
    }
    take(end);
    return start < stop || tooLong;
  }

  private void take(int newline) {
    tooLong = skipping || newline - at > longest;
    skipping = false;
    start = tooLong ? newline : at;
    stop = newline;
    at = Math.min(newline + 1, end);
    scanned = at;
    while (start < stop && buffer[start] == ' ') {
      start++;
    }
    while (stop > start && (buffer[stop - 1] == ' ' || buffer[stop - 1] == '\r')) {
      stop--;
    }
  }

  /** How many line ends wait, counted up to a number. */
  int waiting(int most) {
    int n = 0;
    for (int p = at; p < end && n < most; p++) {
      n += buffer[p] == '\n' ? 1 : 0;
    }
    return n;
  }

  byte[] bytes() {
    return buffer;
  }

  int start() {
    return start;
  }

  int stop() {
    return stop;
  }

  /** Whether the line found was too long, and was dropped. */
  boolean tooLong() {
    return tooLong;
  }

  /** Position in the stream behind the line found. */
  long position() {
    return offset + at;
  }

  /** The line found. */
  byte[] copy() {
    return Arrays.copyOfRange(buffer, start, stop);
  }

  String text() {
    return new String(buffer, start, stop - start, StandardCharsets.UTF_8);
  }
}
