package org.freshet.neural.optimizer;

import org.freshet.neural.graph.Parameter;

/**
 * Takes out of a step what only makes weights longer, where their length does not matter (Heo et
 * al., ICLR 2021): the loss does not depend on the length of a unit's weights, or of all, when its
 * gradient is at right angles to them.
 */
final class Projection {
  private static final double EPSILON = 1e-8;

  private double[] gw = {};
  private double[] gg = {};
  private double[] ww = {};

  /**
   * Projects the step {@code u} of a whole parameter.
   *
   * @return whether the length did not matter
   */
  boolean apply(Parameter p, float[] w, float[] g, float[] u, double delta) {
    int rows = p.rows();
    int columns = p.columns();
    if (rows < 2) {
      return false; // a bias or a gain
    }
    sums(p, w, g);
    double most = 0;
    double allGw = 0;
    double allGg = 0;
    double allWw = 0;
    for (int c = 0; c < columns; c++) {
      most = Math.max(most, cosine(gw[c], gg[c], ww[c]));
      allGw += gw[c];
      allGg += gg[c];
      allWw += ww[c];
    }
    if (most < delta / Math.sqrt(rows)) {
      each(p, w, u);
      return true;
    }
    if (cosine(allGw, allGg, allWw) < delta / Math.sqrt((double) rows * columns)) {
      double length = Math.sqrt(allWw) + EPSILON;
      double along = 0;
      for (int i = 0; i < w.length; i++) {
        along += (double) w[i] * u[i];
      }
      float share = (float) (along / (length * length));
      for (int i = 0; i < w.length; i++) {
        u[i] -= share * w[i];
      }
      return true;
    }
    return false;
  }

  private static double cosine(double gw, double gg, double ww) {
    return Math.abs(gw) / ((Math.sqrt(gg) + EPSILON) * (Math.sqrt(ww) + EPSILON));
  }

  /** Products of gradients and weights of each unit, which is a column. */
  private void sums(Parameter p, float[] w, float[] g) {
    int stride = p.stride();
    if (gw.length < stride) {
      gw = new double[stride];
      gg = new double[stride];
      ww = new double[stride];
    }
    for (int c = 0; c < stride; c++) {
      gw[c] = 0;
      gg[c] = 0;
      ww[c] = 0;
    }
    for (int at = 0; at < w.length; at += stride) {
      for (int c = 0; c < stride; c++) {
        double a = g[at + c];
        double b = w[at + c];
        gw[c] += a * b;
        gg[c] += a * a;
        ww[c] += b * b;
      }
    }
  }

  private void each(Parameter p, float[] w, float[] u) {
    int stride = p.stride();
    double[] along = gw;
    for (int c = 0; c < stride; c++) {
      along[c] = 0;
    }
    for (int at = 0; at < w.length; at += stride) {
      for (int c = 0; c < stride; c++) {
        along[c] += (double) w[at + c] * u[at + c];
      }
    }
    for (int c = 0; c < stride; c++) {
      double length = Math.sqrt(ww[c]) + EPSILON;
      along[c] /= length * length;
    }
    for (int at = 0; at < w.length; at += stride) {
      for (int c = 0; c < stride; c++) {
        u[at + c] -= (float) (along[c] * w[at + c]);
      }
    }
  }

  long memoryBytes() {
    return 72 + 24L * gw.length;
  }
}
