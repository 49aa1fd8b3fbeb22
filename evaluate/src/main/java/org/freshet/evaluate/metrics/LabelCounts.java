package org.freshet.evaluate.metrics;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Weight per class: how often it was true, how often answered, how often both. Accuracy, kappa, and
 * precision, recall and F1 of every kind need no more than these marginals, so memory is 24 bytes a
 * class. An event without answer (predicted -1) counts as true of its class and as wrong.
 */
public final class LabelCounts {
  private double[] actual = new double[4];
  private double[] predicted = new double[4];
  private double[] hit = new double[4];
  private int labels;
  private double total;
  private double correct;
  private double answered;

  /** Adds an event; a label or answer not seen before opens a class. */
  public void add(int label, double weight, int answer) {
    int top = Math.max(label, answer) + 1;
    if (top > labels) {
      grow(top);
    }
    actual[label] += weight;
    total += weight;
    if (answer >= 0) {
      predicted[answer] += weight;
      answered += weight;
    }
    if (answer == label) {
      hit[label] += weight;
      correct += weight;
    }
  }

  private void grow(int n) {
    if (n > actual.length) {
      int room = Math.max(n, 2 * actual.length);
      actual = Arrays.copyOf(actual, room);
      predicted = Arrays.copyOf(predicted, room);
      hit = Arrays.copyOf(hit, room);
    }
    labels = n;
  }

  /** Multiplies every weight. */
  void scale(double factor) {
    for (int k = 0; k < labels; k++) {
      actual[k] *= factor;
      predicted[k] *= factor;
      hit[k] *= factor;
    }
    total *= factor;
    correct *= factor;
    answered *= factor;
  }

  void clear() {
    Arrays.fill(actual, 0);
    Arrays.fill(predicted, 0);
    Arrays.fill(hit, 0);
    labels = 0;
    total = 0;
    correct = 0;
    answered = 0;
  }

  /** One more than the highest class seen. */
  public int labels() {
    return labels;
  }

  /** Weight of all events. */
  public double total() {
    return total;
  }

  /** Weight of the events of a class. */
  public double actual(int k) {
    return actual[k];
  }

  /** Weight of the events answered with a class. */
  public double predicted(int k) {
    return predicted[k];
  }

  /** Share of right answers; NaN before the first event. */
  public double accuracy() {
    return correct / total;
  }

  /**
   * Cohen's kappa: (p0 - pe) / (1 - pe), with pe the agreement by chance of the two marginals. NaN
   * when chance agrees always.
   */
  public double kappa() {
    double chance = 0;
    for (int k = 0; k < labels; k++) {
      chance += actual[k] / total * (predicted[k] / total);
    }
    return against(chance);
  }

  /** (p0 - reference) / (1 - reference); NaN when the reference is never wrong. */
  double against(double reference) {
    return reference < 1 ? (accuracy() - reference) / (1 - reference) : Double.NaN;
  }

  /** Right answers of a class over answers of it; 0 when it was never answered. */
  public double precision(int k) {
    return ratio(hit[k], predicted[k]);
  }

  /** Right answers of a class over events of it; 0 when it never occurred. */
  public double recall(int k) {
    return ratio(hit[k], actual[k]);
  }

  /** Harmonic mean of precision and recall; 0 when both are. */
  public double f1(int k) {
    return ratio(2 * hit[k], actual[k] + predicted[k]);
  }

  private static double ratio(double a, double b) {
    return b > 0 ? a / b : 0;
  }

  /** Which per-class figure a mean is taken of. */
  private interface PerClass {
    double of(int k);
  }

  /** Mean over the classes that occurred or were answered. */
  private double macro(PerClass figure) {
    double sum = 0;
    int n = 0;
    for (int k = 0; k < labels; k++) {
      if (actual[k] > 0 || predicted[k] > 0) {
        sum += figure.of(k);
        n++;
      }
    }
    return sum / n;
  }

  public double precisionMacro() {
    return macro(this::precision);
  }

  public double recallMacro() {
    return macro(this::recall);
  }

  public double f1Macro() {
    return macro(this::f1);
  }

  /** Right answers over answers given. */
  public double precisionMicro() {
    return ratio(correct, answered);
  }

  /** Right answers over events: the accuracy. */
  public double recallMicro() {
    return accuracy();
  }

  public double f1Micro() {
    return ratio(2 * correct, total + answered);
  }

  /** Mean recall over the classes that occurred. */
  public double balancedAccuracy() {
    double sum = 0;
    int n = 0;
    for (int k = 0; k < labels; k++) {
      if (actual[k] > 0) {
        sum += recall(k);
        n++;
      }
    }
    return sum / n;
  }

  /**
   * Geometric mean of the recalls of the classes that occurred; 0 as soon as one is never found.
   */
  public double gMean() {
    double logs = 0;
    int n = 0;
    for (int k = 0; k < labels; k++) {
      if (actual[k] > 0) {
        if (hit[k] == 0) {
          return 0;
        }
        logs += Math.log(recall(k));
        n++;
      }
    }
    return n == 0 ? Double.NaN : Math.exp(logs / n);
  }

  void save(StateWriter out) {
    out.put("actual", actual, labels);
    out.put("predicted", predicted, labels);
    out.put("hit", hit, labels);
    out.put("total", total);
    out.put("correct", correct);
    out.put("answered", answered);
  }

  void load(StateReader in) {
    double[] a = in.doubles("actual");
    clear();
    grow(a.length);
    System.arraycopy(a, 0, actual, 0, labels);
    System.arraycopy(in.doubles("predicted", labels), 0, predicted, 0, labels);
    System.arraycopy(in.doubles("hit", labels), 0, hit, 0, labels);
    total = in.doubleValue("total");
    correct = in.doubleValue("correct");
    answered = in.doubleValue("answered");
  }

  long memoryBytes() {
    return 96 + 24L * actual.length;
  }
}
