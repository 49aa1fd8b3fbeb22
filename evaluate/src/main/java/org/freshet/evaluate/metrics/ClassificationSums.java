package org.freshet.evaluate.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * All classification metrics that are sums over events, of the model and of its two baselines. Used
 * whole, refilled for a window, and with growing weights for fading.
 *
 * <p>kappa-T sets the accuracy against "same label as the last one known" (Zliobaite, Bifet, Read,
 * Pfahringer, Holmes, "Evaluation methods and decision theory for classification of streaming data
 * with temporal dependence", Machine Learning 98, 2015); kappa-M against the majority so far
 * (Bifet, de Francisci Morales, Read, Holmes, Pfahringer, "Efficient online evaluation of big data
 * stream classifiers", KDD 2015). Both baselines know only labels that had arrived when the event
 * came.
 */
public final class ClassificationSums {
  /**
   * Probabilities are held in [CLIP, 1 - CLIP] before the logarithm, so a sure mistake costs 34.5
   * nats.
   */
  public static final double CLIP = 1e-15;

  private final LabelCounts counts = new LabelCounts();
  private final Calibration calibration = new Calibration();
  private double logLoss;
  private double brier;
  private double scored;
  private double noChange;
  private double majority;

  /**
   * Adds an event.
   *
   * @param label true class, 0 or more
   * @param predicted answer, -1 when there was none
   * @param scores probabilities of classes 0 … n-1 from index {@code at}; n 0 when there are none
   */
  public void add(int label, double weight, int predicted, double[] scores, int at, int n) {
    if (!(weight > 0)) {
      return;
    }
    counts.add(label, weight, predicted);
    logLoss += weight * logLoss(label, scores, at, n);
    brier += weight * brier(label, scores, at, n);
    scored += weight;
    if (predicted >= 0 && predicted < n) {
      calibration.add(weight, clamp(scores[at + predicted]), predicted == label);
    }
  }

  /** Adds what the baselines answered for the event added last; -1 is no answer. */
  public void addBaselines(int label, double weight, int noChangeAnswer, int majorityAnswer) {
    if (!(weight > 0)) {
      return;
    }
    if (noChangeAnswer == label) {
      noChange += weight;
    }
    if (majorityAnswer == label) {
      majority += weight;
    }
  }

  /** -ln p of the true class; p is 0 for a class that has no score yet. */
  static double logLoss(int label, double[] scores, int at, int n) {
    double p = label < n ? scores[at + label] : 0;
    return -Math.log(p >= CLIP ? Math.min(p, 1 - CLIP) : CLIP);
  }

  /** Σ (p_k - [k is true])² over all classes, in 0 … 2 (Brier 1950). */
  static double brier(int label, double[] scores, int at, int n) {
    double sum = label < n ? 0 : 1;
    for (int k = 0; k < n; k++) {
      double d = scores[at + k] - (k == label ? 1 : 0);
      sum += d * d;
    }
    return sum;
  }

  private static double clamp(double p) {
    return p > 0 ? Math.min(p, 1) : 0;
  }

  public LabelCounts counts() {
    return counts;
  }

  public Calibration calibration() {
    return calibration;
  }

  public double accuracy() {
    return counts.accuracy();
  }

  public double noChangeAccuracy() {
    return noChange / counts.total();
  }

  public double majorityAccuracy() {
    return majority / counts.total();
  }

  public double kappaT() {
    return counts.against(noChangeAccuracy());
  }

  public double kappaM() {
    return counts.against(majorityAccuracy());
  }

  public double logLoss() {
    return logLoss / scored;
  }

  public double brier() {
    return brier / scored;
  }

  /** Every metric by its name; those that are not defined yet are left out. */
  public Map<String, Double> values() {
    Map<String, Double> m = new LinkedHashMap<>();
    if (scored == 0) {
      return m;
    }
    put(m, "accuracy", counts.accuracy());
    put(m, "kappa", counts.kappa());
    put(m, "kappa_t", kappaT());
    put(m, "kappa_m", kappaM());
    put(m, "f1_macro", counts.f1Macro());
    put(m, "f1_micro", counts.f1Micro());
    put(m, "precision_macro", counts.precisionMacro());
    put(m, "recall_macro", counts.recallMacro());
    put(m, "balanced_accuracy", counts.balancedAccuracy());
    put(m, "g_mean", counts.gMean());
    put(m, "log_loss", logLoss());
    put(m, "brier", brier());
    put(m, "calibration_error", calibration.error());
    return m;
  }

  static void put(Map<String, Double> m, String name, double v) {
    if (Double.isFinite(v)) {
      m.put(name, v);
    }
  }

  void scale(double factor) {
    counts.scale(factor);
    calibration.scale(factor);
    logLoss *= factor;
    brier *= factor;
    scored *= factor;
    noChange *= factor;
    majority *= factor;
  }

  void clear() {
    counts.clear();
    calibration.clear();
    logLoss = 0;
    brier = 0;
    scored = 0;
    noChange = 0;
    majority = 0;
  }

  public void save(StateWriter out) {
    counts.save(out.child("counts"));
    calibration.save(out.child("calibration"));
    out.put("sums", new double[] {logLoss, brier, scored, noChange, majority});
  }

  public void load(StateReader in) {
    counts.load(in.child("counts"));
    calibration.load(in.child("calibration"));
    double[] s = in.doubles("sums", 5);
    logLoss = s[0];
    brier = s[1];
    scored = s[2];
    noChange = s[3];
    majority = s[4];
  }

  public long memoryBytes() {
    return 512 + counts.memoryBytes();
  }
}
