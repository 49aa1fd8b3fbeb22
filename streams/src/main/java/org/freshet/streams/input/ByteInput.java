package org.freshet.streams.input;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.freshet.core.DataException;

/**
 * Bytes of a stream in one buffer that is refilled: content lies from {@link #at()} to {@link
 * #end()}, and behind the end there is always one newline as a guard, so that a scan for line ends
 * needs no bound, and at least eight bytes of room. Everything from {@code at} (or from the mark)
 * on is kept when more is read; the buffer grows to hold it, and who reads sets the bound.
 */
public final class ByteInput implements AutoCloseable {
  /** How much of the start of the content identifies the stream. */
  public static final int HEAD = 1 << 16;

  private static final int BUFFER = 1 << 18;

  /** Room behind the end for the guard, and for reads of eight bytes at once. */
  private static final int SLACK = 16;

  private final String name;
  private final InputStream in;
  private final boolean live;
  private byte[] buffer = new byte[BUFFER + SLACK];
  private int at;
  private int end;
  private int mark = -1;
  private int shift;
  private boolean ended;
  private long gone;
  private final byte[] head = new byte[HEAD];
  private int headSize;
  private long fingerprint;
  private boolean sealed;
  private long line;
  private long markLine;

  /**
   * @param live whether bytes come as they arise (standard input): then no more is waited for than
   *     a record needs
   * @throws DataException when the content is binary or in an encoding that is not read
   */
  public ByteInput(String name, InputStream in, boolean live) {
    this.name = name;
    this.in = in;
    this.live = live;
    buffer[0] = '\n';
    while (!ended && (live ? end == 0 : end < HEAD)) {
      more();
    }
    Content.check(name, buffer, end);
    if (!live) {
      seal();
    }
    if (end >= 3
        && (buffer[0] & 0xff) == 0xef
        && (buffer[1] & 0xff) == 0xbb
        && (buffer[2] & 0xff) == 0xbf) {
      at = 3; // byte order mark of UTF-8
    }
  }

  /** Name for messages. */
  public String name() {
    return name;
  }

  public boolean isLive() {
    return live;
  }

  public byte[] bytes() {
    return buffer;
  }

  public int at() {
    return at;
  }

  public int end() {
    return end;
  }

  /** Moves behind what was read. */
  public void to(int position) {
    at = position;
  }

  /** Number of lines that end before {@code at}, kept by the tokenizer. */
  public long line() {
    return line;
  }

  public void line(long number) {
    line = number;
  }

  /** Keeps everything from here on until {@link #reset}. */
  public void mark() {
    mark = at;
    markLine = line;
  }

  public boolean isMarked() {
    return mark >= 0;
  }

  /** How many bytes lie between the mark and {@code at}. */
  public int sinceMark() {
    return at - mark;
  }

  /** Back to the mark, which is dropped. */
  public void reset() {
    at = mark;
    line = markLine;
    mark = -1;
  }

  /** How far the last {@link #more()} moved the content towards 0; positions fall by it. */
  public int shift() {
    return shift;
  }

  /** Whether more can come without waiting. */
  public boolean isReady() {
    try {
      return !live || in.available() > 0;
    } catch (IOException broken) {
      return true; // the next read says why
    }
  }

  /**
   * Reads some bytes behind {@link #end()}.
   *
   * @return false at the end of the stream
   */
  public boolean more() {
    shift = 0;
    if (ended) {
      return false;
    }
    int keep = mark >= 0 ? mark : at;
    if (keep > 0 && (keep >= buffer.length / 2 || end == buffer.length - SLACK)) {
      compact(keep);
    }
    if (end == buffer.length - SLACK) {
      buffer = Arrays.copyOf(buffer, Math.addExact(2 * (buffer.length - SLACK), SLACK));
    }
    int n = fill();
    if (n < 0) {
      ended = true;
      return false;
    }
    if (headSize < HEAD) {
      int more = Math.min(n, HEAD - headSize);
      System.arraycopy(buffer, end, head, headSize, more);
      headSize += more;
    }
    end += n;
    buffer[end] = '\n';
    return true;
  }

  private void compact(int keep) {
    int left = end - keep;
    byte[] to = buffer.length > 4 * BUFFER && left < BUFFER / 2 ? new byte[BUFFER + SLACK] : buffer;
    System.arraycopy(buffer, keep, to, 0, left);
    buffer = to;
    at -= keep;
    end = left;
    mark = mark >= 0 ? 0 : -1;
    gone += keep;
    shift = keep;
    buffer[end] = '\n';
  }

  private int fill() {
    try {
      int n;
      do {
        n = in.read(buffer, end, buffer.length - SLACK - end);
      } while (n == 0);
      return n;
    } catch (EOFException cut) {
      throw new DataException(
          name, line, null, "the gzip data end too early, the file is cut off; copy it again", cut);
    } catch (ZipException damaged) {
      throw new DataException(
          name,
          line,
          null,
          "the gzip data are damaged (" + damaged.getMessage() + "); copy the file again",
          damaged);
    } catch (IOException broken) {
      throw new UncheckedIOException(name + ": cannot be read: " + broken.getMessage(), broken);
    }
  }

  /** Fixes the fingerprint: for a live stream, by what was consumed so far. */
  public void seal() {
    if (sealed) {
      return;
    }
    sealed = true;
    int n = live ? (int) Math.min(headSize, gone + at) : headSize;
    long h = 0xcbf29ce484222325L;
    for (int i = 0; i < n; i++) {
      h = (h ^ (head[i] & 0xff)) * 0x100000001b3L;
    }
    fingerprint = h;
  }

  /**
   * 64-bit FNV-1a hash of the first 64 KB of content, or of what a live stream gave when sealed.
   */
  public long fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException late) {
      // nothing is lost: it was only read
    }
  }
}
