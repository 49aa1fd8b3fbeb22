package org.freshet.evaluate.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * All regression metrics that are sums over events, of the model and of its two baselines. A
 * prediction that is not finite counts as 0, what a regressor answers before it has learnt, and is
 * counted.
 *
 * <p>SMAPE is the mean of 2·|y - p| / (|y| + |p|), in 0 … 2, 0 where both are 0. R² is 1 - Σ(y-p)²
 * / Σ(y-mean)², the mean over the same events, its sum of squares kept by the weighted update of
 * West ("Updating mean and variance estimates", CACM 22, 1979).
 */
public final class RegressionSums {
  private double weight;
  private double absolute;
  private double squared;
  private double symmetric;
  private double mean;
  private double spread;
  private double noChangeAbsolute;
  private double noChangeSquared;
  private double meanAbsolute;
  private double meanSquared;
  private long notFinite;

  /** Adds an event and what the baselines answered for it. */
  public void add(
      double target, double weight, double prediction, double noChange, double meanSoFar) {
    if (!(weight > 0)) {
      return;
    }
    double p = prediction;
    if (!Double.isFinite(p)) {
      notFinite++;
      p = 0;
    }
    double error = Math.abs(target - p);
    this.weight += weight;
    absolute += weight * error;
    squared += weight * error * error;
    double size = Math.abs(target) + Math.abs(p);
    symmetric += size > 0 ? weight * 2 * error / size : 0;
    double d = target - mean;
    mean += d * weight / this.weight;
    spread += weight * d * (target - mean);
    double a = Math.abs(target - noChange);
    noChangeAbsolute += weight * a;
    noChangeSquared += weight * a * a;
    double b = Math.abs(target - meanSoFar);
    meanAbsolute += weight * b;
    meanSquared += weight * b * b;
  }

  public double mae() {
    return absolute / weight;
  }

  public double rmse() {
    return Math.sqrt(squared / weight);
  }

  /** NaN when all targets are equal. */
  public double r2() {
    return spread > 0 ? 1 - squared / spread : Double.NaN;
  }

  public double smape() {
    return symmetric / weight;
  }

  public double noChangeMae() {
    return noChangeAbsolute / weight;
  }

  public double meanMae() {
    return meanAbsolute / weight;
  }

  /** Weight of all events. */
  public double total() {
    return weight;
  }

  /** Predictions that were not finite. */
  public long notFinite() {
    return notFinite;
  }

  public Map<String, Double> values() {
    Map<String, Double> m = metrics(absolute, squared);
    ClassificationSums.put(m, "smape", smape());
    return m;
  }

  /** Metrics of "same as the last target known". */
  public Map<String, Double> noChangeValues() {
    return metrics(noChangeAbsolute, noChangeSquared);
  }

  /** Metrics of "the mean of the targets known". */
  public Map<String, Double> meanValues() {
    return metrics(meanAbsolute, meanSquared);
  }

  private Map<String, Double> metrics(double abs, double sq) {
    Map<String, Double> m = new LinkedHashMap<>();
    ClassificationSums.put(m, "mae", abs / weight);
    ClassificationSums.put(m, "rmse", Math.sqrt(sq / weight));
    ClassificationSums.put(m, "r2", spread > 0 ? 1 - sq / spread : Double.NaN);
    return m;
  }

  void scale(double factor) {
    weight *= factor;
    absolute *= factor;
    squared *= factor;
    symmetric *= factor;
    spread *= factor;
    noChangeAbsolute *= factor;
    noChangeSquared *= factor;
    meanAbsolute *= factor;
    meanSquared *= factor;
  }

  void clear() {
    weight = 0;
    absolute = 0;
    squared = 0;
    symmetric = 0;
    mean = 0;
    spread = 0;
    noChangeAbsolute = 0;
    noChangeSquared = 0;
    meanAbsolute = 0;
    meanSquared = 0;
    notFinite = 0;
  }

  public void save(StateWriter out) {
    out.put(
        "sums",
        new double[] {
          weight,
          absolute,
          squared,
          symmetric,
          mean,
          spread,
          noChangeAbsolute,
          noChangeSquared,
          meanAbsolute,
          meanSquared
        });
    out.put("not-finite", notFinite);
  }

  public void load(StateReader in) {
    double[] s = in.doubles("sums", 10);
    weight = s[0];
    absolute = s[1];
    squared = s[2];
    symmetric = s[3];
    mean = s[4];
    spread = s[5];
    noChangeAbsolute = s[6];
    noChangeSquared = s[7];
    meanAbsolute = s[8];
    meanSquared = s[9];
    notFinite = in.longValue("not-finite", 0, Long.MAX_VALUE);
  }
}
