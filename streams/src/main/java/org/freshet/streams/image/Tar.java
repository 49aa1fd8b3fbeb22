package org.freshet.streams.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.freshet.core.DataException;

/**
 * Reads a tar archive forwards: ustar headers with their checksums, long names as GNU and POSIX
 * (pax) write them. Nothing is unpacked anywhere, so paths that lead outside do no harm.
 */
final class Tar implements AutoCloseable {
  static final int BLOCK = 512;

  /** The longest name of a file taken. */
  private static final int MAX_NAME = 1 << 16;

  private final String name;
  private final InputStream in;
  private String path = "";
  private long size;
  private long left; // of the file at hand, with what fills its last block
  private int type;

  Tar(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  /** Whether a block is the header of a file: its checksum is right. */
  static boolean isHeader(byte[] b) {
    if (b.length < BLOCK || b[0] == 0) {
      return false;
    }
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : b[i] & 0xff;
    }
    return sum == octal(b, 148, 8);
  }

  /** A number in octal digits; -1 when there are none. */
  private static long octal(byte[] b, int at, int n) {
    long v = 0;
    int digits = 0;
    for (int i = at; i < at + n && (digits == 0 || b[i] >= '0' && b[i] <= '7'); i++) {
      if (b[i] >= '0' && b[i] <= '7') {
        v = 8 * v + b[i] - '0';
        digits++;
      } else if (b[i] != ' ') {
        return -1;
      }
    }
    return digits == 0 ? -1 : v;
  }

  /** Goes on to the next entry; false at the end. */
  boolean next() throws IOException {
    String longer = null;
    while (true) {
      skip(left);
      left = 0;
      byte[] b = in.readNBytes(BLOCK);
      if (b.length == 0 || b.length == BLOCK && allZero(b)) {
        return false;
      }
      if (!isHeader(b)) {
        throw wrong("is damaged or cut off behind '" + path + "'; copy it again");
      }
      size = octal(b, 124, 12);
      if (size < 0) {
        throw wrong("has an entry of unknown size behind '" + path + "'");
      }
      left = size + BLOCK - 1 & -BLOCK;
      type = b[156];
      path = longer != null ? longer : ownName(b);
      if (type == 'L') {
        longer = text(meta()).replace("\0", "");
      } else if (type == 'x') {
        String of = pax(text(meta()));
        longer = of == null ? longer : of;
      } else if (type != 'g') {
        return true;
      }
    }
  }

  private static boolean allZero(byte[] b) {
    for (byte v : b) {
      if (v != 0) {
        return false;
      }
    }
    return true;
  }

  private static String ownName(byte[] b) {
    String own = text(field(b, 0, 100));
    String prefix = b[257] == 'u' && b[262] == 0 ? text(field(b, 345, 155)) : "";
    return prefix.isEmpty() ? own : prefix + "/" + own;
  }

  private static byte[] field(byte[] b, int at, int most) {
    int end = at;
    while (end < at + most && b[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(b, at, end);
  }

  private static String text(byte[] b) {
    return new String(b, StandardCharsets.UTF_8);
  }

  private byte[] meta() throws IOException {
    if (size > MAX_NAME) {
      throw wrong("has a name of " + size + " bytes; it is damaged");
    }
    return content();
  }

  /** The path among records {@code length path=value}; null when there is none. */
  private static String pax(String records) {
    for (String line : records.split("\n")) {
      int at = line.indexOf(" path=");
      if (at > 0) {
        return line.substring(at + 6);
      }
    }
    return null;
  }

  /** Whether the entry is a file, not a folder or a link. */
  boolean isFile() {
    return type == '0' || type == 0;
  }

  String path() {
    return path;
  }

  long size() {
    return size;
  }

  /** The content of the entry, to be taken once. */
  byte[] content() throws IOException {
    byte[] b = in.readNBytes((int) size);
    if (b.length < size) {
      throw cut();
    }
    left -= size;
    return b;
  }

  private void skip(long bytes) throws IOException {
    for (long rest = bytes; rest > 0; ) {
      long n = in.skip(rest);
      if (n <= 0) {
        if (in.read() < 0) {
          throw cut();
        }
        n = 1;
      }
      rest -= n;
    }
  }

  private DataException cut() {
    return wrong("is cut off in '" + path + "'; copy it again");
  }

  private DataException wrong(String message) {
    return new DataException(name, 0, null, message);
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
