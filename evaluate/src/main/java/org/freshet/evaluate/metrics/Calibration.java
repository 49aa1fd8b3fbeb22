package org.freshet.evaluate.metrics;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Expected calibration error: how far the probability of the answer is from how often such answers
 * are right, over bins of equal width (Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern
 * Neural Networks", ICML 2017, equations 2, 3, 5). Events without answer are left out.
 */
public final class Calibration {
  /** Bins, as in the paper. */
  public static final int BINS = 15;

  private final double[] weight = new double[BINS];
  private final double[] confidence = new double[BINS];
  private final double[] correct = new double[BINS];

  /**
   * @param p probability given to the answer, 0 … 1
   */
  public void add(double weight, double p, boolean right) {
    int bin = Math.min((int) (p * BINS), BINS - 1);
    this.weight[bin] += weight;
    confidence[bin] += weight * p;
    if (right) {
      correct[bin] += weight;
    }
  }

  /** Σ over bins of |right - promised|, over the weight; NaN without events. */
  public double error() {
    double gap = 0;
    double total = 0;
    for (int b = 0; b < BINS; b++) {
      gap += Math.abs(correct[b] - confidence[b]);
      total += weight[b];
    }
    return gap / total;
  }

  /** Weight of a bin. */
  public double weight(int bin) {
    return weight[bin];
  }

  /** Mean probability promised in a bin. */
  public double promised(int bin) {
    return confidence[bin] / weight[bin];
  }

  /** Share of right answers in a bin. */
  public double kept(int bin) {
    return correct[bin] / weight[bin];
  }

  void scale(double factor) {
    for (int b = 0; b < BINS; b++) {
      weight[b] *= factor;
      confidence[b] *= factor;
      correct[b] *= factor;
    }
  }

  void clear() {
    Arrays.fill(weight, 0);
    Arrays.fill(confidence, 0);
    Arrays.fill(correct, 0);
  }

  void save(StateWriter out) {
    out.put("weight", weight);
    out.put("confidence", confidence);
    out.put("correct", correct);
  }

  void load(StateReader in) {
    System.arraycopy(in.doubles("weight", BINS), 0, weight, 0, BINS);
    System.arraycopy(in.doubles("confidence", BINS), 0, confidence, 0, BINS);
    System.arraycopy(in.doubles("correct", BINS), 0, correct, 0, BINS);
  }
}
