package org.freshet.core.ask;

import java.util.List;

/**
 * A question to people: what is the label of this event?
 *
 * @param id of the event
 * @param event its number, counted from 0 over the stream
 * @param asked when, milliseconds since 1970
 * @param due when it is given up, milliseconds since 1970
 * @param priority the most urgent first; what the query strategy makes of it
 * @param wanted answers, each of another annotator
 * @param prediction what the model says; null where it says nothing
 * @param scores of the labels as a JSON object; null where there are none
 * @param candidates labels of which one is likely right, the likeliest first; null for all of them
 * @param features shown, as a JSON object; null where they are not known any more
 * @param offers whom it is offered to; null for anybody
 */
public record QueuedQuestion(
    String id,
    long event,
    long asked,
    long due,
    double priority,
    int wanted,
    String prediction,
    String scores,
    List<String> candidates,
    String features,
    List<Offer> offers) {
  /**
   * Whom a question is offered to.
   *
   * @param rank 0 at once, then each a lease later than the one before
   */
  public record Offer(String annotator, int rank) {}

  public QueuedQuestion {
    candidates = candidates == null ? null : List.copyOf(candidates);
    offers = offers == null ? null : List.copyOf(offers);
  }

  /** Offered to anybody. */
  public QueuedQuestion(
      String id,
      long event,
      long asked,
      long due,
      double priority,
      int wanted,
      String prediction,
      String scores,
      List<String> candidates,
      String features) {
    this(id, event, asked, due, priority, wanted, prediction, scores, candidates, features, null);
  }
}
