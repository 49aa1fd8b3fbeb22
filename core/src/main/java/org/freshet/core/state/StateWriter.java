package org.freshet.core.state;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.freshet.core.Learner;
import org.freshet.core.component.Components;

/**
 * Collects named scalars and primitive arrays; children are nested by path. Names are letters,
 * digits, {@code _ - .}; a name is used once. {@link #toBytes()} gives the container.
 *
 * <p>Container, little endian: magic {@code FRESHET1} (8 bytes), container version (int 32), length
 * of the body (int 64), body, CRC32C of everything before it (int 32). The body is a run of
 * entries: path length (int 16), path (UTF-8), type (int 8), count (int 32), payload. Later versions
 * keep magic, version, length and checksum where they are, so that damage is told from newness.
 */
public final class StateWriter {
  static final byte[] MAGIC = "FRESHET1".getBytes(StandardCharsets.US_ASCII);
  static final int CONTAINER_VERSION = 1;
  static final int HEADER = 8 + 4 + 8;

  private final Body body;
  private final String prefix;

  private static final class Body extends ByteArrayOutputStream {
    final Set<String> names = new HashSet<>();

    ByteBuffer wrap() {
      return ByteBuffer.wrap(buf, 0, count);
    }
  }

  public StateWriter() {
    this(new Body(), "");
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
    entry(name, StateType.BYTES, a.length, a.length).put(a);
    flush();
  }

  public void put(String name, int[] a) {
    put(name, a, a.length);
  }

  /** The first n values. */
  public void put(String name, int[] a, int n) {
    entry(name, StateType.INTS, n, 4L * n).asIntBuffer().put(a, 0, n);
    flush();
  }

  public void put(String name, long[] a) {
    put(name, a, a.length);
  }

  public void put(String name, long[] a, int n) {
    entry(name, StateType.LONGS, n, 8L * n).asLongBuffer().put(a, 0, n);
    flush();
  }

  public void put(String name, float[] a) {
    entry(name, StateType.FLOATS, a.length, 4L * a.length).asFloatBuffer().put(a);
    flush();
  }

  public void put(String name, double[] a) {
    put(name, a, a.length);
  }

  public void put(String name, double[] a, int n) {
    entry(name, StateType.DOUBLES, n, 8L * n).asDoubleBuffer().put(a, 0, n);
    flush();
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
    pending = ByteBuffer.allocate((int) total).order(ByteOrder.LITTLE_ENDIAN);
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
    ByteBuffer content = body.wrap();
    int n = content.remaining();
    ByteBuffer out =
        ByteBuffer.allocate(Math.addExact(n, HEADER + 4)).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putInt(CONTAINER_VERSION).putLong(n).put(content);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(out.array(), 0, HEADER + n);
    out.putInt((int) crc.getValue());
    return Arrays.copyOf(out.array(), out.position());
  }
}
