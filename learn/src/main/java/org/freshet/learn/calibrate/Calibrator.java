package org.freshet.learn.calibrate;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A map from the probabilities a classifier gives to honest ones, learnt event by event. */
interface Calibrator {
  /** Maps the probabilities of n classes in place; they are normalised afterwards; pure. */
  void map(double[] p, int n);

  /**
   * Learns from the probabilities given to n classes before learning, of which one was true.
   *
   * @param label below n
   */
  void learn(double[] p, int n, int label);

  void save(StateWriter out);

  /**
   * @param labels the most classes there can be
   */
  void load(StateReader in, int labels);

  long memoryBytes();
}
