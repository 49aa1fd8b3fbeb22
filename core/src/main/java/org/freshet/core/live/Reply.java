package org.freshet.core.live;

/**
 * Who waits for what became of records: an HTTP request. Called on the pipeline's thread; quick.
 */
public interface Reply {
  /**
   * @param records with {@link Records#fate} of each
   * @param answers one for each record; one without an answer has no id and no known labels
   */
  void done(Records records, AnswerBlock answers);

  /** Whether it wants the final answers too, to events that are left to experts. */
  default boolean waits() {
    return false;
  }

  /**
   * The final answer to the event of record i, some time after {@link #done}.
   *
   * @param answer block of one
   */
  default void last(int i, AnswerBlock answer) {}

  /** The records were not consumed, and will not be. */
  void failed(Records records, RuntimeException why);
}
