package org.freshet.learn.transform;

/**
 * What is kept of the values of one column in a stretch of time: their number, sum, spread,
 * extremes and a bitmap of which there were, each only if asked for. A cell is a run of words in an
 * array of longs, doubles by their bits, so that many lie beside each other.
 *
 * <p>Spread: sums of squared deviations from the mean, updated one by one (Welford 1962) and merged
 * (T. Chan, G. Golub and R. LeVeque, "Algorithms for computing the sample variance", The American
 * Statistician 37, 1983), which stays exact where sums of squares would cancel.
 *
 * <p>Bitmap: linear counting (K. Whang, B. Vander-Zanden and H. Taylor, "A linear-time
 * probabilistic counting algorithm for database applications", ACM TODS 15, 1990) with {@value
 * #BITS} bits.
 */
final class Cell {
  static final int BITS = 256;
  private static final int BITMAP = BITS / 64;
  private static final int N = 0;
  private static final int SUM = 1;

  /** Values that count less together are none: long before quotients of such numbers go wrong. */
  private static final double NOTHING = 1e-100;

  private final int spread; // offsets, -1 where not kept
  private final int min;
  private final int max;
  private final int bitmap;
  private final boolean number;
  private final int words;

  /**
   * @param number whether values are numbers, which have a number, a sum and all else; else only a
   *     bitmap is kept
   */
  Cell(boolean number, boolean std, boolean min, boolean max, boolean distinct) {
    this.number = number;
    int at = number ? 2 : 0;
    spread = number && std ? at++ : -1;
    this.min = number && min ? at++ : -1;
    this.max = number && max ? at++ : -1;
    bitmap = distinct ? at : -1;
    words = distinct ? at + BITMAP : at;
  }

  int words() {
    return words;
  }

  /** Empties a cell. */
  void clear(long[] a, int at) {
    for (int i = 0; i < words; i++) {
      a[at + i] = 0; // 0.0 too
    }
    if (min >= 0) {
      set(a, at + min, Double.POSITIVE_INFINITY);
    }
    if (max >= 0) {
      set(a, at + max, Double.NEGATIVE_INFINITY);
    }
  }

  private static double get(long[] a, int i) {
    return Double.longBitsToDouble(a[i]);
  }

  private static void set(long[] a, int i, double value) {
    a[i] = Double.doubleToRawLongBits(value);
  }

  /** Adds a value that counts as {@code weight} of them. */
  void add(long[] a, int at, double value, double weight) {
    if (number) {
      double n = get(a, at + N);
      double sum = get(a, at + SUM);
      double more = n + weight;
      double total = sum + weight * value;
      if (spread >= 0 && n > 0) {
        double change = weight * (value - sum / n) * (value - total / more);
        set(a, at + spread, get(a, at + spread) + change);
      }
      set(a, at + N, more);
      set(a, at + SUM, total);
      if (min >= 0 && value < get(a, at + min)) {
        set(a, at + min, value);
      }
      if (max >= 0 && value > get(a, at + max)) {
        set(a, at + max, value);
      }
    }
    if (bitmap >= 0) {
      int bit = bit(value);
      a[at + bitmap + (bit >>> 6)] |= 1L << bit;
    }
  }

  private static int bit(double value) {
    long z = Double.doubleToLongBits(value + 0.0) * 0x9e3779b97f4a7c15L; // -0.0 is 0.0
    z = (z ^ (z >>> 32)) * 0xd6e8feb86659fd93L;
    return (int) (z >>> 56);
  }

  /** Adds the cell at {@code from} to that at {@code at}. */
  void merge(long[] a, int at, long[] other, int from) {
    if (number) {
      double n = get(a, at + N);
      double m = get(other, from + N);
      double sum = get(a, at + SUM);
      double added = get(other, from + SUM);
      if (spread >= 0 && m > 0) {
        double apart = n > 0 ? added / m - sum / n : 0;
        double between = n > 0 ? apart * apart * (n * m / (n + m)) : 0;
        set(a, at + spread, get(a, at + spread) + get(other, from + spread) + between);
      }
      set(a, at + N, n + m);
      set(a, at + SUM, sum + added);
      if (min >= 0 && get(other, from + min) < get(a, at + min)) {
        a[at + min] = other[from + min];
      }
      if (max >= 0 && get(other, from + max) > get(a, at + max)) {
        a[at + max] = other[from + max];
      }
    }
    for (int i = 0; i < BITMAP && bitmap >= 0; i++) {
      a[at + bitmap + i] |= other[from + bitmap + i];
    }
  }

  /** Lets all values so far count {@code factor} times as much; in the end they are forgotten. */
  void fade(long[] a, int at, double factor) {
    double n = get(a, at + N) * factor;
    if (n < NOTHING) {
      clear(a, at);
      return;
    }
    set(a, at + N, n);
    set(a, at + SUM, get(a, at + SUM) * factor);
    if (spread >= 0) {
      set(a, at + spread, get(a, at + spread) * factor);
    }
  }

  double n(long[] a, int at) {
    return get(a, at + N);
  }

  double sum(long[] a, int at) {
    return get(a, at + SUM);
  }

  /** Standard deviation of the values themselves, divided by their number; 0 of a single one. */
  double std(long[] a, int at) {
    return Math.sqrt(Math.max(0, get(a, at + spread)) / get(a, at + N));
  }

  double min(long[] a, int at) {
    return get(a, at + min);
  }

  double max(long[] a, int at) {
    return get(a, at + max);
  }

  /** About how many different values: m ln(m / z), with z of the m bits not set. */
  double distinct(long[] a, int at) {
    int set = 0;
    for (int i = 0; i < BITMAP; i++) {
      set += Long.bitCount(a[at + bitmap + i]);
    }
    return BITS * StrictMath.log((double) BITS / Math.max(1, BITS - set));
  }
}
