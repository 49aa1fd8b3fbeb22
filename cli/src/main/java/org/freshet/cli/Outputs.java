package org.freshet.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.freshet.core.ConfigException;

/**
 * Files that a command writes: refused before the work when they cannot be, whole or not at all.
 */
final class Outputs {
  private Outputs() {}

  /** Refuses what cannot become a file; to be called before long work. */
  static void check(String option, Path file) {
    if (file == null || isStandardOutput(file)) {
      return;
    }
    if (Files.isDirectory(file)) {
      throw new ConfigException(option, file + " is a folder; give the name of a file");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new ConfigException(option, "the folder " + folder + " does not exist; make it first");
    }
    boolean writable =
        Files.exists(file) && !Files.isRegularFile(file)
            ? Files.isWritable(file)
            : Files.isWritable(folder);
    if (!writable) {
      throw new ConfigException(
          option, folder + " cannot be written; give another folder or change its rights");
    }
  }

  /** Whether the file is given as {@code -}. */
  static boolean isStandardOutput(Path file) {
    return file != null && file.toString().equals("-");
  }

  /**
   * Opens a file that appears under its name only when it is closed after {@link Whole#done()}. A
   * device or pipe is written as it is.
   */
  static Whole open(Path file) {
    try {
      boolean special = Files.exists(file) && !Files.isRegularFile(file);
      Path at =
          special
              ? file
              : file.resolveSibling(file.getFileName() + ".tmp" + ProcessHandle.current().pid());
      return new Whole(Files.newOutputStream(at), at, file);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  static UncheckedIOException failed(Path file, IOException e) {
    String reason = Failures.reason(e);
    String prefix = file.toString();
    String words =
        reason.startsWith(prefix)
            ? reason.substring(prefix.length()).replaceFirst("^[:.\\w]*\\s*", "")
            : reason;
    return new UncheckedIOException("cannot write " + file + ": " + words, e);
  }

  /** See {@link Outputs#open}. */
  static final class Whole extends FilterOutputStream {
    private final Path temporary;
    private final Path file;
    private boolean done;
    private boolean closed;

    private Whole(OutputStream to, Path temporary, Path file) {
      super(new BufferedOutputStream(to, 1 << 16));
      this.temporary = temporary;
      this.file = file;
    }

    @Override
    public void write(byte[] b, int from, int n) throws IOException {
      out.write(b, from, n);
    }

    /** Everything was written: closing makes it the file. */
    void done() {
      done = true;
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      boolean own = !temporary.equals(file);
      try {
        out.close();
        if (own && done) {
          Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
      } finally {
        if (own) {
          Files.deleteIfExists(temporary);
        }
      }
    }
  }
}
