package org.freshet.core;

/** A learner or transformer that keeps something for each key, as far as its memory goes. */
public interface KeyTable {
  /**
   * How many keys there are, and what became of others so far.
   *
   * @param held in memory now
   * @param dropped because there were too many; their state is lost
   * @param expired because they had no event for long
   * @param stored times that a state went to the store
   * @param fetched times that one came back from there
   */
  record Keys(long held, long dropped, long expired, long stored, long fetched) {}

  /** By the thread that learns. */
  Keys keyCounts();
}
