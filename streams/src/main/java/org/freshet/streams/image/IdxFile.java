package org.freshet.streams.image;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.freshet.core.DataException;
import org.freshet.streams.input.Content;

/**
 * One file in IDX format, read item by item. The header is two bytes 0, the type of the values, the
 * number of dimensions and the size of each, big-endian; then come the values. What the header
 * announces is believed only so far as memory is taken for one item.
 */
final class IdxFile implements AutoCloseable {
  /** The most values of an item: 256 × 256 pixels. */
  static final int MAX_VALUES = 1 << 16;

  private static final int MAX_DIMENSIONS = 8;

  private final String name;
  private final InputStream in;
  private final int type;
  private final int items;
  private final int width;
  private final byte[] item;
  private final ByteBuffer values;
  private final long fingerprint;
  private int read;

  /**
   * @throws DataException when the file cannot be opened, or its header is none
   */
  IdxFile(String path) {
    name = Content.name(path);
    in = new BufferedInputStream(Content.bytes(path), 1 << 16);
    try {
      byte[] magic = bytes(4, "header");
      type = magic[2];
      if (!isHeader(magic)) {
        throw wrong(
            "begins with the bytes "
                + hex(magic)
                + ", expected 00 00, a type and a number of dimensions; is it an IDX file?");
      }
      byte[] sizes = bytes(4 * magic[3], "header");
      int[] size = new int[magic[3]];
      ByteBuffer.wrap(sizes).asIntBuffer().get(size);
      items = size[0];
      width = width(size);
      item = new byte[width * bytesOf(type)];
      values = ByteBuffer.wrap(item);
      long h = fnv(0xcbf29ce484222325L, magic);
      h = fnv(h, sizes);
      in.mark(1 << 16);
      h = fnv(h, in.readNBytes(1 << 15));
      in.reset();
      fingerprint = h;
    } catch (IOException broken) {
      close();
      throw failed(broken);
    } catch (RuntimeException refused) {
      close();
      throw refused;
    }
  }

  /** Whether bytes begin like a file in this format. */
  static boolean isHeader(byte[] b) {
    return b.length >= 4
        && b[0] == 0
        && b[1] == 0
        && bytesOf(b[2]) > 0
        && b[3] >= 1
        && b[3] <= MAX_DIMENSIONS;
  }

  private int width(int[] size) {
    long w = 1;
    for (int i = 0; i < size.length; i++) {
      if (size[i] < (i == 0 ? 0 : 1)) {
        throw wrong("announces the sizes " + Arrays.toString(size) + ", expected positive ones");
      }
      w = i == 0 ? 1 : Math.min(w * size[i], Long.MAX_VALUE >> 32);
    }
    if (w > MAX_VALUES) {
      throw wrong(
          "announces the sizes "
              + Arrays.toString(size)
              + ", which is more than "
              + MAX_VALUES
              + " values an item; make the images smaller");
    }
    return (int) w;
  }

  private static int bytesOf(int type) {
    return switch (type) {
      case 0x08, 0x09 -> 1;
      case 0x0b -> 2;
      case 0x0c, 0x0d -> 4;
      case 0x0e -> 8;
      default -> 0;
    };
  }

  private static long fnv(long from, byte[] bytes) {
    long h = from;
    for (byte b : bytes) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    return h;
  }

  private static String hex(byte[] b) {
    return String.format("%02x %02x %02x %02x", b[0], b[1], b[2], b[3]);
  }

  String name() {
    return name;
  }

  /** How many items the header announces. */
  int items() {
    return items;
  }

  /** Values of an item. */
  int width() {
    return width;
  }

  boolean isUnsignedBytes() {
    return type == 0x08;
  }

  boolean isWhole() {
    return type <= 0x0c;
  }

  /** Hash of the header and of the first items. */
  long fingerprint() {
    return fingerprint;
  }

  /** Reads the next item; false behind the last. */
  boolean next() {
    if (read == items) {
      checkEnd();
      return false;
    }
    try {
      if (in.readNBytes(item, 0, item.length) < item.length) {
        throw wrong(
            "ends in item " + (read + 1) + " of " + items + ", the file is cut off; copy it again");
      }
    } catch (IOException broken) {
      throw failed(broken);
    }
    read++;
    return true;
  }

  private void checkEnd() {
    try {
      if (in.read() >= 0) {
        throw wrong("goes on behind the " + items + " items its header announces; copy it again");
      }
    } catch (IOException broken) {
      throw failed(broken);
    }
  }

  /** Bytes of the item at hand, as they are in the file. */
  byte[] item() {
    return item;
  }

  /** A value of the item at hand. */
  double value(int k) {
    return switch (type) {
      case 0x08 -> item[k] & 0xff;
      case 0x09 -> item[k];
      case 0x0b -> values.getShort(2 * k);
      case 0x0c -> values.getInt(4 * k);
      case 0x0d -> values.getFloat(4 * k);
      default -> values.getDouble(8 * k);
    };
  }

  private byte[] bytes(int n, String what) throws IOException {
    byte[] b = in.readNBytes(n);
    if (b.length < n) {
      throw wrong("ends in its " + what + "; is it an IDX file?");
    }
    return b;
  }

  private DataException wrong(String message) {
    return new DataException(name, 0, null, message);
  }

  private RuntimeException failed(IOException e) {
    if (e instanceof EOFException) {
      return new DataException(
          name, 0, null, "the gzip data end too early, the file is cut off; copy it again", e);
    }
    return e instanceof ZipException
        ? new DataException(
            name, 0, null, "the gzip data are damaged (" + e.getMessage() + "); copy it again", e)
        : new UncheckedIOException(name + ": cannot be read: " + e.getMessage(), e);
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
