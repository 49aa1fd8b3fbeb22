package org.freshet.evaluate.stats;

/**
 * Tails of the distributions the tests need. Incomplete gamma and beta functions by series and
 * continued fractions (Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 6.5.29,
 * 6.5.31, 26.5.8), evaluated by Lentz's method; relative error about 1e-12.
 */
public final class Distributions {
  private static final double TINY = 1e-300;
  private static final double EPS = 1e-15;
  private static final int STEPS = 10_000;

  private Distributions() {}

  /** ln Γ(x) for x &gt; 0: Stirling's series, the argument first raised above 15. */
  static double logGamma(double x) {
    double shift = 0;
    double z = x;
    while (z < 15) {
      shift += Math.log(z);
      z++;
    }
    double r = 1 / (z * z);
    double series =
        (1 / 12.0 - r * (1 / 360.0 - r * (1 / 1260.0 - r * (1 / 1680.0 - r / 1188.0)))) / z;
    return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }

  /** Upper tail Q(a, x) of the gamma distribution. */
  static double gammaUpper(double a, double x) {
    if (x <= 0) {
      return 1;
    }
    double front = Math.exp(a * Math.log(x) - x - logGamma(a));
    if (x < a + 1) {
      double term = 1 / a;
      double sum = term;
      for (int n = 1; n < STEPS && term > sum * EPS; n++) {
        term *= x / (a + n);
        sum += term;
      }
      return 1 - front * sum;
    }
    double b = x + 1 - a;
    double c = 1 / TINY;
    double d = 1 / b;
    double h = d;
    for (int n = 1; n < STEPS; n++) {
      double an = -n * (n - a);
      b += 2;
      d = 1 / away(an * d + b);
      c = away(b + an / c);
      h *= d * c;
      if (Math.abs(d * c - 1) < EPS) {
        break;
      }
    }
    return front * h;
  }

  private static double away(double v) {
    return Math.abs(v) < TINY ? TINY : v;
  }

  /** Lower tail I_x(a, b) of the beta distribution. */
  static double betaLower(double a, double b, double x) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    if (x > (a + 1) / (a + b + 2)) {
      return 1 - betaLower(b, a, 1 - x);
    }
    double front =
        Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
            / a;
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double h = d;
    for (int m = 1; m < STEPS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away(1 + even * d);
      c = away(1 + even / c);
      h *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away(1 + odd * d);
      c = away(1 + odd / c);
      h *= d * c;
      if (Math.abs(d * c - 1) < EPS) {
        break;
      }
    }
    return front * h;
  }

  /** P(X ≥ x) of chi-squared. */
  public static double chiSquaredUpper(double x, double degrees) {
    return gammaUpper(degrees / 2, x / 2);
  }

  /** P(X ≥ x) of F. */
  public static double fUpper(double x, double numerator, double denominator) {
    return betaLower(denominator / 2, numerator / 2, denominator / (denominator + numerator * x));
  }

  /** P(X ≤ z) of the standard normal. */
  public static double normal(double z) {
    double tail = gammaUpper(0.5, z * z / 2) / 2;
    return z < 0 ? tail : 1 - tail;
  }

  /**
   * P(range of k independent standard normals ≤ q): the studentized range with infinite degrees of
   * freedom, k ∫ φ(z) (Φ(z) - Φ(z-q))^(k-1) dz by Simpson's rule.
   */
  public static double range(double q, int k) {
    if (q <= 0) {
      return 0;
    }
    int n = 400;
    double from = -8;
    double h = (8 + q - from) / n;
    double sum = 0;
    for (int i = 0; i <= n; i++) {
      double z = from + i * h;
      double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
      double f = density * Math.pow(Math.max(0, normal(z) - normal(z - q)), k - 1);
      sum += (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2) * f;
    }
    return Math.min(1, k * sum * h / 3);
  }

  /** The q with {@code range(q, k) = p}, by halving. */
  public static double rangeQuantile(double p, int k) {
    double low = 0;
    double high = 50;
    while (high - low > 1e-10) {
      double mid = (low + high) / 2;
      if (range(mid, k) < p) {
        low = mid;
      } else {
        high = mid;
      }
    }
    return (low + high) / 2;
  }
}
