package org.freshet.core.ask;

/** What came through the journal and changes a queue of questions. */
public sealed interface QuestionNews {
  /** The engine asks; once for each event. */
  record Asked(QueuedQuestion question) implements QuestionNews {}

  /**
   * A label came for an event that may be asked about.
   *
   * @param annotator who gave it as an answer; null for a label that came by itself
   * @param refused whether the model could not learn it, so that the question stands
   */
  record Labelled(String id, String annotator, String label, boolean refused)
      implements QuestionNews {}

  /**
   * The key of a label's record in the journal says who gave it.
   *
   * @see #annotator
   */
  static String key(String annotator) {
    return "annotator:" + annotator;
  }

  /** Who gave a label, by the key of its record; null where that says nothing. */
  static String annotator(String key) {
    return key != null && key.startsWith("annotator:") && key.length() > "annotator:".length()
        ? key.substring("annotator:".length())
        : null;
  }
}
