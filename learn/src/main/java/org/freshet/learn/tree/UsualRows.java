package org.freshet.learn.tree;

/**
 * Mean and deviation of each column over the rows a rule has learnt, by which others are judged.
 */
final class UsualRows {
  /** Weight before a row can be told to be unusual. */
  private static final double ENOUGH = 30;

  private double weight;
  private final double[] means;
  private final double[] squares;

  UsualRows(int width) {
    means = new double[width];
    squares = new double[width];
  }

  /** For a rule that covers other rows. */
  UsualRows empty() {
    return new UsualRows(means.length);
  }

  /**
   * Whether a row is unlike those before: by Cantelli's inequality a value k from the mean has a
   * chance of at most σ² / (σ² + k²), odds σ² / k²; the logarithms of the odds are averaged.
   */
  boolean unusual(double[] xs, double threshold) {
    if (weight < ENOUGH || threshold == Double.NEGATIVE_INFINITY) {
      return false;
    }
    double logs = 0;
    double product = 1;
    int n = 0;
    for (int i = 0; i < xs.length; i++) {
      double d = xs[i] - means[i];
      if (!Double.isNaN(d) && squares[i] > 0) {
        product *= Math.max(d * d * weight / squares[i], 1e-4);
        if ((++n & 7) == 0) {
          logs += Math.log(product);
          product = 1;
        }
      }
    }
    return n > 0 && -(logs + Math.log(product)) < threshold * n;
  }

  void learn(double[] xs, double w) {
    weight += w;
    double share = w / weight;
    for (int i = 0; i < xs.length; i++) {
      double d = xs[i] - means[i];
      if (!Double.isNaN(d)) {
        means[i] += share * d;
        squares[i] += w * d * (xs[i] - means[i]);
      }
    }
  }

  int bytes() {
    return 64 + 16 * means.length;
  }

  void save(Tape out) {
    out.put(weight);
    out.put(means, 0, means.length);
    out.put(squares, 0, squares.length);
  }

  void load(Tape in) {
    weight = in.nextDouble();
    in.next(means, 0, means.length);
    in.next(squares, 0, squares.length);
  }
}
