package org.freshet.core;

import java.util.List;

/**
 * A transformer that can go on without some of its features, so that the others have room where the
 * memory left to it is short. What it gives up, and when, follows from its own state and the
 * learner's alone: a replay does the same.
 */
public interface Yielding {
  /** Whether it ever gives anything up, as it was made: its memory is limited from outside. */
  boolean mayGiveUp();

  /** Whether it would soon forget something for want of memory, and has features to give up. */
  boolean isShort();

  /**
   * Gives up the features that contribute least for the memory they take; from now on they read as
   * if nothing were known.
   *
   * @param learner at the end of the pipeline
   * @param seen the rows that one sees
   */
  void giveUp(Learner learner, Schema seen);

  /** What was given up so far, in order, each in words. */
  List<String> givenUp();
}
