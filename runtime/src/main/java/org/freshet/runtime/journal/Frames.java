package org.freshet.runtime.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Schema;

/**
 * Batches and commands as bytes. Little endian. A frame is its length (int 32), the CRC32C of its
 * body (int 32) and the body: type (int 8), number (int 64), then by type
 *
 * <ul>
 *   <li>batch: new names of each dictionary, positions, rows with what each column array needs;
 *   <li>command: positions and the command's text.
 * </ul>
 */
final class Frames {
  static final byte BATCH = 1;
  static final byte COMMAND = 2;

  /** What rows have besides, as bits. */
  private static final int WEIGHTS = 1;

  private static final int LABEL_TIMES = 2;

  /** Largest body: a guard against bytes that are none of ours. */
  static final int LARGEST = 1 << 28;

  private static final Batch.Kind[] KINDS = Batch.Kind.values();

  private final Schema schema;
  private final List<Dictionary> dictionaries = new ArrayList<>();
  private final int[] told;
  private ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  Frames(Schema schema) {
    this.schema = schema;
    for (int c = 0; c < schema.width(); c++) {
      if (schema.column(c).isCategory()) {
        dictionaries.add(schema.column(c).dictionary());
      }
    }
    if (schema.labels() != null) {
      dictionaries.add(schema.labels());
    }
    told = new int[dictionaries.size()];
    namesAreTold();
  }

  /** All names known now need not be written again: they are in the segment. */
  final void namesAreTold() {
    for (int d = 0; d < told.length; d++) {
      told[d] = dictionaries.get(d).size();
    }
  }

  ByteBuffer batch(Batch batch, long entry, Map<String, Long> positions) {
    begin(BATCH, entry);
    for (int d = 0; d < told.length; d++) {
      Dictionary names = dictionaries.get(d);
      int size = names.size();
      room(4).putInt(size - told[d]);
      for (int i = told[d]; i < size; i++) {
        text(names.name(i));
      }
    }
    positions(positions);
    rows(batch);
    return end();
  }

  ByteBuffer command(String command, long entry, Map<String, Long> positions) {
    begin(COMMAND, entry);
    positions(positions);
    text(command);
    return end();
  }

  private void begin(byte type, long entry) {
    out.clear();
    out.putInt(0).putInt(0).put(type).putLong(entry);
  }

  private ByteBuffer end() {
    int length = out.position() - 8;
    if (length > LARGEST) {
      throw new IllegalArgumentException(
          "a block of records takes " + length + " bytes in the journal, allowed " + LARGEST);
    }
    out.putInt(0, length);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(out.array(), 8, length);
    out.putInt(4, (int) crc.getValue());
    return out.flip();
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      ByteBuffer more =
          ByteBuffer.allocate(Math.max(2 * out.capacity(), out.position() + bytes))
              .order(ByteOrder.LITTLE_ENDIAN);
      out.flip();
      out = more.put(out);
    }
    return out;
  }

  private void text(String s) {
    if (s == null) {
      room(4).putInt(-1);
      return;
    }
    byte[] utf = s.getBytes(StandardCharsets.UTF_8);
    room(4 + utf.length).putInt(utf.length).put(utf);
  }

  private void positions(Map<String, Long> positions) {
    room(4).putInt(positions.size());
    positions.forEach(
        (name, at) -> {
          text(name);
          room(8).putLong(at);
        });
  }

  private void rows(Batch b) {
    int n = b.size();
    int width = schema.width();
    room(4).putInt(n);
    boolean keys = false;
    boolean weights = false;
    boolean labelTimes = false;
    for (int r = 0; r < n; r++) {
      keys |= b.key(r) != null;
      weights |= b.weight(r) != 1;
      labelTimes |= b.labelTime(r) != Features.NO_TIME;
    }
    room(2)
        .put((byte) (keys ? 1 : 0))
        .put((byte) ((weights ? WEIGHTS : 0) | (labelTimes ? LABEL_TIMES : 0)));
    for (int r = 0; r < n; r++) {
      Batch.Kind kind = b.kind(r);
      room(17).put((byte) kind.ordinal()).putLong(b.time(r)).putDouble(b.label(r));
      text(b.id(r));
      if (keys) {
        text(b.key(r));
      }
      if (weights) {
        room(8).putDouble(b.weight(r));
      }
      if (labelTimes) {
        room(8).putLong(b.labelTime(r));
      }
      if (kind == Batch.Kind.EVENT) {
        values(b, r, width);
      }
    }
  }

  private void values(Batch b, int r, int width) {
    room(8 * width);
    out.asDoubleBuffer().put(b.block(), r * width, width);
    out.position(out.position() + 8 * width);
    if (schema.attachments() > 0) {
      Features x = b.row(r);
      for (int t = 0; t < schema.attachments(); t++) {
        Object text = x.attachment(t);
        text(text == null ? null : text.toString());
      }
    }
  }

  /**
   * Reads a body into a batch or a command.
   *
   * @param into cleared and filled where the frame is a batch
   * @throws IllegalArgumentException when the bytes cannot be
   */
  Entry read(ByteBuffer in, Batch into) {
    byte type = in.get();
    long entry = in.getLong();
    if (type == COMMAND) {
      Map<String, Long> positions = readPositions(in);
      return new Entry(entry, positions, readText(in));
    }
    if (type != BATCH) {
      throw new IllegalArgumentException("unknown kind of frame " + type);
    }
    for (Dictionary d : dictionaries) {
      int n = count(in, 4);
      for (int i = 0; i < n; i++) {
        d.code(readText(in));
      }
    }
    Map<String, Long> positions = readPositions(in);
    readRows(in, into);
    return new Entry(entry, positions, null);
  }

  private static int count(ByteBuffer in, int least) {
    int n = in.getInt();
    if (n < 0 || (long) n * least > in.remaining()) {
      throw new IllegalArgumentException("a count of " + n + " does not fit the frame");
    }
    return n;
  }

  private static String readText(ByteBuffer in) {
    int n = in.getInt();
    if (n == -1) {
      return null;
    }
    if (n < 0 || n > in.remaining()) {
      throw new IllegalArgumentException("a text of " + n + " bytes does not fit the frame");
    }
    String s = new String(in.array(), in.arrayOffset() + in.position(), n, StandardCharsets.UTF_8);
    in.position(in.position() + n);
    return s;
  }

  private static Map<String, Long> readPositions(ByteBuffer in) {
    int n = count(in, 12);
    Map<String, Long> positions = new java.util.LinkedHashMap<>();
    for (int i = 0; i < n; i++) {
      String name = readText(in);
      positions.put(name, in.getLong());
    }
    return positions;
  }

  private void readRows(ByteBuffer in, Batch into) {
    int n = count(in, 21);
    if (n > into.capacity()) {
      throw new IllegalArgumentException("a batch of " + n + " rows is too large");
    }
    boolean keys = in.get() != 0;
    byte more = in.get();
    if ((more & ~(WEIGHTS | LABEL_TIMES)) != 0) {
      throw new IllegalArgumentException("unknown parts of rows " + more);
    }
    int width = schema.width();
    into.clear();
    for (int r = 0; r < n; r++) {
      into.beginRow();
      int kind = in.get();
      if (kind < 0 || kind >= KINDS.length) {
        throw new IllegalArgumentException("unknown kind of row " + kind);
      }
      into.setKind(KINDS[kind]);
      into.setTime(in.getLong());
      into.setLabel(in.getDouble());
      into.setId(readText(in));
      if (keys) {
        into.setKey(readText(in));
      }
      if ((more & WEIGHTS) != 0) {
        into.setWeight(in.getDouble());
      }
      if ((more & LABEL_TIMES) != 0) {
        into.setLabelTime(in.getLong());
      }
      if (kind == Batch.Kind.EVENT.ordinal()) {
        in.asDoubleBuffer().get(into.block(), r * width, width);
        in.position(in.position() + 8 * width);
        for (int t = 0; t < schema.attachments(); t++) {
          into.attach(t, readText(in));
        }
      }
      into.endRow();
    }
  }
}
