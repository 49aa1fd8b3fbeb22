package org.freshet.learn.tree;

import org.freshet.core.DriftDetector;

/** What any rule has: its conditions, a leaf for what it covers, and a detector of its errors. */
abstract class Rule {
  final Conditions conditions;
  final DriftDetector detector;

  Rule(Conditions conditions, DriftDetector detector) {
    this.conditions = conditions;
    this.detector = detector;
  }

  abstract TreeLeaf leaf();

  /** Lets the leaf answer on and observe no more. */
  void stopObserving() {
    leaf().forgetObservations(false);
  }

  /** Gives the detector an error; true when it found that errors became more. */
  boolean watch(double error) {
    return detector.update(error) == DriftDetector.DRIFT && detector.increased();
  }

  abstract long bytes();
}
