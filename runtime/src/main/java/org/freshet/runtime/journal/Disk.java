package org.freshet.runtime.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** How the journal's bytes reach its files: a seam for tests, which fill it or cut its power. */
public interface Disk {
  /** The disk there is. */
  Disk REAL =
      new Disk() {
        @Override
        public void write(FileChannel to, ByteBuffer bytes, long at) throws IOException {
          long start = at - bytes.position();
          while (bytes.hasRemaining()) {
            to.write(bytes, start + bytes.position());
          }
        }
      };

  /** Writes all of the bytes at a place. */
  void write(FileChannel to, ByteBuffer bytes, long at) throws IOException;

  /** Everything written to a file is on the disk when this returns. */
  default void force(FileChannel file, boolean metadata) throws IOException {
    file.force(metadata);
  }
}
