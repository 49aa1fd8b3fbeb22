package org.freshet.neural.replay;

import org.freshet.neural.strategy.Lesson;

/** Chooses which rows of a memory are learnt again. One for each network. */
public interface Retrieval {
  /** Every row with the same probability, none twice. */
  Retrieval UNIFORM = (l, from, count, places) -> l.memory().draw(count, places, l.rng());

  /**
   * Chooses rows.
   *
   * @param from the first row of the input that is free; the rows of the stream are in front
   * @param count how many at most
   * @param places filled with where they are kept
   * @return how many
   */
  int draw(Lesson lesson, int from, int count, int[] places);

  default long memoryBytes() {
    return 16;
  }
}
