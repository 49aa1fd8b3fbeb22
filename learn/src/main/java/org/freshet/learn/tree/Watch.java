package org.freshet.learn.tree;

import org.freshet.core.DriftDetector;
import org.freshet.learn.drift.Adwin;

/** What a node of an adaptive tree has besides: a detector on its errors, and a tree in waiting. */
final class Watch {
  final Adwin error;
  Node alternate;

  Watch(double delta) {
    error = new Adwin(delta);
  }

  /** Takes an error, 0 or 1; true when a change was found and errors became more. */
  boolean update(double value) {
    return error.update(value) == DriftDetector.DRIFT && error.increased();
  }

  long bytes() {
    return 24 + error.memoryBytes();
  }
}
