package org.freshet.learn.tree;

import org.freshet.core.DriftDetector;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;

/** A watch by ADWIN, which also knows the error since the last change. */
final class AdwinWatch<L extends TreeLeaf> extends Watch<L> {
  final Adwin error;

  AdwinWatch(double delta) {
    error = new Adwin(delta);
  }

  /** Of a tree all of whose nodes are watched by ADWIN. */
  static Adwin of(Node<?> n) {
    return ((AdwinWatch<?>) n.watch).error;
  }

  @Override
  boolean update(double value) {
    return error.update(value) == DriftDetector.DRIFT && error.increased();
  }

  @Override
  long bytes() {
    return 24 + error.memoryBytes();
  }

  @Override
  void save(StateWriter out, String name) {
    out.put(name, error);
  }

  @Override
  void load(StateReader in, String name) {
    in.load(name, error);
  }
}
