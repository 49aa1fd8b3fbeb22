package org.freshet.learn.semi;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Whether a learner's own sure answers may be believed: of those it gave to events whose label came
 * afterwards, the share that was right, fading by 1 − 1/window a label.
 */
final class Agreement {
  /** Sure answers that must have been checked before any is believed. */
  private static final double LEAST = 10;

  private final double threshold;
  private final double least;
  private final double keep;
  private double checked;
  private double right;

  /**
   * @param threshold probability from which on an answer is sure
   * @param least share that must be right
   * @param window labels it looks back on
   */
  Agreement(double threshold, double least, double window) {
    this.threshold = threshold;
    this.least = least;
    this.keep = 1 - 1 / window;
  }

  /** Whether an answer of this probability is sure. */
  boolean sure(double probability) {
    return probability >= threshold;
  }

  /** A label came for an event that was answered {@code answer} with some probability. */
  void check(int answer, double probability, int label) {
    if (answer >= 0 && sure(probability)) {
      checked = checked * keep + 1;
      right = right * keep + (answer == label ? 1 : 0);
    }
  }

  /** Whether sure answers are believed now. */
  boolean holds() {
    return checked >= LEAST && right >= least * checked;
  }

  void save(StateWriter out) {
    out.put("checked", checked);
    out.put("right", right);
  }

  void load(StateReader in) {
    checked = in.doubleValue("checked");
    right = in.doubleValue("right");
    if (!(checked >= 0) || !(right >= 0 && right <= checked) || Double.isInfinite(checked)) {
      throw in.corrupt("checked", "is " + checked + " with " + right + " right");
    }
  }
}
