package org.freshet.core.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Writes a file whole or not at all: to a temporary file beside it, synced, renamed. */
public final class StateFiles {
  private StateFiles() {}

  /**
   * Replaces {@code file} by {@code bytes}; on any failure the old file stays as it was.
   *
   * @throws UncheckedIOException when the disk is full, the folder is missing …
   */
  public static void write(Path file, byte[] bytes) {
    if (isDevice(file)) {
      writeThrough(file, bytes);
      return;
    }
    replace(
        file,
        out -> {
          ByteBuffer content = ByteBuffer.wrap(bytes);
          while (content.hasRemaining()) {
            out.write(content);
          }
        });
  }

  /**
   * Replaces {@code file} by a container of state that may be larger than memory; on any failure
   * the old file stays as it was.
   *
   * @param size told of the bytes before the file appears; what it throws is thrown
   */
  public static void write(Path file, Consumer<StateWriter> state, LongConsumer size) {
    if (isDevice(file)) {
      StateWriter whole = new StateWriter();
      state.accept(whole);
      byte[] bytes = whole.toBytes();
      size.accept(bytes.length);
      writeThrough(file, bytes);
      return;
    }
    replace(file, out -> size.accept(StateWriter.write(out, state)));
  }

  private static boolean isDevice(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  private interface Content {
    void to(FileChannel out) throws IOException;
  }

  private static void replace(Path file, Content content) {
    Path target = whereLinkLeads(file);
    Path temporary =
        target.resolveSibling(target.getFileName() + ".tmp" + ProcessHandle.current().pid());
    try {
      try (FileChannel out =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        content.to(out);
        out.force(true);
      }
      try {
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      }
      syncFolder(target.getParent());
    } catch (RuntimeException | Error e) {
      remove(temporary, e);
      throw e;
    } catch (IOException e) {
      remove(temporary, e);
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static void remove(Path temporary, Throwable why) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException alsoFailed) {
      why.addSuppressed(alsoFailed);
    }
  }

  /** A device or pipe is written as it is: a rename would replace it by a plain file. */
  private static void writeThrough(Path device, byte[] bytes) {
    try {
      Files.write(device, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + device + ": " + e.getMessage(), e);
    }
  }

  /** The file behind a symbolic link, so that the link stays one. */
  private static Path whereLinkLeads(Path file) {
    try {
      return Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
    } catch (IOException dangling) {
      return file.toAbsolutePath();
    }
  }

  /** Brings the names in a folder to the disk, where the system offers that. */
  public static void syncFolder(Path folder) {
    try (FileChannel c = FileChannel.open(folder, StandardOpenOption.READ)) {
      c.force(true);
    } catch (IOException notOffered) {
      // Some systems cannot sync a folder; the rename itself has happened.
      return;
    }
  }
}
