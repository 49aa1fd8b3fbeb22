package org.freshet.streams.vw;

/**
 * MurmurHash3, 32 bits, by Austin Appleby (public domain): what Vowpal Wabbit hashes names with.
 */
final class Murmur3 {
  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private Murmur3() {}

  static int hash(byte[] b, int from, int to, int seed) {
    int h = seed;
    int p = from;
    for (; p + 4 <= to; p += 4) {
      int k = b[p] & 0xff | (b[p + 1] & 0xff) << 8 | (b[p + 2] & 0xff) << 16 | b[p + 3] << 24;
      h = Integer.rotateLeft(h ^ mix(k), 13) * 5 + 0xe6546b64;
    }
    int tail = 0;
    for (int i = to - 1; i >= p; i--) {
      tail = tail << 8 | b[i] & 0xff;
    }
    h ^= mix(tail);
    h ^= to - from;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }

  private static int mix(int k) {
    return Integer.rotateLeft(k * C1, 15) * C2;
  }
}
