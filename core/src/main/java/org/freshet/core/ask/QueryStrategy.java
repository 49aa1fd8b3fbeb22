package org.freshet.core.ask;

import org.freshet.core.Features;
import org.freshet.core.Learner;

/**
 * Decides whether an event's label is worth asking for, before it is known. It sees once, in order,
 * every event whose label could come, after the model has answered it; the budget has the last
 * word, see {@link #asked}. Whatever it draws at random comes from its seed. In a live pipeline
 * with challengers the learner, and how rows look, may be others from one event to the next:
 * another model answers.
 */
public interface QueryStrategy extends Learner {
  /**
   * Whether to ask for the label of this event. May change the strategy's own statistics, never the
   * model.
   *
   * @param c valid only during the call
   */
  boolean ask(Candidate c);

  /** The question was asked: the strategy wanted it, and the budget allowed it. */
  default void asked(Candidate c) {}

  /**
   * A label came and is about to be learnt, asked for or not.
   *
   * @param x the row exactly as it was predicted from
   * @param label class code, or value in regression
   */
  default void learn(Features x, double label, double weight) {}

  /** The model met a drift. */
  default void drift() {}
}
