package org.freshet.streams.input;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decimal text to double, exactly rounded, without allocating. Up to eight bytes are turned into a
 * whole number at once, as one long: the lengths of numbers are random, so a loop over digits pays
 * for a wrong guess of its end more than for its work. Up to 15 digits with a power of ten up to 22
 * are one exact multiplication or division (W. D. Clinger, How to read floating point numbers
 * accurately, PLDI 1990); the rest goes to the library.
 */
public final class Numbers {
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final long EXACT = 1L << 53;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long DOTS = '.' * ONES;
  private static final long ZEROS = '0' * ONES;

  /** Added to a byte above 9 it sets the high bit. */
  private static final long OVER_NINE = 0x76 * ONES;

  private Numbers() {}

  /** The number in bytes from … to-1, or NaN when they are no number (also for the text NaN). */
  public static double parse(byte[] b, int from, int to) {
    int n = to - from;
    if (n > 0 && n <= 9 && from + 9 <= b.length) {
      int minus = b[from] == '-' ? 1 : 0;
      n -= minus;
      if (n > 0 && n <= 8) {
        double v = eight((long) LONG.get(b, from + minus), n);
        if (v >= 0) {
          return Double.longBitsToDouble(Double.doubleToRawLongBits(v) | (long) minus << 63);
        }
      }
    }
    return loop(b, from, to);
  }

  /**
   * The number in the first n bytes, 1 to 8, of digits and at most one dot; -1 for anything else.
   */
  private static double eight(long word, int n) {
    long w = word << 64 - 8 * n; // right-aligned: the last character is the highest byte
    long x = w ^ DOTS;
    long dots = (x - ONES) & ~x & HIGH;
    int scale = 0;
    int digits = n;
    if (dots != 0) {
      int k = Long.numberOfTrailingZeros(dots) >>> 3;
      long before = (1L << 8 * k) - 1;
      w = (w & before) << 8 | (k == 7 ? 0 : w & -1L << 8 * k + 8);
      scale = 7 - k;
      digits--;
    }
    if (digits == 0) {
      return -1;
    }
    long d = (w ^ ZEROS) & -1L << 64 - 8 * digits;
    if (((d + OVER_NINE | d) & HIGH) != 0) {
      return -1;
    }
    // Neighbours become pairs, pairs fours, fours eight; the highest byte is the last digit.
    d = d * 10 + (d >>> 8) & 0x00ff00ff00ff00ffL;
    d = d * 100 + (d >>> 16) & 0x0000ffff0000ffffL;
    d = d * 10000 + (d >>> 32) & 0xffffffffL;
    return scale == 0 ? d : d / POWERS[scale];
  }

  private static double loop(byte[] b, int from, int to) {
    int p = from;
    boolean negative = false;
    if (p < to && (b[p] == '-' || b[p] == '+')) {
      negative = b[p++] == '-';
    }
    long m = 0;
    int start = p;
    int d;
    while (p < to && (d = b[p] - '0') >= 0 && d <= 9) {
      m = 10 * m + d;
      p++;
    }
    int digits = p - start;
    int scale = 0;
    if (p < to && b[p] == '.') {
      start = ++p;
      while (p < to && (d = b[p] - '0') >= 0 && d <= 9) {
        m = 10 * m + d;
        p++;
      }
      scale = p - start;
      digits += scale;
    }
    // 18 digits cannot overflow a long; leading zeros only cost the fast path.
    if (p == to && digits > 0 && digits <= 18 && m <= EXACT && scale < POWERS.length) {
      double v = scale == 0 ? m : m / POWERS[scale];
      return negative ? -v : v;
    }
    return digits == 0 ? infinity(b, from, to) : slow(b, from, to);
  }

  private static double slow(byte[] b, int from, int to) {
    byte last = b[to - 1];
    boolean decimal = last == '.' || last >= '0' && last <= '9';
    for (int i = from; decimal && i < to; i++) {
      decimal = b[i] != 'x' && b[i] != 'X'; // the library reads Java literals: 1f, 0x1p3
    }
    if (!decimal) {
      return Double.NaN;
    }
    try {
      return JavaDoubleParser.parseDouble(b, from, to - from);
    } catch (NumberFormatException none) {
      return Double.NaN;
    }
  }

  /** inf, Infinity, in any case and with a sign. */
  private static double infinity(byte[] b, int from, int to) {
    int p = from < to && (b[from] == '-' || b[from] == '+') ? from + 1 : from;
    if (!isWord(b, p, to, "inf") && !isWord(b, p, to, "infinity")) {
      return Double.NaN;
    }
    return b[from] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** Whether bytes are an ASCII word given in lower case, in any case. */
  public static boolean isWord(byte[] b, int from, int to, String lower) {
    if (to - from != lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      int c = b[from + i];
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether text is a number by the same rules. */
  public static boolean isNumber(String s) {
    byte[] b = s.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return !Double.isNaN(parse(b, 0, b.length));
  }
}
