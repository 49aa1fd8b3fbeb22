package org.freshet.learn.tree;

import org.freshet.core.DriftDetector;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A watch by any drift detector; every change counts, to more errors or fewer. */
final class DetectorWatch<L extends TreeLeaf> extends Watch<L> {
  private final DriftDetector detector;

  DetectorWatch(DriftDetector detector) {
    this.detector = detector;
  }

  @Override
  boolean update(double value) {
    return detector.update(value) == DriftDetector.DRIFT;
  }

  @Override
  long bytes() {
    return 24 + detector.memoryBytes();
  }

  @Override
  void save(StateWriter out, String name) {
    out.put(name, detector);
  }

  @Override
  void load(StateReader in, String name) {
    in.load(name, detector);
  }
}
