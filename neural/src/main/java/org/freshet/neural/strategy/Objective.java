package org.freshet.neural.strategy;

import org.freshet.neural.graph.Losses;

/** What a row of the batch teaches: its class, or a number. */
public interface Objective {
  /** Classes by softmax and cross-entropy. */
  Objective CLASSES =
      new Objective() {
        @Override
        public boolean classes() {
          return true;
        }

        @Override
        public double loss(Lesson l, int from, int to) {
          return Losses.softmaxCrossEntropy(l.network().head(), l.labels(), l.weights(), from, to);
        }
      };

  /** Whether rows have classes; {@link Lesson#labels()} are all 0 where not. */
  boolean classes();

  /**
   * Adds the gradient of the loss of rows {@code from} to {@code to-1}, weighted by {@link
   * Lesson#weights()}, to the head.
   *
   * @return the loss
   */
  double loss(Lesson l, int from, int to);
}
