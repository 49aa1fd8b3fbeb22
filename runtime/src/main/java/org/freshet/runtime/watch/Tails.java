package org.freshet.runtime.watch;

/** Far quantiles of distributions of squares, for limits that stationary streams stay under. */
final class Tails {
  /** Standard normal deviate exceeded with chance 1e-7. */
  static final double FAR = 5.199;

  private Tails() {}

  /**
   * The value a chi-squared variable exceeds with chance 1e-7, by the cube of E. B. Wilson and M.
   * M. Hilferty, "The distribution of chi-square", 1931; degrees may be broken.
   */
  static double chiSquared(double degrees) {
    double a = 2 / (9 * degrees);
    double root = 1 - a + FAR * StrictMath.sqrt(a);
    return degrees * root * root * root;
  }
}
