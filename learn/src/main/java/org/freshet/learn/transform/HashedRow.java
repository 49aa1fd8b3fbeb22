package org.freshet.learn.transform;

import java.util.Arrays;

/**
 * The features of one event by their names' hashes, given in any order: each goes to an index below
 * a bound, with a sign if wanted, and what shares an index is added up in the order given.
 */
public final class HashedRow {
  /** The most features of one event; later ones are left out. */
  public static final int MOST = 1 << 20;

  private static final long START = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private final int buckets;
  private final boolean signed;
  private long[] order = new long[32]; // index in the high, place in the low half
  private double[] values = new double[32];
  private double[] sums = new double[32];
  private int count;

  /**
   * @param buckets bound on the indices, at least 1
   * @param signed whether half of the names count negatively
   */
  public HashedRow(int buckets, boolean signed) {
    this.buckets = buckets;
    this.signed = signed;
  }

  /** The name that all names begin with. */
  public static long start() {
    return START;
  }

  /** A name and one more character (FNV-1a). */
  public static long append(long name, int c) {
    return (name ^ c) * PRIME;
  }

  public static long append(long name, CharSequence more) {
    long h = name;
    for (int i = 0; i < more.length(); i++) {
      h = append(h, more.charAt(i));
    }
    return h;
  }

  /** A name that has ended, which no character of another does. */
  public static long end(long name) {
    return append(name, 0x1ffff);
  }

  /** One feature; nothing for 0 and NaN. */
  public void add(long name, double value) {
    if (value == 0 || Double.isNaN(value) || count == MOST) {
      return;
    }
    if (count == order.length) {
      order = Arrays.copyOf(order, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
      sums = new double[2 * count];
    }
    long h = mix(name);
    order[count] = bucket(h) << 32 | count;
    values[count] = signed && h < 0 ? -value : value;
    count++;
  }

  private long bucket(long h) {
    return (buckets & (buckets - 1)) == 0 ? h & (buckets - 1) : Long.remainderUnsigned(h, buckets);
  }

  /** The last step of a 64-bit Murmur hash: every bit of h depends on every bit of the name. */
  private static long mix(long name) {
    long h = (name ^ name >>> 33) * 0xff51afd7ed558ccdL;
    h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
    return h ^ h >>> 33;
  }

  /**
   * Adds up what shares an index, in the order given, and puts the sums in the order of indices.
   * The next feature begins a new row.
   *
   * @return how many there are
   */
  public int sum() {
    Arrays.sort(order, 0, count);
    int n = 0;
    int k = 0;
    while (k < count) {
      long index = order[k] >>> 32;
      double sum = 0;
      while (k < count && order[k] >>> 32 == index) {
        sum += values[(int) order[k]];
        k++;
      }
      order[n] = index << 32;
      sums[n++] = sum;
    }
    count = 0;
    return n;
  }

  /** The k-th index after {@link #sum()}. */
  public int index(int k) {
    return (int) (order[k] >>> 32);
  }

  /** What was added up at the k-th index. */
  public double value(int k) {
    return sums[k];
  }

  public long memoryBytes() {
    return 48 + 3 * 16 + 24L * order.length;
  }
}
