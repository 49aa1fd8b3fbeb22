package org.freshet.core;

/** A learner that detects drift inside; whoever drives it may read and clear what was found. */
public interface DriftReporter {
  /** Drifts found since the log was last cleared. */
  DriftLog drifts();
}
