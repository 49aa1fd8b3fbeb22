package org.freshet.neural.strategy;

/** A loss that goes along with those of a strategy, whichever it is. */
public interface Companion {
  /** Called before the pass forwards, with all rows in the input: what the loss compares with. */
  default void before(Lesson lesson, int rows) {}

  /** Called after it: adds to the gradients of nodes. */
  void loss(Lesson lesson, int rows);
}
