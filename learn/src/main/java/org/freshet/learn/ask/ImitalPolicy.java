package org.freshet.learn.ask;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The learnt rule of {@code imital}: a network of one hidden layer from what is known of an event
 * to how much its label is worth. All by exact arithmetic, so that it is the same on every machine.
 */
final class ImitalPolicy {
  static final int INPUTS = 7;
  private static final int UNITS = 12;
  private static final String BUNDLED = "imital.txt";

  /** For each unit its weights, bias and weight in the output; then the bias of the output. */
  final double[] weights;

  private final double[] hidden = new double[UNITS];

  ImitalPolicy(double[] weights) {
    this.weights = weights;
  }

  static int size() {
    return UNITS * (INPUTS + 2) + 1;
  }

  /** The one that comes with Freshet, made by {@link ImitalTraining}. */
  static ImitalPolicy bundled() {
    try (InputStream in = ImitalPolicy.class.getResourceAsStream(BUNDLED)) {
      return read(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ImitalPolicy read(String text) {
    double[] w = text.lines().mapToDouble(Double::parseDouble).toArray();
    if (w.length != size()) {
      throw new IllegalStateException(BUNDLED + " has " + w.length + " weights, due " + size());
    }
    return new ImitalPolicy(w);
  }

  /** One number a line, in the shortest form that is read back as it was. */
  String text() {
    StringBuilder s = new StringBuilder();
    for (double w : weights) {
      s.append(w).append('\n');
    }
    return s.toString();
  }

  /**
   * What is known of an event, each about in 0 … 1.
   *
   * @param p probabilities of n classes
   * @param nearest distance to the nearest labelled row
   * @param density of the stream around it
   * @param labelled labels so far
   * @param same those of the most probable class
   */
  static void inputs(
      double[] p, int n, double nearest, double density, long labelled, long same, double[] into) {
    double first = 0;
    double second = 0;
    double entropy = 0;
    for (int k = 0; k < n; k++) {
      second = Math.max(second, Math.min(first, p[k]));
      first = Math.max(first, p[k]);
      entropy -= p[k] > 0 ? p[k] * StrictMath.log(p[k]) : 0;
    }
    int classes = Math.max(2, n);
    double usual = classes * (same + 1.0) / (labelled + classes);
    into[0] = first;
    into[1] = first - second;
    into[2] = n < 2 ? 1 : entropy / StrictMath.log(classes);
    into[3] = nearest < Double.POSITIVE_INFINITY ? nearest / (nearest + 0.1) : 1;
    into[4] = density;
    into[5] = 10.0 / (10 + labelled);
    into[6] = usual / (1 + usual);
  }

  double score(double[] in) {
    double out = weights[weights.length - 1];
    for (int u = 0; u < UNITS; u++) {
      int at = u * (INPUTS + 2);
      double sum = weights[at + INPUTS];
      for (int i = 0; i < INPUTS; i++) {
        sum += weights[at + i] * in[i];
      }
      hidden[u] = StrictMath.tanh(sum);
      out += weights[at + INPUTS + 1] * hidden[u];
    }
    return out;
  }

  /** A step of gradient ascent: {@code rate} times the gradient of the score by each weight. */
  void step(double[] in, double rate) {
    score(in);
    for (int u = 0; u < UNITS; u++) {
      int at = u * (INPUTS + 2);
      double back = rate * weights[at + INPUTS + 1] * (1 - hidden[u] * hidden[u]);
      weights[at + INPUTS + 1] += rate * hidden[u];
      weights[at + INPUTS] += back;
      for (int i = 0; i < INPUTS; i++) {
        weights[at + i] += back * in[i];
      }
    }
    weights[weights.length - 1] += rate;
  }
}
