package org.freshet.learn.calibrate;

import org.freshet.core.Kernels;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * One number for all classes: log probabilities times β = 1/T, normalised. β follows the gradient
 * of the log loss by online Newton steps whose second moments fade.
 */
final class TemperatureScaling implements Calibrator {
  /** Probabilities below count as this one. */
  static final double LEAST = 1e-12;

  private static final double LOW = 0.01;
  private static final double HIGH = 100;

  private final double keep;
  private double beta = 1;
  private double moment = 1; // Σ g², faded
  private double[] q = new double[8];

  TemperatureScaling(int window) {
    keep = 1 - 1.0 / window;
  }

  @Override
  public void map(double[] p, int n) {
    for (int c = 0; c < n; c++) {
      p[c] = beta * Math.log(Math.max(p[c], LEAST));
    }
    Kernels.softmax(p, n);
  }

  @Override
  public void learn(double[] p, int n, int label) {
    if (q.length < n) {
      q = new double[2 * n];
    }
    System.arraycopy(p, 0, q, 0, n);
    map(q, n);
    double gradient = -Math.log(Math.max(p[label], LEAST));
    for (int c = 0; c < n; c++) {
      gradient += q[c] * Math.log(Math.max(p[c], LEAST));
    }
    moment = keep * moment + gradient * gradient;
    beta = Math.max(LOW, Math.min(HIGH, beta - gradient / moment));
  }

  double temperature() {
    return 1 / beta;
  }

  @Override
  public void save(StateWriter out) {
    out.put("beta", beta);
    out.put("moment", moment);
  }

  @Override
  public void load(StateReader in, int labels) {
    beta = in.doubleValue("beta");
    moment = in.doubleValue("moment");
    if (!(beta >= LOW && beta <= HIGH)) {
      throw in.corrupt("beta", "is " + beta + ", allowed " + LOW + " to " + HIGH);
    }
    if (!(moment > 0)) {
      throw in.corrupt("moment", "is " + moment + ", expected a number above 0");
    }
  }

  @Override
  public long memoryBytes() {
    return 56 + 8L * q.length;
  }
}
