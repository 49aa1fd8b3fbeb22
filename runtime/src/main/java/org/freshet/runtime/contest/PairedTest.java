package org.freshet.runtime.contest;

/**
 * The paired test of two models on the same events, by the events where one was better than the
 * other: McNemar's where better is right against wrong, the sign test where it is a smaller error.
 * Both ask the same: were the {@code n} events that tell them apart a fair coin?
 *
 * <p>One-sided, exact by the binomial distribution, with the mid-p correction of M. W. Fagerland,
 * S. Lydersen and P. Laake, "The McNemar test for binary matched-pairs data: mid-p and asymptotic
 * are better than exact conditional", BMC Medical Research Methodology 13, 2013.
 */
final class PairedTest {
  private PairedTest() {}

  /**
   * Chance of a challenger being better so often if it is no better.
   *
   * @param better events where the challenger was better
   * @param worse events where the champion was
   */
  static double midP(long better, long worse) {
    long n = better + worse;
    if (n == 0) {
      return 1;
    }
    if (better < worse) { // the sum from the far side is the shorter one
      return 1 - midP(worse, better);
    }
    double term = StrictMath.exp(logChoose(n, better) - n * StrictMath.log(2));
    double p = term / 2;
    for (long k = better; k < n && term > 1e-18 * p; k++) {
      term *= (double) (n - k) / (k + 1);
      p += term;
    }
    return Math.min(1, p);
  }

  private static double logChoose(long n, long k) {
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  }

  /** ln n! by Stirling's series, by the sum below 16. */
  private static double logFactorial(long n) {
    if (n < 16) {
      double sum = 0;
      for (int i = 2; i <= n; i++) {
        sum += StrictMath.log(i);
      }
      return sum;
    }
    double r = 1.0 / n / n;
    return (n + 0.5) * StrictMath.log(n)
        - n
        + 0.5 * StrictMath.log(2 * Math.PI)
        + (1 / 12.0 - r * (1 / 360.0 - r * (1 / 1260.0 - r / 1680.0))) / n;
  }
}
