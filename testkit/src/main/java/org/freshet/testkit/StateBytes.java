package org.freshet.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.freshet.core.Rng;

/** A state container taken apart, changed and put together with a right checksum. */
final class StateBytes {
  private static final int HEADER = 20;

  /** Bytes of one value by type: long, double, string, bytes, ints, longs, floats, doubles. */
  private static final int[] WIDTH = {8, 8, 1, 1, 4, 8, 4, 8};

  private static final long[] TELLING = {
    0,
    1,
    -1,
    2,
    1000,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Double.doubleToLongBits(Double.NaN),
    Double.doubleToLongBits(Double.POSITIVE_INFINITY),
    Double.doubleToLongBits(-1),
    Double.doubleToLongBits(1e300)
  };

  private static final class Entry {
    String path;
    int type;
    byte[] payload;
  }

  private final byte[] header;
  private final List<Entry> entries = new ArrayList<>();

  private StateBytes(byte[] header) {
    this.header = header;
  }

  static StateBytes of(byte[] container) {
    StateBytes s = new StateBytes(Arrays.copyOf(container, HEADER));
    ByteBuffer in =
        ByteBuffer.wrap(container, HEADER, container.length - HEADER - 4)
            .order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      Entry e = new Entry();
      byte[] path = new byte[in.getShort()];
      in.get(path);
      e.path = new String(path, StandardCharsets.UTF_8);
      e.type = in.get();
      e.payload = new byte[in.getInt() * WIDTH[e.type]];
      in.get(e.payload);
      s.entries.add(e);
    }
    return s;
  }

  void setLong(String path, long value) {
    find(path).payload =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  void setString(String path, String value) {
    find(path).payload = value.getBytes(StandardCharsets.UTF_8);
  }

  /** Paths of entries of whole numbers whose name ends like this, and that hold any. */
  List<String> numbers(String ending) {
    return entries.stream()
        .filter(e -> e.path.endsWith(ending) && e.payload.length > 0)
        .filter(e -> e.type == 0 || e.type == 4 || e.type == 5)
        .map(e -> e.path)
        .toList();
  }

  /** Sets the first number of an entry; true when it is the only one there can be. */
  boolean setFirst(String path, int value) {
    Entry e = find(path);
    byte[] raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    System.arraycopy(raw, 0, e.payload, 0, WIDTH[e.type]);
    return e.type == 0;
  }

  private Entry find(String path) {
    return entries.stream()
        .filter(e -> e.path.equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the state has no entry '" + path + "'"));
  }

  /** Changes one thing; says what. */
  String mutate(Rng rng) {
    Entry e = entries.get(rng.nextInt(entries.size()));
    int n = e.payload.length / WIDTH[e.type];
    int way = rng.nextInt(10);
    if (way == 0) {
      entries.remove(e);
      return "entry '" + e.path + "' is missing";
    }
    boolean scalar = e.type < 2;
    if (way == 1 && !scalar && n > 0) {
      e.payload = Arrays.copyOf(e.payload, n / 2 * WIDTH[e.type]);
      return "entry '" + e.path + "' has " + n / 2 + " values instead of " + n;
    }
    if (way == 2 && !scalar) {
      e.payload = Arrays.copyOf(e.payload, (2 * n + 1) * WIDTH[e.type]);
      return "entry '" + e.path + "' has " + (2 * n + 1) + " values instead of " + n;
    }
    if (n == 0) {
      e.payload = new byte[WIDTH[e.type]];
      return "entry '" + e.path + "' has a value instead of none";
    }
    int at = rng.nextInt(n);
    long value = way < 8 ? TELLING[rng.nextInt(TELLING.length)] : rng.nextLong();
    byte[] raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    System.arraycopy(raw, 0, e.payload, at * WIDTH[e.type], WIDTH[e.type]);
    return "value " + at + " of entry '" + e.path + "' is set to " + value;
  }

  byte[] toBytes() {
    int body = 0;
    for (Entry e : entries) {
      body += 7 + e.path.getBytes(StandardCharsets.UTF_8).length + e.payload.length;
    }
    ByteBuffer out = ByteBuffer.allocate(HEADER + body + 4).order(ByteOrder.LITTLE_ENDIAN);
    out.put(header, 0, 12).putLong(body);
    for (Entry e : entries) {
      byte[] path = e.path.getBytes(StandardCharsets.UTF_8);
      out.putShort((short) path.length).put(path).put((byte) e.type);
      out.putInt(e.payload.length / WIDTH[e.type]).put(e.payload);
    }
    CRC32C crc = new CRC32C();
    crc.update(out.array(), 0, out.position());
    return out.putInt((int) crc.getValue()).array();
  }
}
