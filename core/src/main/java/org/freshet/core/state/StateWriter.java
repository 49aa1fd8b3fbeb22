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
import java.util.function.IntFunction;
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
  final String prefix;

  /** Bytes of an array converted at a time: a long copy would hold up the collector. */
  private static final int PIECE = 1 << 16;

  /** Entries so far: in memory, or behind a channel but for the last of them. */
  private static final class Body {
    final Set<String> names = new HashSet<>();
    final FileChannel out; // null to keep everything
    final KeptState kept; // null unless it is kept in parts
    final CRC32C crc = new CRC32C();
    ByteBuffer piece = piece(256); // small for the models of keys, which are many
    byte[] bytes;
    int from; // of the part at hand
    int count;
    long written;
    Values open; // an entry whose values are being given

    Body(FileChannel out, KeptState kept) {
      this.out = out;
      this.kept = kept;
      this.bytes = kept != null ? kept.room(0) : new byte[out == null ? 32 : 4 * PIECE];
    }

    private static ByteBuffer piece(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Begins an array of so many bytes. */
    void begin(long size) {
      if (piece.capacity() < Math.min(PIECE, size)) {
        piece = piece((int) Math.min(PIECE, Math.max(2L * piece.capacity(), size)));
      }
      piece.clear();
    }

    void write(byte[] a, int at, int n) {
      if (n > bytes.length - count) {
        if (kept != null) {
          cut();
          bytes = kept.room(n);
          from = 0;
          count = 0;
        } else if (out == null) {
          long most = Math.max(2L * bytes.length, (long) count + n);
          bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 64, most));
        } else {
          flush();
          bytes = n > bytes.length ? new byte[n] : bytes;
        }
      }
      System.arraycopy(a, at, bytes, count, n);
      count += n;
    }

    /** Puts what was written since the last part among the parts. */
    void cut() {
      if (count > from) {
        kept.add(ByteBuffer.wrap(bytes, from, count - from));
        from = count;
      }
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
    this(new Body(null, null), "");
  }

  /** A writer that keeps what it is given in parts. */
  static StateWriter inParts(KeptState kept) {
    return new StateWriter(new Body(null, kept), "");
  }

  /** Ends the last part. */
  void cut() {
    body.cut();
  }

  /** Appends entries as they were encoded. */
  void encoded(ByteBuffer entries) {
    body.write(entries.array(), entries.arrayOffset() + entries.position(), entries.remaining());
  }

  /**
   * Writes a container straight to a file, of any size, with little memory.
   *
   * @return bytes of the container
   */
  static long write(FileChannel file, Consumer<StateWriter> state) throws IOException {
    try {
      file.position(HEADER);
      StateWriter out = new StateWriter(new Body(file, null), "");
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
    body.write(a, 0, a.length);
  }

  public void put(String name, int[] a) {
    put(name, a, a.length);
  }

  /** The first n values. */
  public void put(String name, int[] a, int n) {
    Values out = ints(name, n);
    for (int i = 0; i < n; i += PIECE / 4) {
      out.flush();
      int m = Math.min(PIECE / 4, n - i);
      body.piece.asIntBuffer().put(a, i, m);
      out.wrote(m, 4);
    }
    out.end();
  }

  public void put(String name, long[] a) {
    put(name, a, a.length);
  }

  public void put(String name, long[] a, int n) {
    Values out = longs(name, n);
    for (int i = 0; i < n; i += PIECE / 8) {
      out.flush();
      int m = Math.min(PIECE / 8, n - i);
      body.piece.asLongBuffer().put(a, i, m);
      out.wrote(m, 8);
    }
    out.end();
  }

  public void put(String name, float[] a) {
    Values out = values(name, StateType.FLOATS, a.length, 4);
    for (int i = 0; i < a.length; i += PIECE / 4) {
      out.flush();
      int m = Math.min(PIECE / 4, a.length - i);
      body.piece.asFloatBuffer().put(a, i, m);
      out.wrote(m, 4);
    }
    out.end();
  }

  public void put(String name, double[] a) {
    put(name, a, a.length);
  }

  public void put(String name, double[] a, int n) {
    Values out = doubles(name, n);
    out.put(a, 0, n);
    out.end();
  }

  /** An array of n ints whose values are given one after another, so that none need be made. */
  public Values ints(String name, int n) {
    return values(name, StateType.INTS, n, 4);
  }

  /** An array of n longs whose values are given one after another. */
  public Values longs(String name, int n) {
    return values(name, StateType.LONGS, n, 8);
  }

  /** An array of n doubles whose values are given one after another. */
  public Values doubles(String name, int n) {
    return values(name, StateType.DOUBLES, n, 8);
  }

  private Values values(String name, StateType type, int n, int width) {
    entry(name, type, n, 0, (long) width * n);
    flush();
    body.begin((long) width * n);
    body.open = new Values(body, prefix + name, n);
    return body.open;
  }

  /** Takes the values of one array; nothing else is put until {@link #end}. */
  public static final class Values {
    private static final int FEW = 16; // faster one by one

    private final Body body;
    private final String path;
    private int left;

    private Values(Body body, String path, int n) {
      this.body = body;
      this.path = path;
      this.left = n;
    }

    public void put(int value) {
      room(4);
      body.piece.putInt(value);
      left--;
    }

    public void put(long value) {
      room(8);
      body.piece.putLong(value);
      left--;
    }

    public void put(double value) {
      room(8);
      body.piece.putDouble(value);
      left--;
    }

    /** Values {@code from} to {@code from+n-1}. */
    public void put(double[] a, int from, int n) {
      if (n < FEW) {
        for (int i = from; i < from + n; i++) {
          put(a[i]);
        }
        return;
      }
      for (int i = from, end = from + n; i < end; ) {
        room(8);
        int m = Math.min(body.piece.remaining() / 8, end - i);
        body.piece.asDoubleBuffer().put(a, i, m);
        wrote(m, 8);
        i += m;
      }
    }

    /** Values {@code of[at[0]]} to {@code of[at[n-1]]}. */
    public void put(double[] of, int[] at, int n) {
      for (int i = 0; i < n; ) {
        room(8);
        int end = Math.min(n, i + body.piece.remaining() / 8);
        for (; i < end; i++) {
          body.piece.putDouble(of[at[i]]);
        }
      }
      left -= n;
    }

    /** Values {@code of[at[0]]} to {@code of[at[n-1]]}. */
    public void put(long[] of, int[] at, int n) {
      for (int i = 0; i < n; ) {
        room(8);
        int end = Math.min(n, i + body.piece.remaining() / 8);
        for (; i < end; i++) {
          body.piece.putLong(of[at[i]]);
        }
      }
      left -= n;
    }

    /** Values {@code of[at[0]]} to {@code of[at[n-1]]}. */
    public void put(int[] of, int[] at, int n) {
      for (int i = 0; i < n; ) {
        room(4);
        int end = Math.min(n, i + body.piece.remaining() / 4);
        for (; i < end; i++) {
          body.piece.putInt(of[at[i]]);
        }
      }
      left -= n;
    }

    /** Makes room for so many bytes. */
    private void room(int bytes) {
      if (body.piece.remaining() < bytes) {
        flush();
      }
    }

    private void wrote(int n, int width) {
      body.piece.position(body.piece.position() + n * width);
      left -= n;
    }

    private void flush() {
      body.write(body.piece.array(), 0, body.piece.position());
      body.piece.clear();
    }

    /**
     * All were given.
     *
     * @throws IllegalStateException when they were more or fewer than said
     */
    public void end() {
      flush();
      body.open = null;
      if (left != 0) {
        throw new IllegalStateException(
            "state entry '" + path + "' lacks " + left + " of the values that were said");
      }
    }
  }

  public void put(String name, String[] a) {
    if (body.kept == null) {
      strings(name, a.length, i -> a[i]);
    } else {
      keep(name, a.clone());
    }
  }

  /** An array of n texts, null among them, each asked for several times. */
  public void strings(String name, int n, IntFunction<String> of) {
    if (body.kept != null) {
      String[] a = new String[n];
      Arrays.setAll(a, of);
      keep(name, a);
      return;
    }
    StateWriter child = child(name);
    Values lengths = child.ints("lengths", n);
    long bytes = 0;
    for (int i = 0; i < n; i++) {
      String s = of.apply(i);
      lengths.put(s == null ? -1 : s.length());
      bytes += s == null ? 0 : utf8Length(s);
    }
    lengths.end();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalStateException(
          "state entry '" + prefix + name + "' is too large: " + bytes + " bytes");
    }
    child.entry("text", StateType.STRING, (int) bytes, 0, bytes);
    child.flush();
    for (int i = 0; i < n; i++) {
      String s = of.apply(i);
      if (s != null) {
        byte[] utf = s.getBytes(StandardCharsets.UTF_8);
        body.write(utf, 0, utf.length);
      }
    }
  }

  /** Texts are encoded later: they do not change. */
  private void keep(String name, String[] a) {
    if (!body.names.add(prefix + checked(name) + "/")) {
      throw new IllegalStateException("state entry '" + prefix + name + "' is written twice");
    }
    body.cut();
    body.kept.add(new KeptState.Texts(prefix, name, a));
  }

  /** Bytes of {@link String#getBytes} in UTF-8; half a surrogate pair becomes a question mark. */
  private static int utf8Length(String s) {
    int n = s.length();
    int bytes = n;
    for (int i = 0; i < n; i++) {
      char c = s.charAt(i);
      if (c < 0x80) {
        continue;
      }
      if (c < 0x800) {
        bytes++;
      } else if (!Character.isSurrogate(c)) {
        bytes += 2;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < n
          && Character.isLowSurrogate(s.charAt(i + 1))) {
        bytes += 2;
        i++;
      }
    }
    return bytes;
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
    if (body.open != null) {
      throw new IllegalStateException(
          "state entry '" + path + "' is put while '" + body.open.path + "' is open");
    }
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
    body.write(pending.array(), 0, pending.capacity());
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
