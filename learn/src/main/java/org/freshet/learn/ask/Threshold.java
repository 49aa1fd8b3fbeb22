package org.freshet.learn.ask;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A threshold that falls by a step with each question and rises with each event left out. */
final class Threshold {
  private final double step;
  private double at = 1;

  Threshold(double step) {
    this.step = step;
  }

  /** Whether a confidence is below the threshold times a factor; the threshold moves. */
  boolean above(double confidence, double factor) {
    boolean asks = confidence < at * factor;
    double moved = asks ? at * (1 - step) : at * (1 + step);
    at = Math.max(1e-300, Math.min(1e300, moved)); // else it could never come back
    return asks;
  }

  void save(StateWriter out) {
    out.put("threshold", at);
  }

  void load(StateReader in) {
    double d = in.doubleValue("threshold");
    if (!(d > 0 && d <= 1e300)) {
      throw in.corrupt("threshold", "is " + d);
    }
    at = d;
  }
}
