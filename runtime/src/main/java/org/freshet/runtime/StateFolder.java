package org.freshet.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.freshet.core.ConfigException;
import org.freshet.runtime.journal.Segments;

/**
 * The state folder of a live pipeline, held by one process at a time: {@code journal}, {@code
 * snapshots}, {@code versions}, {@code rows}, {@code models}, and {@code lock} with the number of
 * the process.
 */
final class StateFolder implements AutoCloseable {
  /** Folder of the rows that wait for their labels longer than memory holds them. */
  static final String ROWS = "rows";

  /** The queue of questions, and what its database has beside it. */
  private static final String QUESTIONS = "questions.db";

  /** Names of files that are being written. */
  private static final String UNFINISHED = ".*\\.(new|tmp\\d*)";

  private final Path folder;
  private final long limit;
  private FileChannel lockFile;
  private volatile long settled; // bytes of all files but the segment being written

  /**
   * @param limit most bytes of all files; 0 for no limit
   */
  StateFolder(Path folder, long limit) {
    this.folder = folder;
    this.limit = limit;
  }

  Path journal() {
    return folder.resolve("journal");
  }

  Path snapshots() {
    return folder.resolve("snapshots");
  }

  Path rows() {
    return folder.resolve(ROWS);
  }

  Path versions() {
    return folder.resolve("versions");
  }

  /** The database of models of keys that are not in memory. */
  Path models() {
    return folder.resolve("models").resolve("models.db");
  }

  /**
   * Takes the folder for this process, and removes what an earlier one left half-written.
   *
   * @throws ConfigException when another has it
   */
  void lock() {
    Path file = folder.resolve("lock");
    try {
      Files.createDirectories(folder);
      FileChannel c =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = tryLock(c);
      if (lock == null) {
        String holder = holder(c);
        c.close();
        throw new ConfigException(
            "state.directory",
            folder
                + " is in use by "
                + holder
                + "; stop that one, or give this pipeline a folder of its own");
      }
      lockFile = c;
      c.truncate(0);
      c.write(
          ByteBuffer.wrap(("" + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      removeUnfinished(folder);
      removeUnfinished(journal());
      removeUnfinished(snapshots());
      removeUnfinished(versions());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the state folder " + folder + ": " + reason(e), e);
    }
    recount();
  }

  private static FileLock tryLock(FileChannel c) throws IOException {
    try {
      return c.tryLock();
    } catch (OverlappingFileLockException ofThisProcess) {
      return null;
    }
  }

  private static String holder(FileChannel c) {
    try {
      ByteBuffer pid = ByteBuffer.allocate(20);
      c.read(pid, 0);
      String text = new String(pid.array(), 0, pid.position(), StandardCharsets.UTF_8);
      return text.isEmpty() ? "another process" : "process " + text;
    } catch (IOException notReadableWhileLocked) {
      return "another process";
    }
  }

  /** Files are written beside their names and renamed; a crash in between leaves the former. */
  private static void removeUnfinished(Path of) throws IOException {
    if (!Files.isDirectory(of)) {
      return;
    }
    try (Stream<Path> files = Files.list(of)) {
      List<Path> unfinished =
          files.filter(f -> f.getFileName().toString().matches(UNFINISHED)).toList();
      for (Path f : unfinished) {
        Files.deleteIfExists(f);
      }
    }
  }

  /** Counts the bytes of all files but the newest segment of the journal anew; by any thread. */
  void recount() {
    if (limit == 0) {
      return;
    }
    long bytes = 0;
    for (Path of : List.of(journal(), snapshots(), versions(), rows(), models().getParent())) {
      if (Files.isDirectory(of)) {
        try (Stream<Path> files = Files.list(of)) {
          for (Path f : files.toList()) {
            bytes += f.getFileName().toString().matches(UNFINISHED) ? 0 : size(f);
          }
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read the folder " + of + ": " + reason(e), e);
        }
      }
    }
    List<Segments.Segment> segments = Segments.list(journal());
    try {
      for (String part : List.of("", "-wal", "-shm", "-journal")) {
        bytes += size(folder.resolve(QUESTIONS + part));
      }
      settled = bytes - (segments.isEmpty() ? 0 : size(segments.get(segments.size() - 1).file()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the folder " + folder + ": " + reason(e), e);
    }
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException deletedMeanwhile) {
      return 0;
    }
  }

  /** Whether little room is left, a quarter of the limit: then fewer snapshots are kept. */
  boolean scarce() {
    return over(limit / 4);
  }

  /**
   * Whether a snapshot takes most of the limit. A smaller one may pass it for a moment, because it
   * takes the place of the journal before it.
   */
  boolean large(long snapshot) {
    return limit > 0 && snapshot > limit / 4 * 3;
  }

  /** Bytes of a segment of the journal, behind which a snapshot makes it superfluous. */
  long segment(long most) {
    return limit == 0 ? most : Math.min(most, limit / 4);
  }

  /** Whether the files would be larger than they may with so many bytes more. */
  boolean over(long more) {
    return limit > 0 && settled + more > limit;
  }

  /**
   * Refuses to write more than the limit.
   *
   * @param more bytes on top of those counted
   */
  void check(long more) {
    if (over(more)) {
      throw new UncheckedIOException(
          new IOException(
              "limits.disk: journal, snapshots and questions in "
                  + folder
                  + " take "
                  + (settled + more)
                  + " bytes, allowed "
                  + limit
                  + "; events wait until there is room; raise the limit or keep fewer snapshots"));
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Lets another process have the folder. */
  @Override
  public void close() {
    if (lockFile == null) {
      return;
    }
    try {
      lockFile.close();
      lockFile = null;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release " + folder + ": " + reason(e), e);
    }
  }
}
