package org.freshet.learn.cascade;

import java.util.Arrays;
import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Probability d that an answer should be left to somebody better: one hidden layer of rectified
 * units over a few facts about the answer, added to the log odds that the answer's margin gives,
 * and a bias for the class answered. Moves by Adam. Untrained, d is what the margin says.
 */
final class DeferralNet {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  /** Classes with a bias of their own; the others share the last. */
  private static final int CLASSES = 256;

  private final int inputs;
  private final int hidden;
  private final double rate;
  private final double decay;

  // hidden × inputs, hidden biases, output weights, weight of the margin, biases of classes
  private final double[] w;
  private final double[] mean;
  private final double[] square;
  private long steps;

  private final double[] unit;
  private double base;
  private int answer;
  private double d;

  DeferralNet(int inputs, int hidden, double rate, double decay, Rng rng) {
    this.inputs = inputs;
    this.hidden = hidden;
    this.rate = rate;
    this.decay = decay;
    this.w = new double[hidden * (inputs + 2) + 1 + CLASSES];
    this.mean = new double[w.length];
    this.square = new double[w.length];
    this.unit = new double[hidden];
    for (int i = 0; i < hidden * inputs; i++) {
      w[i] = rng.nextGaussian() * Math.sqrt(2.0 / inputs);
    }
    w[hidden * (inputs + 2)] = 1;
  }

  /**
   * @param x facts about the answer
   * @param logOdds by its margin alone
   * @param label answered
   */
  double defer(double[] x, double logOdds, int label) {
    base = logOdds;
    answer = Math.max(0, Math.min(label, CLASSES - 1));
    int margin = hidden * (inputs + 2);
    double z = w[margin] * logOdds + w[margin + 1 + answer];
    for (int h = 0; h < hidden; h++) {
      double s = w[hidden * inputs + h];
      for (int i = 0; i < inputs; i++) {
        s += w[h * inputs + i] * x[i];
      }
      unit[h] = Math.max(0, s);
      z += w[hidden * (inputs + 1) + h] * unit[h];
    }
    d = 1 / (1 + Math.exp(-z));
    return d;
  }

  /**
   * Learns at the answer last judged.
   *
   * @param x as it was given
   * @param gradient of the loss by d
   */
  void learn(double[] x, double gradient) {
    double g = gradient * d * (1 - d);
    steps++;
    double fix = Math.sqrt(1 - Math.pow(BETA2, steps)) / (1 - Math.pow(BETA1, steps));
    int out = hidden * (inputs + 1);
    int margin = hidden * (inputs + 2);
    for (int h = 0; h < hidden; h++) {
      double inner = unit[h] > 0 ? g * w[out + h] : 0;
      move(out + h, g * unit[h], fix);
      move(hidden * inputs + h, inner, fix);
      for (int i = 0; i < inputs; i++) {
        move(h * inputs + i, inner * x[i], fix);
      }
    }
    move(margin, g * base, fix);
    move(margin + 1 + answer, g, fix);
  }

  private void move(int i, double gradient, double fix) {
    int margin = hidden * (inputs + 2);
    double g = gradient + decay * (w[i] - (i == margin ? 1 : 0));
    mean[i] = BETA1 * mean[i] + (1 - BETA1) * g;
    square[i] = BETA2 * square[i] + (1 - BETA2) * g * g;
    w[i] -= rate * fix * mean[i] / (Math.sqrt(square[i]) + EPSILON);
  }

  void save(StateWriter out) {
    out.put("weights", w);
    out.put("mean", mean);
    out.put("square", square);
    out.put("steps", steps);
  }

  void load(StateReader in) {
    read(in, "weights", w);
    read(in, "mean", mean);
    read(in, "square", square);
    steps = in.longValue("steps", 0, Long.MAX_VALUE - 1);
  }

  private static void read(StateReader in, String name, double[] into) {
    double[] values = in.doubles(name, into.length);
    if (!Arrays.stream(values).allMatch(Double::isFinite)) {
      throw in.corrupt(name, "has a value that is not finite");
    }
    System.arraycopy(values, 0, into, 0, into.length);
  }

  long memoryBytes() {
    return 88 + 4 * 16 + 8L * (3L * w.length + hidden);
  }
}
