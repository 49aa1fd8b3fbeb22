package org.freshet.runtime.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.SavedSchema;

/**
 * Appends to the journal. What {@link #append} returned from is with the operating system: a crash
 * of the process does not lose it. What {@link #sync} returned from is on the disk.
 *
 * <p>A write that fails leaves no trace: the file is cut back to the last whole entry, so that the
 * same batch can be appended again when there is room. Each segment begins with the schema and its
 * dictionaries as they were, so that it can be read without the ones before it.
 */
public final class JournalWriter implements AutoCloseable {
  static final String MAGIC = "freshet-journal-1";

  private final Path folder;
  private final String pipeline;
  private final Schema schema;
  private final Frames frames;
  private FileChannel channel;
  private long entry;
  private long good; // bytes of whole entries
  private long syncedAt;
  private volatile long bytes;

  /**
   * Goes on behind what is there, in a segment of its own.
   *
   * @param pipeline the model's specification, for the head of a segment
   * @param entry number of entries before
   */
  public JournalWriter(Path folder, String pipeline, Schema schema, long entry) {
    this.folder = folder;
    this.pipeline = pipeline;
    this.schema = schema;
    this.entry = entry;
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

  /** Begins a new segment; the one before is on the disk when this returns. */
  public void roll() {
    try {
      if (channel != null) {
        if (good == headEnd) {
          return; // nothing in it yet
        }
        channel.force(false);
        channel.close();
        channel = null;
      }
      channel =
          FileChannel.open(
              Segments.file(folder, entry),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
      frames.namesAreTold();
      write(head());
      good = channel.position();
      headEnd = good;
      bytes = good;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot begin a journal in " + folder + ": " + reason(e), e);
    }
  }

  private long headEnd = -1;

  private ByteBuffer head() {
    StateWriter out = new StateWriter();
    out.put("magic", MAGIC);
    out.put("entry", entry);
    out.put("pipeline", pipeline);
    SavedSchema.save(schema, out.child("schema"));
    byte[] state = out.toBytes();
    ByteBuffer b = ByteBuffer.allocate(4 + state.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    return b.putInt(state.length).put(state).flip();
  }

  /**
   * Appends rows with the positions behind them.
   *
   * @throws UncheckedIOException when it could not; nothing of it is in the journal then
   */
  public void append(Batch batch, Map<String, Long> positions) {
    put(frames.batch(batch, entry, positions));
    frames.written();
    entry++;
  }

  /** Appends a command, or new positions alone. */
  public void command(String command, Map<String, Long> positions) {
    put(frames.command(command, entry, positions));
    entry++;
  }

  private void put(ByteBuffer frame) {
    try {
      write(frame);
      good = channel.position();
      bytes = good;
    } catch (IOException e) {
      cutBack(e);
      throw new UncheckedIOException("cannot write the journal in " + folder + ": " + reason(e), e);
    }
  }

  private void write(ByteBuffer b) throws IOException {
    while (b.hasRemaining()) {
      channel.write(b);
    }
  }

  private void cutBack(IOException e) {
    try {
      channel.truncate(good);
      channel.position(good);
    } catch (IOException alsoFailed) {
      e.addSuppressed(alsoFailed);
    }
  }

  /** Everything appended is on the disk when this returns. */
  public void sync() {
    if (syncedAt == good) {
      return;
    }
    try {
      channel.force(false);
      syncedAt = good;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the journal in " + folder + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void close() {
    try {
      channel.force(false);
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the journal in " + folder + ": " + reason(e), e);
    }
  }
}
