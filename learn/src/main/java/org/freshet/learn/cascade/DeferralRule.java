package org.freshet.learn.cascade;

import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** What decides which level answers an event, and how little that answer is to be trusted. */
abstract class DeferralRule {
  final Levels levels;

  /** Level that answers the event last judged, and whether together with those before it. */
  int level;

  boolean together;

  DeferralRule(Levels levels) {
    this.levels = levels;
  }

  /**
   * Runs the levels as far as needed. Changes nothing that is part of the state.
   *
   * @param threshold from which uncertainty on the expert would be asked
   * @return uncertainty of the answer, larger where asking is worth more
   */
  abstract double judge(Features x, double threshold);

  /** An event was judged whose turn it is in the stream. */
  void passed() {}

  /** Probability to ask whatever the uncertainty. */
  double explores() {
    return 0;
  }

  /** The expert's answer to an event; the levels hold what they made of it before learning it. */
  void learn(Features x, int label) {}

  /** What is known may not hold any more. */
  void drift() {}

  void save(StateWriter out) {}

  void load(StateReader in) {}

  long memoryBytes() {
    return 32;
  }

  /** Entropy of the answer of a level, alone, as a share of the largest possible. */
  final double entropy(int l) {
    int n = levels.known();
    if (n < 2) {
      return n == 0 ? 1 : 0;
    }
    double sum = 0;
    for (int c = 0; c < n; c++) {
      double p = levels.own(l, c);
      sum -= p > 0 ? p * Math.log(p) : 0;
    }
    return sum / Math.log(n);
  }
}
