package org.freshet.core.ask;

import java.util.List;

/** What came through the journal and changes a queue of questions. */
public sealed interface QuestionNews {
  /** The engine asks; once for each event. */
  record Asked(QueuedQuestion question) implements QuestionNews {}

  /**
   * A label came for an event that may be asked about.
   *
   * @param annotator who gave it as an answer; null for a label that came by itself
   * @param refused whether the model could not learn it, so that the question stands
   * @param more who is asked too, because this answer alone is not enough; null where it is
   */
  record Labelled(
      String id, String annotator, String label, boolean refused, List<QueuedQuestion.Offer> more)
      implements QuestionNews {
    public Labelled {
      more = more == null ? null : List.copyOf(more);
    }

    /** Where nobody else is asked. */
    public Labelled(String id, String annotator, String label, boolean refused) {
      this(id, annotator, label, refused, null);
    }
  }

  /**
   * The key of a label record without a label: nobody else will be found for the question, and what
   * was said of it so far is learnt.
   */
  String ENOUGH = "annotator:";

  /**
   * The key of a label's record in the journal says who gave it; a record without a label says that
   * this annotator does not know.
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
