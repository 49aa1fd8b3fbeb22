package org.freshet.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An event that waits for its label, and what was answered.
 *
 * @param time of the event
 * @param predicted class code or number; -1 or NaN where there was no answer
 * @param scores over the labels known then; empty in regression
 * @param uncertainty 1 less the largest score, the least confident first; the width of the interval
 *     where intervals are answered; NaN where there is neither
 * @param asked whether the label was asked for; false for all where none is, see {@link
 *     org.freshet.engine.ask.Asking}
 */
public record OpenQuestion(
    String id, long time, double predicted, double[] scores, double uncertainty, boolean asked) {
  /** Newest events that wait which are looked at, so that the stream does not stop for long. */
  static final int SCANNED = 2_000;

  /**
   * Those asked for among the events that came last, then the others; the most uncertain first, the
   * newest where there is no telling.
   */
  static List<OpenQuestion> of(Pending pending, int most) {
    List<OpenQuestion> all = new ArrayList<>();
    int slot = pending.lists.last(Pending.WAITING);
    // Those before a spilled one are spilled too: older than what memory holds.
    for (int i = 0; i < SCANNED && slot >= 0 && pending.inMemory(slot); i++) {
      all.add(at(pending, slot));
      slot = pending.lists.previous(slot);
    }
    all.sort(
        Comparator.comparing((OpenQuestion q) -> !q.asked)
            .thenComparingDouble(
                q -> Double.isNaN(q.uncertainty) ? Double.POSITIVE_INFINITY : -q.uncertainty));
    return List.copyOf(all.subList(0, Math.min(most, all.size())));
  }

  private static OpenQuestion at(Pending pending, int slot) {
    KeptAnswers kept = pending.answers;
    int a = pending.answer[slot];
    double[] scores = new double[kept.known(a)];
    System.arraycopy(kept.scores(a), kept.scoresAt(a), scores, 0, scores.length);
    double uncertainty = Double.NaN;
    if (pending.kind == Answers.INTERVALS) {
      uncertainty = kept.scores(a)[kept.scoresAt(a) + 1] - kept.scores(a)[kept.scoresAt(a)];
    } else if (scores.length > 0) {
      uncertainty = 1;
      for (double s : scores) {
        uncertainty = Math.min(uncertainty, 1 - s);
      }
    }
    return new OpenQuestion(
        kept.id(a), kept.time(a), kept.predicted(a), scores, uncertainty, pending.asked(slot));
  }
}
