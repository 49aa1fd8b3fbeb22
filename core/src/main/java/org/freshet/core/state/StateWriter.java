package org.freshet.core.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.freshet.core.Learner;
import org.freshet.core.component.Components;

/**
 * Collects named scalars and primitive arrays; children are nested by path. Names are letters,
 * digits, {@code _ - .}; a name is used once. {@link #toBytes()} gives the container.
 *
 * <p>Container, little endian: magic {@code FRESHET1} (8 bytes), container version (int 32), length
 * of the body (int 64), body, CRC32C of everything before it (int 32). The body is a run of
 * entries: path length (int 16), path (UTF-8), type (int 8), count (int 32), payload. Later
 * versions keep magic, version, length and checksum where they are, so that damage is told from
 * newness.
 */
public final class StateWriter {
  static final byte[] MAGIC = "FRESHET1".getBytes(StandardCharsets.US_ASCII);
  static final int CONTAINER_VERSION = 1;
  static final int HEADER = 8 + 4 + 8;

  private final Body body;
  private final String prefix;

  /** Bytes of an array converted at a time: a long copy would hold up the collector. */
  private static final int PIECE = 1 << 16;

  /** Entries so far: in memory, or behind a channel but for the last of them. */
  private static final class Body {
    final Set<String> names = new HashSet<>();
    final FileChannel out; // null to keep everything
    final CRC32C crc = new CRC32C();
    final ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    byte[] bytes;
    int count;
    long written;

    Body(FileChannel out) {
      this.out = out;
      this.bytes = new byte[out == null ? 32 : 4 * PIECE];
    }

    void write(byte[] a, int n) {
      if (n > bytes.length - count) {
        if (out == null) {
          long most = Math.max(2L * bytes.length, (long) count + n);
          bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 64, most));
        } else {
          flush();
          bytes = n > bytes.length ? new byte[n] : bytes;
        }
      }
      System.arraycopy(a, 0, bytes, count, n);
      count += n;
    }

    void flush() {
      crc.update(bytes, 0, count);
      try {
        ByteBuffer b = ByteBuffer.wrap(bytes, 0, count);
        while (b.hasRemaining()) {
          written += out.write(b);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      count = 0;
    }
  }

  public StateWriter() {
    this(new Body(null), "");
  }

  /**
   * Writes a container straight to a file, of any size, with little memory.
   *
   * @return bytes of the container
   */
  static long write(FileChannel file, Consumer<StateWriter> state) throws IOException {
    try {
      file.position(HEADER);
      StateWriter out = new StateWriter(new Body(file), "");
      state.accept(out);
      out.body.flush();
      long n = out.body.written;
      ByteBuffer header = header(n);
      CRC32C crc = new CRC32C();
      crc.update(header.duplicate());
      int whole = Crc.joined((int) crc.getValue(), (int) out.body.crc.getValue(), n);
      ByteBuffer end = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, whole);
      while (end.hasRemaining()) {
        file.write(end);
      }
      for (long at = 0; header.hasRemaining(); ) {
        at += file.write(header, at);
      }
      return HEADER + n + 4;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ByteBuffer header(long n) {
    return ByteBuffer.allocate(HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putInt(CONTAINER_VERSION)
        .putLong(n)
        .flip();
  }

  private StateWriter(Body body, String prefix) {
    this.body = body;
    this.prefix = prefix;
  }

  /** A writer whose names lie under {@code name/}. */
  public StateWriter child(String name) {
    return new StateWriter(body, prefix + checked(name) + "/");
  }

  /** Writes a nested learner with its component name and state version under {@code name/}. */
  public void put(String name, Learner learner) {
    StateWriter child = child(name);
    Components.describe(learner)
        .ifPresent(
            c -> {
              child.put("@component", c.name());
              child.put("@version", c.version());
            });
    learner.save(child);
  }

  public void put(String name, boolean value) {
    put(name, value ? 1L : 0L);
  }

  public void put(String name, long value) {
    entry(name, StateType.LONG, 1, 8).putLong(value);
    flush();
  }

  public void put(String name, double value) {
    entry(name, StateType.DOUBLE, 1, 8).putDouble(value);
    flush();
  }

  public void put(String name, String value) {
    byte[] utf = value.getBytes(StandardCharsets.UTF_8);
    entry(name, StateType.STRING, utf.length, utf.length).put(utf);
    flush();
  }

  public void put(String name, byte[] a) {
    entry(name, StateType.BYTES, a.length, 0, a.length);
    flush();
    for (int i = 0; i < a.length; i += PIECE) {
      int m = Math.min(PIECE, a.length - i);
      pieces().put(a, i, m);
      flushPiece(m);
    }
  }

  public void put(String name, int[] a) {
    put(name, a, a.length);
  }

  /** The first n values. */
  public void put(String name, int[] a, int n) {
    entry(name, StateType.INTS, n, 0, 4L * n);
    flush();
    for (int i = 0; i < n; i += PIECE / 4) {
      int m = Math.min(PIECE / 4, n - i);
      pieces().asIntBuffer().put(a, i, m);
      flushPiece(4 * m);
    }
  }

  public void put(String name, long[] a) {
    put(name, a, a.length);
  }

  public void put(String name, long[] a, int n) {
    entry(name, StateType.LONGS, n, 0, 8L * n);
    flush();
    for (int i = 0; i < n; i += PIECE / 8) {
      int m = Math.min(PIECE / 8, n - i);
      pieces().asLongBuffer().put(a, i, m);
      flushPiece(8 * m);
    }
  }

  public void put(String name, float[] a) {
    entry(name, StateType.FLOATS, a.length, 0, 4L * a.length);
    flush();
    for (int i = 0; i < a.length; i += PIECE / 4) {
      int m = Math.min(PIECE / 4, a.length - i);
      pieces().asFloatBuffer().put(a, i, m);
      flushPiece(4 * m);
    }
  }

  public void put(String name, double[] a) {
    put(name, a, a.length);
  }

  public void put(String name, double[] a, int n) {
    entry(name, StateType.DOUBLES, n, 0, 8L * n);
    flush();
    for (int i = 0; i < n; i += PIECE / 8) {
      int m = Math.min(PIECE / 8, n - i);
      pieces().asDoubleBuffer().put(a, i, m);
      flushPiece(8 * m);
    }
  }

  private ByteBuffer pieces() {
    return body.piece.clear();
  }

  private void flushPiece(int bytes) {
    body.write(body.piece.array(), bytes);
  }

  public void put(String name, String[] a) {
    StateWriter child = child(name);
    int[] lengths = new int[a.length];
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < a.length; i++) {
      lengths[i] = a[i] == null ? -1 : a[i].length();
      all.append(a[i] == null ? "" : a[i]);
    }
    child.put("lengths", lengths);
    child.put("text", all.toString());
  }

  private ByteBuffer pending;

  private ByteBuffer entry(String name, StateType type, int count, long payload) {
    return entry(name, type, count, payload, payload);
  }

  /**
   * @param here bytes of the payload that follow in the buffer returned
   * @param payload bytes of all of it
   */
  private ByteBuffer entry(String name, StateType type, int count, long here, long payload) {
    String path = prefix + checked(name);
    if (!body.names.add(path)) {
      throw new IllegalStateException("state entry '" + path + "' is written twice");
    }
    byte[] utf = path.getBytes(StandardCharsets.UTF_8);
    long total = 2 + utf.length + 1 + 4 + payload;
    if (total > Integer.MAX_VALUE - 16 || utf.length > Short.MAX_VALUE) {
      throw new IllegalStateException(
          "state entry '" + path + "' is too large: " + total + " bytes");
    }
    pending = ByteBuffer.allocate((int) (total - payload + here)).order(ByteOrder.LITTLE_ENDIAN);
    pending.putShort((short) utf.length).put(utf).put((byte) type.ordinal()).putInt(count);
    return pending;
  }

  private void flush() {
    body.write(pending.array(), pending.capacity());
    pending = null;
  }

  private static String checked(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean fine = c == '_' || c == '-' || c == '.' || c == '@' || Character.isLetterOrDigit(c);
      if (!fine) {
        throw new IllegalArgumentException(
            "state name '" + name + "' has the character '" + c + "'");
      }
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("state name is empty");
    }
    return name;
  }

  /** The whole container, of this writer and everything it shares a body with. */
  public byte[] toBytes() {
    int n = body.count;
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(n, HEADER + 4)).order(ByteOrder.LITTLE_ENDIAN);
    out.put(header(n)).put(body.bytes, 0, n);
    CRC32C crc = new CRC32C();
    crc.update(out.array(), 0, HEADER + n);
    out.putInt((int) crc.getValue());
    return out.array();
  }
}
