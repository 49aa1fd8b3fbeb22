package org.freshet.neural.graph;

/**
 * Losses of a batch. Each returns the loss and adds its gradient to {@link Node#gradient()} of the
 * node it is given. What a row counts is given by {@code weight}: 1/rows each for a mean.
 */
public final class Losses {
  private Losses() {}

  /**
   * −Σ weight ln softmax(z)[label] over rows {@code from} to {@code to-1}.
   *
   * @param weight of each row, index as the row's
   */
  public static double softmaxCrossEntropy(Node z, int[] label, float[] weight, int from, int to) {
    return softmaxCrossEntropy(z, label, weight, from, to, null);
  }

  /**
   * The same, over some of the classes only (Caccia et al., "New Insights on Reducing Abrupt
   * Representation Change in Online Continual Learning", ICLR 2022).
   *
   * @param among whether a class takes part; all when null
   */
  public static double softmaxCrossEntropy(
      Node z, int[] label, float[] weight, int from, int to, boolean[] among) {
    double loss = 0;
    int n = z.width();
    float[] v = z.value();
    float[] g = z.gradient();
    for (int r = from; r < to; r++) {
      if (weight[r] == 0) {
        continue;
      }
      int at = r * z.stride();
      double top = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < n; c++) {
        if (among == null || among[c]) {
          top = Math.max(top, v[at + c]);
        }
      }
      double sum = 0;
      for (int c = 0; c < n; c++) {
        if (among == null || among[c]) {
          sum += Math.exp(v[at + c] - top);
        }
      }
      double inv = weight[r] / sum;
      for (int c = 0; c < n; c++) {
        if (among == null || among[c]) {
          g[at + c] += (float) (inv * Math.exp(v[at + c] - top));
        }
      }
      g[at + label[r]] -= weight[r];
      loss += weight[r] * (Math.log(sum) + top - v[at + label[r]]);
    }
    return loss;
  }

  /**
   * The same over all classes and one more, which is the label of no row.
   *
   * @param unseen its logits, in the first column
   */
  public static double softmaxCrossEntropy(
      Node z, Node unseen, int[] label, float[] weight, int from, int to) {
    double loss = 0;
    for (int r = from; r < to; r++) {
      if (weight[r] == 0) {
        continue;
      }
      int at = r * z.stride();
      int beside = r * unseen.stride();
      double known = logSum(z.value(), at, z.width(), 1);
      double u = unseen.value()[beside];
      double top = Math.max(known, u);
      double all = top + Math.log(Math.exp(known - top) + Math.exp(u - top));
      for (int c = 0; c < z.width(); c++) {
        z.gradient()[at + c] += (float) (weight[r] * Math.exp(z.value()[at + c] - all));
      }
      z.gradient()[at + label[r]] -= weight[r];
      unseen.gradient()[beside] += (float) (weight[r] * Math.exp(u - all));
      loss += weight[r] * (all - z.value()[at + label[r]]);
    }
    return loss;
  }

  /** −ln softmax(z)[label] of one row, without a gradient. */
  public static double negativeLogSoftmax(Node z, int row, int label) {
    int at = row * z.stride();
    double top = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < z.width(); c++) {
      top = Math.max(top, z.value()[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < z.width(); c++) {
      sum += Math.exp(z.value()[at + c] - top);
    }
    return Math.log(sum) + top - z.value()[at + label];
  }

  /** ½ Σ weight (z − y)² over the columns. */
  public static double squared(Node z, float[] y, int yStride, float[] weight, int from, int to) {
    double loss = 0;
    for (int r = from; r < to; r++) {
      int at = r * z.stride();
      for (int c = 0; c < z.width(); c++) {
        float d = z.value()[at + c] - y[r * yStride + c];
        z.gradient()[at + c] += weight[r] * d;
        loss += 0.5 * weight[r] * d * d;
      }
    }
    return loss;
  }

  /** As squared up to an error of {@code delta}, then linear (Huber 1964). */
  public static double huber(
      Node z, float[] y, int yStride, double delta, float[] weight, int from, int to) {
    double loss = 0;
    for (int r = from; r < to; r++) {
      int at = r * z.stride();
      for (int c = 0; c < z.width(); c++) {
        double d = z.value()[at + c] - y[r * yStride + c];
        double cut = Math.max(-delta, Math.min(delta, d));
        z.gradient()[at + c] += (float) (weight[r] * cut);
        loss += weight[r] * cut * (d - 0.5 * cut);
      }
    }
    return loss;
  }

  /** Σ weight max(τ (y − z), (τ − 1)(y − z)): learns the quantile τ (Koenker and Bassett 1978). */
  public static double quantile(
      Node z, float[] y, int yStride, double tau, float[] weight, int from, int to) {
    double loss = 0;
    for (int r = from; r < to; r++) {
      int at = r * z.stride();
      for (int c = 0; c < z.width(); c++) {
        double d = y[r * yStride + c] - z.value()[at + c];
        double slope = d > 0 ? -tau : d < 0 ? 1 - tau : 0;
        z.gradient()[at + c] += (float) (weight[r] * slope);
        loss -= weight[r] * slope * d;
      }
    }
    return loss;
  }

  /**
   * −Σ weight [y ln σ(z) + (1 − y) ln(1 − σ(z))] over the columns: each a question of its own.
   *
   * @param y in 0 … 1
   */
  public static double sigmoidCrossEntropy(
      Node z, float[] y, int yStride, float[] weight, int from, int to) {
    double loss = 0;
    for (int r = from; r < to; r++) {
      int at = r * z.stride();
      for (int c = 0; c < z.width(); c++) {
        double v = z.value()[at + c];
        double t = y[r * yStride + c];
        z.gradient()[at + c] += (float) (weight[r] * (1 / (1 + Math.exp(-v)) - t));
        loss += weight[r] * (Math.max(v, 0) - v * t + Math.log1p(Math.exp(-Math.abs(v))));
      }
    }
    return loss;
  }

  /**
   * Distillation: T² Σ weight KL(softmax(t / T) ‖ softmax(z / T)) over the first {@code n} columns
   * (Hinton, Vinyals and Dean 2015).
   *
   * @param t the logits to be kept to, rows {@code tStride} apart
   * @param temperature T
   */
  public static double distill(
      Node z, float[] t, int tStride, int n, double temperature, float[] weight, int from, int to) {
    double loss = 0;
    for (int r = from; r < to; r++) {
      int at = r * z.stride();
      double own = logSum(z.value(), at, n, temperature);
      double other = logSum(t, r * tStride, n, temperature);
      for (int c = 0; c < n; c++) {
        double lq = z.value()[at + c] / temperature - own;
        double lp = t[r * tStride + c] / temperature - other;
        double p = Math.exp(lp);
        z.gradient()[at + c] += (float) (weight[r] * temperature * (Math.exp(lq) - p));
        loss += weight[r] * temperature * temperature * p * (lp - lq);
      }
    }
    return loss;
  }

  /** Σ weight H(softmax(z)), the entropy in nats: small where the answer is sure. */
  public static double entropy(Node z, float[] weight, int from, int to) {
    double loss = 0;
    for (int r = from; r < to; r++) {
      int at = r * z.stride();
      double all = logSum(z.value(), at, z.width(), 1);
      double h = 0;
      for (int c = 0; c < z.width(); c++) {
        double l = z.value()[at + c] - all;
        h -= Math.exp(l) * l;
      }
      for (int c = 0; c < z.width(); c++) {
        double l = z.value()[at + c] - all;
        z.gradient()[at + c] -= (float) (weight[r] * Math.exp(l) * (l + h));
      }
      loss += weight[r] * h;
    }
    return loss;
  }

  /** ln Σ e^{v / T}. */
  private static double logSum(float[] v, int at, int n, double temperature) {
    double top = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < n; c++) {
      top = Math.max(top, v[at + c] / temperature);
    }
    double sum = 0;
    for (int c = 0; c < n; c++) {
      sum += Math.exp(v[at + c] / temperature - top);
    }
    return top + Math.log(sum);
  }
}
