package org.freshet.runtime.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  private boolean mayLack; // the machine may have lost what was written last
  private Path lost; // a segment that cannot be gone on with; null without
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

  /**
   * From now on the journal may also end like one whose machine lost power before the last segments
   * were on the disk: the newest begins beyond the end of the one before it, or has no whole head.
   */
  public JournalReader afterPowerLoss(boolean possible) {
    mayLack = possible;
    return this;
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
    boolean last = next == segments.size();
    boolean gap = next > 1 && segment.entry() != expected;
    channel = FileChannel.open(file, StandardOpenOption.READ);
    if (mayLack && last && next > 1 && lacks(gap)) {
      channel.close();
      channel = null;
      lost = file;
      return false;
    }
    if (gap) {
      throw missing(segment.entry());
    }
    expected = segment.entry();
    SavedSchema.restoreInto(
        SavedSchema.load(open(file, channel).child("schema")), schema, file.toString());
    good = channel.position();
    return true;
  }

  /**
   * Whether a segment cannot be gone on with because the machine lost something: its own head, or
   * the end of the one it follows. That a segment between them is missing is no such thing.
   *
   * @param gap the segment before it ends before this one begins
   */
  private boolean lacks(boolean gap) throws IOException {
    if (unwritten()) {
      return true;
    }
    StateReader h = gap ? open(file, channel) : null;
    return gap && h.has("follows") && h.longValue("follows") == segments.get(next - 2).entry();
  }

  /** Whether there is no whole head because the file is short, or zeros are in its place. */
  private boolean unwritten() throws IOException {
    try {
      open(file, channel);
      return false;
    } catch (StateException e) {
      long size = channel.size();
      channel.position(0);
      head.clear().limit(4);
      boolean cut = !fill(channel, head) || head.getInt(0) > size - 4;
      if (cut || endsInZeros(size)) {
        return true;
      }
      throw e;
    } finally {
      head.clear();
      channel.position(0);
    }
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
      boolean cut = mayLack && next == segments.size() - 1 && cutShort();
      if (next < segments.size() && !cut || wholeEntryBehind()) {
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
      if (next < segments.size()) {
        lost = segments.get(next).file();
      }
    }
    return null;
  }

  /**
   * Whether the entry behind the good ones is not all there: the file ends, or goes on in zeros.
   */
  private boolean cutShort() throws IOException {
    long rest = channel.size() - good;
    ByteBuffer b = ByteBuffer.allocate((int) Math.min(rest, 8)).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(good);
    fill(channel, b);
    if (rest < 8 || b.getInt(0) > rest - 8 && b.getInt(0) <= Frames.LARGEST) {
      return true;
    }
    return endsInZeros(rest);
  }

  /** Whether the last bytes, of so many, are zeros as of a page that was never written. */
  private boolean endsInZeros(long of) throws IOException {
    ByteBuffer end = ByteBuffer.allocate((int) Math.min(of, 64));
    channel.position(channel.size() - end.capacity());
    fill(channel, end);
    for (byte x : end.array()) {
      if (x != 0) {
        return false;
      }
    }
    return true;
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

  /**
   * Removes what was not whole at the end, and puts aside a segment that lacks what came before it;
   * to be called when {@link #next} gave null.
   *
   * @return the segment put aside, under its new name; null without
   */
  public Path cutTornTail() {
    if (torn) {
      try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
        c.truncate(good);
        c.force(true);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot mend " + file + ": " + e.getMessage(), e);
      }
    }
    if (lost == null) {
      return null;
    }
    Path aside = lost.resolveSibling(lost.getFileName() + ".lost");
    try {
      return Files.move(lost, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot rename " + lost + ": " + e.getMessage(), e);
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
