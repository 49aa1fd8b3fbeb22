package org.freshet.core;

/**
 * Turns a row into another. Learns from features at the event ({@link #learn}), and, if it has the
 * trait {@link Trait#READS_LABELS}, from labels when they arrive ({@link #label}). Each event is
 * transformed first and learnt after, so that predict and learn of one event see the same row.
 */
public interface Transformer extends Learner {
  /** The columns of the rows it writes; fixed when it is made (a sparse output may widen). */
  Schema output();

  /**
   * Writes the row; pure. {@code out} was made for {@link #output()} and has begun for this event.
   */
  void transform(Features in, Row out);

  /**
   * Rows that will be transformed next, one by one, if this is the first step: what is dear may be
   * worked out for all of them together. Changes nothing that can be told from outside; rows may
   * come otherwise.
   */
  default void expect(Batch rows, int from, int to) {}

  /** Learns from the features of an event, after it was transformed. */
  default void learn(Features in) {}

  /**
   * A label arrived.
   *
   * @param in the row of the event as it was when predicted
   * @param label class code or number
   */
  default void label(Features in, double label) {}
}
