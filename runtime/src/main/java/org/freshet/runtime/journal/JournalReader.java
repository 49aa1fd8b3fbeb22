package org.freshet.runtime.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.state.StateReader;
import org.freshet.engine.SavedSchema;
import org.freshet.runtime.journal.Segments.Segment;

/**
 * Reads a journal from an entry on. A last entry that is not whole was never answered for: reading
 * ends before it, and {@link #cutTornTail} removes it. A bad entry anywhere else is corruption.
 */
public final class JournalReader implements AutoCloseable {
  /** Entries a segment has at the most, generously: numbers beyond are chance. */
  private static final long MOST_BEHIND = 1L << 32;

  private final List<Segment> segments;
  private final Schema schema;
  private final Frames frames;
  private final long from;
  private int next;
  private FileChannel channel;
  private Path file;
  private long good;
  private long entry; // the next for who reads
  private long expected; // the next in the file
  private boolean torn;
  private ByteBuffer body = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * @param schema its dictionaries learn the names written; null for the one of the oldest segment
   * @param from number of the first entry wanted
   * @throws StateException when the journal begins later than that
   */
  public JournalReader(Path folder, Schema schema, long from) {
    List<Segment> all = Segments.list(folder);
    int first = 0;
    while (first + 1 < all.size() && all.get(first + 1).entry() <= from) {
      first++;
    }
    if (!all.isEmpty() && all.get(first).entry() > from) {
      throw new StateException(
          Verdict.CORRUPT,
          folder
              + ": corrupt: the journal begins at entry "
              + all.get(first).entry()
              + ", entry "
              + from
              + " is needed; no snapshot that is whole goes so far back");
    }
    this.segments = all.isEmpty() ? all : all.subList(first, all.size());
    this.from = from;
    this.schema = schema != null ? schema : segments.isEmpty() ? null : readHead(segments.get(0));
    this.frames = this.schema == null ? null : new Frames(this.schema);
    this.entry = from;
  }

  private static Schema readHead(Segment s) {
    try (FileChannel c = FileChannel.open(s.file(), StandardOpenOption.READ)) {
      return SavedSchema.load(open(s.file(), c).child("schema"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + s.file() + ": " + e.getMessage(), e);
    }
  }

  private static StateReader open(Path file, FileChannel c) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    int n = fill(c, length) ? length.getInt(0) : -1;
    if (n < 0 || n > c.size()) {
      throw new StateException(Verdict.CORRUPT, file + ": corrupt: has no whole head");
    }
    ByteBuffer state = ByteBuffer.allocate(n);
    if (!fill(c, state)) {
      throw new StateException(Verdict.CORRUPT, file + ": corrupt: has no whole head");
    }
    return StateReader.open(file.toString(), state.array());
  }

  private static boolean fill(FileChannel c, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (c.read(into) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Schema of the rows; null when there is no journal. */
  public Schema schema() {
    return schema;
  }

  /** Number of the next entry. */
  public long entry() {
    return entry;
  }

  /** Specification of the model in the head of the newest segment begun; for checks. */
  public static String pipeline(Segment s) {
    try (FileChannel c = FileChannel.open(s.file(), StandardOpenOption.READ)) {
      return open(s.file(), c).string("pipeline");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + s.file() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The next entry.
   *
   * @param into filled with its rows; empty for a command
   * @return null at the end
   * @throws StateException when the journal is corrupt
   */
  public Entry next(Batch into) {
    try {
      while (true) {
        if (channel == null && !openNext()) {
          return null;
        }
        Entry e = read(into);
        if (e == null) {
          channel.close();
          channel = null;
          continue;
        }
        if (e.number() != expected) {
          throw missing(e.number());
        }
        expected++;
        if (e.number() >= from) {
          entry = expected;
          return e;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private boolean openNext() throws IOException {
    if (next == segments.size() || torn) {
      return false;
    }
    Segment segment = segments.get(next++);
    file = segment.file();
    if (next > 1 && segment.entry() != expected) {
      throw missing(segment.entry());
    }
    expected = segment.entry();
    channel = FileChannel.open(file, StandardOpenOption.READ);
    SavedSchema.restoreInto(
        SavedSchema.load(open(file, channel).child("schema")), schema, file.toString());
    good = channel.position();
    return true;
  }

  private StateException missing(long found) {
    return new StateException(
        Verdict.CORRUPT,
        file + ": corrupt: found entry " + found + " of the journal, expected entry " + expected);
  }

  private Entry read(Batch into) throws IOException {
    into.clear();
    head.clear();
    if (!fill(channel, head)) {
      return tornIf(head.position() > 0);
    }
    int length = head.getInt(0);
    if (length < 9 || length > Frames.LARGEST || length > channel.size() - channel.position()) {
      return tornIf(true);
    }
    if (body.capacity() < length) {
      body = ByteBuffer.allocate(length + (length >> 1)).order(ByteOrder.LITTLE_ENDIAN);
    }
    body.clear().limit(length);
    fill(channel, body);
    CRC32C crc = new CRC32C();
    crc.update(body.array(), 0, length);
    if ((int) crc.getValue() != head.getInt(4)) {
      return tornIf(true);
    }
    body.flip();
    try {
      Entry e = frames.read(body, into);
      good = channel.position();
      return e;
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
      throw new StateException(Verdict.CORRUPT, file + ": corrupt at byte " + good + ": " + e);
    }
  }

  /** The end: of the file, or of what is whole in it. */
  private Entry tornIf(boolean bad) throws IOException {
    if (bad) {
      if (next < segments.size() || wholeEntryBehind()) {
        throw new StateException(
            Verdict.CORRUPT,
            file
                + ": corrupt at byte "
                + good
                + ": entry "
                + expected
                + " is damaged, but later ones follow; restore the file, or go on without it and"
                + " all that follow: cut it to "
                + good
                + " bytes and remove the later files of the journal");
      }
      torn = true;
    }
    return null;
  }

  /**
   * Whether an entry behind a damaged one is whole: then the damage is none of a write that was cut
   * off.
   */
  private boolean wholeEntryBehind() throws IOException {
    ByteBuffer rest =
        ByteBuffer.allocate((int) (channel.size() - good)).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(good);
    fill(channel, rest);
    rest.flip();
    CRC32C crc = new CRC32C();
    for (int at = 1; at <= rest.limit() - 17; at++) {
      int length = rest.getInt(at);
      byte type = rest.get(at + 8);
      if ((type != Frames.BATCH && type != Frames.COMMAND)
          || length < 9
          || length > rest.limit() - at - 8
          || rest.getLong(at + 9) <= expected
          || rest.getLong(at + 9) > expected + MOST_BEHIND) {
        continue;
      }
      crc.reset();
      crc.update(rest.slice(at + 8, length));
      if ((int) crc.getValue() == rest.getInt(at + 4)) {
        return true;
      }
    }
    return false;
  }

  /** Removes what was not whole at the end; to be called when {@link #next} gave null. */
  public void cutTornTail() {
    if (!torn) {
      return;
    }
    try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
      c.truncate(good);
      c.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot mend " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file + ": " + e.getMessage(), e);
    }
  }
}
