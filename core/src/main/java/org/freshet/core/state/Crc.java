package org.freshet.core.state;

/**
 * The checksum of two runs of bytes that follow each other, from theirs: appending n zero bits to
 * the first multiplies its remainder by xⁿ modulo the polynomial of CRC32C. Bits are reflected: the
 * highest bit of an int is x⁰.
 */
final class Crc {
  private static final int POLYNOMIAL = 0x82F63B78;
  private static final int ONE = 1 << 31;

  private Crc() {}

  /**
   * @param n bytes of the second run
   */
  static int joined(int first, int second, long n) {
    int factor = ONE;
    int power = ONE >>> 8; // x to the 8th, squared again and again
    for (long left = n; left != 0; left >>>= 1) {
      factor = (left & 1) != 0 ? times(factor, power) : factor;
      power = times(power, power);
    }
    return times(factor, first) ^ second;
  }

  private static int times(int a, int b) {
    int product = 0;
    int shifted = b; // b · x to the power of the bit at hand
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      product ^= (a & bit) != 0 ? shifted : 0;
      shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
    }
    return product;
  }
}
