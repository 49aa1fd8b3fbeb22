package org.freshet.core.live;

/** Who waits for what became of records: an HTTP request. Called on the pipeline's thread; quick. */
public interface Reply {
  /**
   * @param answers of the events among the records, by {@link Records#answer}; read-only, kept
   *     unchanged
   */
  void done(Records records, AnswerBlock answers);

  /** The records were not consumed, and will not be. */
  void failed(Records records, RuntimeException why);
}
