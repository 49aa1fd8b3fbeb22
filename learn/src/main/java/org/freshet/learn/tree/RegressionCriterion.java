package org.freshet.learn.tree;

/** How much a test tells about a number, from weight n, sum s and sum of squares q on each side. */
public enum RegressionCriterion {
  /** Reduction of the variance: n_l n_r / n² · (mean left − mean right)². */
  VARIANCE_REDUCTION,
  /** Reduction of the standard deviation: sd − n_l/n · sd left − n_r/n · sd right. */
  SD_REDUCTION;

  /** Merit of sending (nl, sl, ql) of (n, s, q) to the left; both sides must have weight. */
  double merit(double n, double s, double q, double nl, double sl, double ql) {
    double nr = n - nl;
    if (this == VARIANCE_REDUCTION) {
      double d = sl * n - nl * s;
      return d * d / (nl * nr * n * n);
    }
    return deviation(n, s, q)
        - (nl * deviation(nl, sl, ql) + nr * deviation(nr, s - sl, q - ql)) / n;
  }

  /** Standard deviation over n. */
  static double deviation(double n, double s, double q) {
    double mean = s / n;
    double v = q / n - mean * mean;
    return v > 0 ? Math.sqrt(v) : 0;
  }
}
