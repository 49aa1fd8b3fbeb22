package org.freshet.streams.live;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.freshet.core.ConfigException;

/**
 * A file of answers that is only appended to, whole lines at a time. After any stop its last whole
 * line says how far it came.
 */
final class AnswerFile implements AutoCloseable {
  private static final int STEP = 1 << 16;

  private final Path path;
  private final FileChannel file;
  private long size; // of the whole lines
  private long next;

  private AnswerFile(Path path, FileChannel file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens or makes a file and cuts off a line that is not whole.
   *
   * @param otherwise number of the next answer where the file has none
   * @throws ConfigException when it cannot be written, another process writes it, or it holds
   *     something else
   */
  static AnswerFile open(Path path, long otherwise) {
    FileChannel file = null;
    try {
      if (path.getParent() != null) {
        Files.createDirectories(path.getParent());
      }
      file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      lock(path, file);
      AnswerFile answers = new AnswerFile(path, file);
      answers.recover(otherwise);
      return answers;
    } catch (IOException e) {
      close(file);
      throw new ConfigException("", path + ": cannot be written: " + said(e));
    } catch (RuntimeException e) {
      close(file);
      throw e;
    }
  }

  private static void close(FileChannel file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException ignored) {
        // what is said is why it was opened in vain
      }
    }
  }

  private static String said(IOException e) {
    return e instanceof java.nio.file.FileSystemException f && f.getReason() == null
        ? e.getClass().getSimpleName().replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase()
        : e.getMessage();
  }

  private static void lock(Path path, FileChannel file) throws IOException {
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException own) {
      lock = null;
    }
    if (lock == null) {
      throw new ConfigException(
          "", path + ": is being written by another pipeline; give each its own file");
    }
  }

  private void recover(long otherwise) throws IOException {
    long end = lineEnd(file.size());
    size = end;
    next = end == 0 ? otherwise : number(lineEnd(end - 1), end) + 1;
    if (end == 0 && file.size() > 0) {
      number(0, file.size()); // refuses a file without line ends that is not the start of an answer
    }
    cut();
  }

  /** Where the last line end before a position lies, behind the newline; 0 when there is none. */
  private long lineEnd(long before) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(STEP);
    for (long end = before; end > 0; ) {
      long from = Math.max(0, end - STEP);
      read(block, from, (int) (end - from));
      for (int i = block.limit() - 1; i >= 0; i--) {
        if (block.get(i) == '\n') {
          return from + i + 1;
        }
      }
      end = from;
    }
    return 0;
  }

  private void read(ByteBuffer into, long from, int n) throws IOException {
    into.clear().limit(n);
    while (into.hasRemaining()) {
      if (file.read(into, from + into.position()) < 0) {
        throw new IOException("became shorter while it was read");
      }
    }
    into.flip();
  }

  /** The answer's number in the line from … to-1; -1 for the torn start of a first answer. */
  private long number(long from, long to) throws IOException {
    ByteBuffer line = ByteBuffer.allocate((int) Math.min(to - from, 1 << 24));
    read(line, from, line.capacity());
    boolean whole = line.get(line.limit() - 1) == '\n';
    if (!whole && isTorn(line)) {
      return -1;
    }
    try (JsonParser p = JsonEvents.FACTORY.createParser(line.array(), 0, line.limit())) {
      if (p.nextToken() == JsonToken.START_OBJECT
          && "n".equals(p.nextFieldName())
          && p.nextToken() == JsonToken.VALUE_NUMBER_INT
          && p.getLongValue() >= 0) {
        return p.getLongValue();
      }
    } catch (IOException noJson) {
      // said below
    }
    throw new ConfigException(
        "",
        path
            + ": its last line is no answer that begins with its number, as in {\"n\":17,…; it is not"
            + " touched: give another path or move it away");
  }

  private static boolean isTorn(ByteBuffer line) {
    byte[] begin = {'{', '"', 'n', '"', ':'};
    for (int i = 0; i < Math.min(begin.length, line.limit()); i++) {
      if (line.get(i) != begin[i] && line.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Number of the first answer that is not in it. */
  long next() {
    return next;
  }

  /** Whether no answer was ever written. */
  boolean isNew() {
    return next == 0;
  }

  void begin(long first) {
    next = first;
  }

  long size() {
    return size;
  }

  /**
   * Appends whole lines.
   *
   * @param sync whether they are on the disk when this returns, not only with the operating system
   * @throws UncheckedIOException when they cannot be written; the file then ends where it ended
   */
  void append(byte[] lines, int answers, boolean sync) {
    try {
      cut(); // what a failure before could not cut
      ByteBuffer rest = ByteBuffer.wrap(lines);
      while (rest.hasRemaining()) {
        file.write(rest, size + rest.position());
      }
      if (sync) {
        file.force(false);
      }
      size += lines.length;
      next += answers;
    } catch (IOException e) {
      try {
        cut();
      } catch (IOException later) {
        e.addSuppressed(later);
      }
      throw new UncheckedIOException(path + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private void cut() throws IOException {
    if (file.size() > size) {
      file.truncate(size);
    }
  }

  @Override
  public void close() {
    close(file);
  }
}
