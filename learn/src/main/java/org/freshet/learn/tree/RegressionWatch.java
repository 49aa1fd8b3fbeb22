package org.freshet.learn.tree;

import java.util.function.Supplier;
import org.freshet.core.DriftDetector;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A watch by any detector, with the errors by which a subtree and its alternate are compared. */
final class RegressionWatch extends Watch<RegressionLeaf> {
  private final Supplier<DriftDetector> make;
  private DriftDetector detector; // null until the first error: leaves get none

  /** Examples since the alternate began. */
  int age;

  /** Faded squared errors of the subtree and of its alternate. */
  double oldLoss;

  double newLoss;

  RegressionWatch(Supplier<DriftDetector> make) {
    this.make = make;
  }

  @Override
  boolean update(double error) {
    if (detector == null) {
      detector = make.get();
    }
    return detector.update(error) == DriftDetector.DRIFT && detector.increased();
  }

  @Override
  long bytes() {
    return 56 + (detector == null ? 0 : detector.memoryBytes());
  }

  @Override
  void save(StateWriter out, String name) {
    StateWriter own = out.child(name);
    own.put("watches", detector != null);
    if (detector != null) {
      own.put("detector", detector);
    }
    own.put("age", age);
    own.put("old-loss", oldLoss);
    own.put("new-loss", newLoss);
  }

  @Override
  void load(StateReader in, String name) {
    StateReader own = in.child(name);
    detector = null;
    if (own.bool("watches")) {
      detector = make.get();
      own.load("detector", detector);
    }
    age = own.intValue("age", 0, Integer.MAX_VALUE - 1);
    oldLoss = own.doubleValue("old-loss");
    newLoss = own.doubleValue("new-loss");
  }
}
