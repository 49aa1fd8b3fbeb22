package org.freshet.learn.transform;

/**
 * Count, mean and sum of squared deviations of a set of numbers, and what is left of them when a
 * part of the set is taken out or another set comes in.
 *
 * <p>Two sets of n₁ and n₂ numbers with the means m₁ and m₂ have together S = S₁ + S₂ + (m₁ − m₂)²
 * n₁ n₂ / (n₁ + n₂), see T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the
 * sample variance", The American Statistician 37(3), 1983, equation (2.1). Read the other way round
 * it takes a part out: m₂ = m₁ + (m − m₁) n / n₂ and S₂ = S − S₁ − (m₁ − m₂)² n₁ n₂ / n. The
 * rounding errors of what is left are those of the whole.
 */
public final class Moments {
  public double count;
  public double mean;
  public double squares;

  public Moments set(double count, double mean, double squares) {
    this.count = count;
    this.mean = mean;
    this.squares = squares;
    return this;
  }

  /** Takes out a part of the set; nothing is left where the part has as many numbers. */
  public Moments less(double n, double m, double s) {
    double rest = count - n;
    if (!(rest > 0)) {
      return set(0, 0, 0);
    }
    if (n > 0) {
      double far = (mean - m) * (count / rest);
      double between = far * far * (n * rest / count);
      set(rest, m + far, Math.max(0, squares - s - between));
    }
    return this;
  }

  /** Puts another set in. */
  public Moments plus(double n, double m, double s) {
    if (!(n > 0)) {
      return this;
    }
    if (!(count > 0)) {
      return set(n, m, s);
    }
    double all = count + n;
    double far = m - mean;
    return set(all, mean + far * (n / all), squares + s + far * far * (count * n / all));
  }
}
