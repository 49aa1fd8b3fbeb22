package org.freshet.learn.transform;

import java.util.Arrays;

/**
 * Records of a fixed number of 64-bit words, numbered from 0, in chunks that are allocated when
 * first used and never move: millions of records without an object each and without a copy when
 * they become more.
 */
final class Slab {
  /** Words of a chunk, unless one record is longer or there are fewer. */
  private static final int CHUNK = 8192;

  private final int words;
  private final int shift;
  private final int mask;
  private long[][] chunks = new long[1][];
  private int made;

  /**
   * @param words of a record
   * @param limit the most records there will be
   */
  Slab(int words, int limit) {
    this.words = words;
    int most = Math.max(1, Math.min(limit, CHUNK / Math.max(1, words)));
    this.shift = 31 - Integer.numberOfLeadingZeros(most);
    this.mask = (1 << shift) - 1;
  }

  int words() {
    return words;
  }

  /** Makes room for a record; those below it have room already. */
  void reserve(int record) {
    int chunk = record >>> shift;
    if (chunk < made) {
      return;
    }
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * chunk);
    }
    chunks[chunk] = new long[(mask + 1) * words];
    made = chunk + 1;
  }

  /** The array a record lies in, from {@link #at} on. */
  long[] of(int record) {
    return chunks[record >>> shift];
  }

  int at(int record) {
    return (record & mask) * words;
  }

  long memoryBytes() {
    return 32 + 16 + 4L * chunks.length + made * (16 + 8L * (mask + 1) * words);
  }
}
