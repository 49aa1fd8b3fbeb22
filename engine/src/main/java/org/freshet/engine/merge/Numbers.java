package org.freshet.engine.merge;

import org.freshet.core.state.StateReader;

/** Looks for numbers that are none in a state that came from outside. */
final class Numbers {
  private Numbers() {}

  /**
   * Refuses a state with a NaN, or with an infinity in an entry that has none in the state of a
   * learner that has learnt nothing: a minimum begins there.
   *
   * @throws org.freshet.core.StateException when there is one
   */
  static void check(String source, byte[] state, byte[] none) {
    StateReader in = StateReader.open(source, state);
    StateReader usual = StateReader.open(source, none);
    for (String path : in.paths()) {
      double[] numbers = in.numbers(path);
      boolean infinite = usual.paths().contains(path) && hasInfinite(usual.numbers(path));
      for (double v : numbers) {
        if (Double.isNaN(v) || Double.isInfinite(v) && !infinite) {
          throw in.corrupt(path, "has " + v + ", expected numbers");
        }
      }
    }
  }

  private static boolean hasInfinite(double[] numbers) {
    for (double v : numbers) {
      if (Double.isInfinite(v)) {
        return true;
      }
    }
    return false;
  }
}
