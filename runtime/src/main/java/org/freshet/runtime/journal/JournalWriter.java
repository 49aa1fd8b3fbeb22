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
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.state.StateFiles;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.SavedSchema;

/**
 * Appends to the journal. What {@link #append} returned from is with the operating system: a crash
 * of the process does not lose it. What {@link #sync} returned from is on the disk.
 *
 * <p>A write that fails leaves no trace: the file is cut back to the last whole entry, so that the
 * same batch can be appended again when there is room. Each segment begins with the schema and its
 * dictionaries as they were, so that it can be read without the ones before it; a segment appears
 * under its name only once that head is written, so that no head is ever torn.
 */
public final class JournalWriter implements AutoCloseable {
  static final String MAGIC = "freshet-journal-1";
  static final String UNFINISHED = ".new";

  private final Path folder;
  private final String pipeline;
  private final Schema schema;
  private final boolean durable;
  private final Frames frames;
  private final Disk disk;
  private final Queue<FileChannel> full = new ConcurrentLinkedQueue<>();
  private FileChannel channel;
  private long entry;
  private long headEnd;
  private long good; // bytes of whole entries and the head
  private long syncedAt;
  private boolean ragged; // there may be bytes behind the good ones
  private volatile long bytes;

  /**
   * Goes on behind what is there, in a segment of its own.
   *
   * @param pipeline the model's specification, for the head of a segment
   * @param entry number of entries before
   * @param durable whether a segment must survive a crash of the machine once it is begun
   */
  public JournalWriter(Path folder, String pipeline, Schema schema, long entry, boolean durable) {
    this(folder, pipeline, schema, entry, durable, Disk.REAL);
  }

  /** As the other, on another disk. */
  public JournalWriter(
      Path folder, String pipeline, Schema schema, long entry, boolean durable, Disk disk) {
    this.folder = folder;
    this.pipeline = pipeline;
    this.schema = schema;
    this.entry = entry;
    this.durable = durable;
    this.disk = disk;
    this.frames = new Frames(schema);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
    roll();
  }

  /** Entries appended so far, those before this writer among them. */
  public long entry() {
    return entry;
  }

  /** Bytes of the segment written now. */
  public long bytes() {
    return bytes;
  }

  /**
   * Begins a new segment, unless the one written now has no entries yet. Where that fails, the one
   * before goes on.
   */
  public void roll() {
    if (channel != null && good == headEnd) {
      return;
    }
    Path file = Segments.file(folder, entry);
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    FileChannel next = null;
    try {
      cutBack();
      next =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
      ByteBuffer head = head();
      long length = head.remaining();
      disk.write(next, head, 0);
      if (durable) {
        disk.force(next, true);
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (durable) {
        StateFiles.syncFolder(folder);
      }
      if (channel != null) {
        full.add(channel);
      }
      channel = next;
      headEnd = length;
      good = length;
      bytes = length;
      syncedAt = durable ? length : -1;
      frames.namesAreTold();
    } catch (IOException e) {
      abandon(next, unfinished, e);
      throw new UncheckedIOException("cannot begin a journal in " + folder + ": " + reason(e), e);
    }
  }

  private static void abandon(FileChannel c, Path file, IOException e) {
    try {
      if (c != null) {
        c.close();
      }
      Files.deleteIfExists(file);
    } catch (IOException alsoFailed) {
      e.addSuppressed(alsoFailed);
    }
  }

  private ByteBuffer head() {
    StateWriter out = new StateWriter();
    out.put("magic", MAGIC);
    out.put("entry", entry);
    out.put("follows", Segments.before(folder, entry));
    out.put("pipeline", pipeline);
    SavedSchema.save(schema, out.child("schema"));
    byte[] state = out.toBytes();
    ByteBuffer b = ByteBuffer.allocate(4 + state.length).order(ByteOrder.LITTLE_ENDIAN);
    return b.putInt(state.length).put(state).flip();
  }

  /**
   * Appends rows with the positions behind them.
   *
   * @throws UncheckedIOException when it could not; nothing of it is in the journal then
   */
  public void append(Batch batch, Map<String, Long> positions) {
    put(frames.batch(batch, entry, positions));
    frames.namesAreTold();
    entry++;
  }

  /** Appends a command. */
  public void command(String command, Map<String, Long> positions) {
    put(frames.command(command, entry, positions));
    entry++;
  }

  private void put(ByteBuffer frame) {
    try {
      cutBack();
      int length = frame.remaining();
      ragged = true;
      disk.write(channel, frame, good);
      ragged = false;
      good += length;
      bytes = good;
    } catch (IOException e) {
      try {
        cutBack();
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed); // tried again before the next write
      }
      throw new UncheckedIOException("cannot write the journal in " + folder + ": " + reason(e), e);
    }
  }

  /** Removes what a failed write may have left behind the last whole entry. */
  private void cutBack() throws IOException {
    if (ragged) {
      channel.truncate(good);
      ragged = false;
    }
  }

  /**
   * Everything appended is on the disk when this returns. Where it fails, nobody knows what is:
   * trying again would say yes without having written.
   */
  public void sync() {
    if (syncedAt == good) {
      return;
    }
    try {
      disk.force(channel, false);
      syncedAt = good;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot bring the journal in " + folder + " to the disk: " + reason(e), e);
    }
  }

  /** Brings the segments that are full to the disk; by any thread. */
  public void settle() {
    boolean any = !full.isEmpty();
    for (FileChannel next = full.poll(); next != null; next = full.poll()) {
      try (FileChannel c = next) {
        disk.force(c, false);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot bring the journal in " + folder + " to the disk: " + reason(e), e);
      }
    }
    if (any && !durable) {
      StateFiles.syncFolder(folder); // the names of segments
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void close() {
    full.add(channel);
    settle();
  }
}
