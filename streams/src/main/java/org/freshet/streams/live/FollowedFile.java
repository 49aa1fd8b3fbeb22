package org.freshet.streams.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * One file that is read while others write it. It knows itself again, whatever its name has become,
 * by a {@link #mark}: a hash of what it begins with.
 */
final class FollowedFile implements AutoCloseable, LineBuffer.Input {
  /** Bits of a position that are the offset; the rest is the mark. */
  private static final int OFFSET_BITS = 43;

  /** How much of its start identifies a file. */
  private static final int HEAD = 1024;

  private final FileChannel file;
  private final Object key; // of the file system; null where it has none
  private long offset;
  private long mark; // of the first HEAD bytes, once they were read
  private boolean marked;

  FollowedFile(Path path) throws IOException {
    this.file = FileChannel.open(path, StandardOpenOption.READ);
    this.key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  static long offset(long position) {
    return position & (1L << OFFSET_BITS) - 1;
  }

  /** A position in this file: the offset, and the mark of what lies before it. */
  long position(long at) throws IOException {
    return mark(at) << OFFSET_BITS | at;
  }

  /** Whether a position given before is one of this file. */
  boolean isOf(long position) throws IOException {
    long at = offset(position);
    return at <= file.size() && mark(at) == position >>> OFFSET_BITS;
  }

  private long mark(long before) throws IOException {
    if (before == 0) {
      return 0;
    }
    if (marked && before >= HEAD) {
      return mark;
    }
    ByteBuffer head = ByteBuffer.allocate((int) Math.min(HEAD, before));
    while (head.hasRemaining() && file.read(head, head.position()) >= 0) {}
    long h = 0xcbf29ce484222325L;
    for (int i = 0; i < head.position(); i++) {
      h = (h ^ (head.get(i) & 0xff)) * 0x100000001b3L;
    }
    long folded = (h ^ h >>> 32) & (1L << 63 - OFFSET_BITS) - 1;
    if (before >= HEAD) {
      mark = folded;
      marked = true;
    }
    return folded;
  }

  /** Reads on from here. */
  void to(long at) {
    offset = at;
  }

  @Override
  public int read(byte[] into, int at, int most) throws IOException {
    int n = file.read(ByteBuffer.wrap(into, at, most), offset);
    offset += Math.max(0, n);
    return Math.max(0, n);
  }

  long size() throws IOException {
    return file.size();
  }

  /** What became of the file at its path while it was read. */
  enum Change {
    NONE,
    /** Nothing stands there now; it may come. */
    GONE,
    /**
     * Another file stands there: this one was renamed or deleted, what is left of it is its end.
     */
    REPLACED,
    /** It was cut off and begins anew. */
    TRUNCATED
  }

  /**
   * Looks whether this is still the file to read.
   *
   * @param path where it should stand
   * @param position of what was consumed, as {@link #position} gave it
   */
  Change change(Path path, long position) throws IOException {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (java.nio.file.NoSuchFileException e) {
      return Change.GONE;
    }
    if (key != null && !key.equals(now.fileKey())) {
      return Change.REPLACED;
    }
    if (now.size() < offset) {
      return Change.TRUNCATED;
    }
    marked = false;
    return isOf(position) ? Change.NONE : Change.TRUNCATED;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException late) {
      // it was only read
    }
  }
}
