package org.freshet.neural.head;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.neural.matrix.Symmetric;

/** A normal cloud by its mean and the inverse of its covariance, learnt row by row. */
final class Gaussian {
  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  final int label;
  double weight;
  long age;
  double distance; // squared, of Mahalanobis, of the row measured last
  private final int n;
  private final double[] mean;
  private final double[][] precision;
  private double logDeterminant; // of the covariance
  private final double[] error;
  private final double[] image;

  Gaussian(int label, double weight, double[] at, double[] deviations) {
    this.label = label;
    this.weight = weight;
    n = at.length;
    age = 1;
    mean = at.clone();
    precision = new double[n][n];
    error = new double[n];
    image = new double[n];
    for (int j = 0; j < n; j++) {
      precision[j][j] = 1 / (deviations[j] * deviations[j]);
      logDeterminant += 2 * Math.log(deviations[j]);
    }
  }

  static long bytes(int n) {
    return 112 + n * (8L * n + 20) + 24L * n;
  }

  double logLikelihood(double[] x) {
    for (int j = 0; j < n; j++) {
      error[j] = x[j] - mean[j];
    }
    distance = times(error);
    return -0.5 * (distance + logDeterminant + n * LOG_TWO_PI);
  }

  /** image = Λ v; gives vᵀ Λ v, which is never negative. */
  private double times(double[] v) {
    java.util.Arrays.fill(image, 0);
    for (int i = 0; i < n; i++) {
      Symmetric.add(image, precision[i], v[i], 0, n);
    }
    return Math.max(0, Symmetric.dot(v, image, 0, n));
  }

  /** Takes the share r of a row. */
  void learn(double[] x, double r) {
    age++;
    if (!(r > 0)) {
      return;
    }
    weight += r;
    double w = r / weight;
    if (w >= 1) {
      return;
    }
    for (int j = 0; j < n; j++) {
      error[j] = x[j] - mean[j];
      mean[j] += w * error[j];
    }
    // C ← (1 − w) (C + w e eᵀ), by Sherman and Morrison
    double grown = 1 + w * times(error);
    double first = 1 / (1 - w);
    double c = -first * w / grown;
    for (int i = 0; i < n; i++) {
      double[] row = precision[i];
      double f = c * image[i];
      for (int j = 0; j < n; j++) {
        row[j] = first * row[j] + f * image[j];
      }
    }
    logDeterminant += n * Math.log1p(-w) + Math.log(grown);
  }

  /** The precision, for tests. */
  double precision(int i, int j) {
    return precision[i][j];
  }

  double logDeterminant() {
    return logDeterminant;
  }

  void save(StateWriter out) {
    out.put("class", label);
    out.put("weight", weight);
    out.put("age", age);
    out.put("mean", mean);
    StateWriter.Values cells = out.doubles("precision", n * n);
    for (double[] row : precision) {
      cells.put(row, 0, n);
    }
    cells.end();
    out.put("log_determinant", logDeterminant);
  }

  Gaussian(StateReader in, int n, int labels) {
    this.n = n;
    label = in.intValue("class", 0, labels - 1);
    weight = in.doubleValue("weight");
    if (!(weight > 0 && weight < 1e300)) {
      throw in.corrupt("weight", "is " + weight);
    }
    age = in.longValue("age", 0, Long.MAX_VALUE);
    mean = in.doubles("mean", n);
    double[] cells = in.doubles("precision", n * n);
    precision = new double[n][];
    for (int i = 0; i < n; i++) {
      precision[i] = java.util.Arrays.copyOfRange(cells, i * n, (i + 1) * n);
    }
    logDeterminant = in.doubleValue("log_determinant");
    error = new double[n];
    image = new double[n];
  }

  /**
   * Quantile of χ² (Wilson and Hilferty 1931) by that of the normal (Abramowitz, Stegun 26.2.23).
   */
  static double chiSquare(int degrees, double p) {
    double tail = Math.min(p, 1 - p);
    double t = Math.sqrt(-2 * Math.log(Math.max(1e-300, tail)));
    double z =
        t
            - (2.515517 + t * (0.802853 + t * 0.010328))
                / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    z = p < 0.5 ? -z : z;
    double d = Math.max(1, degrees);
    double root = 1 - 2 / (9 * d) + z * Math.sqrt(2 / (9 * d));
    return d * Math.max(0, root * root * root);
  }
}
