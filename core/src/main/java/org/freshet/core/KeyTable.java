package org.freshet.core;

/** A learner or transformer that keeps something for each key, as far as its memory goes. */
public interface KeyTable {
  /**
   * How many keys there are, and what became of others so far.
   *
   * @param held in memory now
   * @param dropped because there were too many; their state is lost
   * @param expired because they had no event for long
   * @param stored times that a state went to the store
   * @param fetched times that one came back from there
   */
  record Keys(long held, long dropped, long expired, long stored, long fetched) {}

  /** By the thread that learns. */
  Keys keyCounts();

  /** Which of so many parts a key belongs to, the same everywhere and always; null is a key too. */
  static int part(String key, int parts) {
    return (int) Math.floorMod(hash(key), (long) parts);
  }

  /** A hash of a key's name, FNV-1a and a finalizer; never changed, since models lie under it. */
  static long hash(String key) {
    long a = 0xcbf29ce484222325L;
    int n = key == null ? -1 : key.length();
    for (int i = 0; i < n; i++) {
      a = (a ^ key.charAt(i)) * 0x100000001b3L;
    }
    long z = a + n;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
