package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.Schema;

/**
 * Events that an engine knows but did not see, because they came before it joined the stream: it
 * has no answer to them and blank rows, from which nothing is learnt. Their weight is negative.
 */
final class BlankEvents {
  private final Pending from;
  private final Pending to;
  private final Batch one;

  private BlankEvents(Pending from, Pending to) {
    this.from = from;
    this.to = to;
    this.one = new Batch(to.schema, 1);
  }

  /** Whether an event of this weight is blank. */
  static boolean is(double weight) {
    return Math.copySign(1, weight) < 0;
  }

  /**
   * Makes every event that one knows known to another, in the same order and state, but blank.
   *
   * @param to new, of the same labels and limits
   */
  static void copy(Pending from, Pending to) {
    BlankEvents copy = new BlankEvents(from, to);
    for (int list = 0; list < Pending.LISTS; list++) {
      for (int s = from.lists.first(list); s >= 0; s = from.lists.next(s)) {
        copy.event(s);
      }
    }
    to.dropped = from.dropped;
  }

  private void event(int s) {
    if (from.inMemory(s)) {
      event(s, from.answer[s]);
      return;
    }
    int a = from.spilled.read(s);
    event(s, a);
    from.spilled.unread(s, a);
  }

  private void event(int s, int a) {
    KeptAnswers known = from.answers;
    int slot = to.open(from.event[s], from.hash(s));
    double noAnswer = to.schema.target() == Schema.Target.CLASS ? -1 : Double.NaN;
    double blank = Math.copySign(known.weight(a), -1);
    to.answer[slot] = to.answers.add(known.id(a), noAnswer, 0, to.none, 0, blank, known.time(a));
    to.answers.label(to.answer[slot], known.label(a), null);
    if (from.hasRow(s)) {
      one.clear();
      one.beginRow();
      one.setKey(from.rows.get(from.row[s], known.ids(), a).key());
      one.endRow();
      to.row[slot] = to.rows.add(one.row(0));
    }
    Pending.State as = from.state(s);
    to.asked(slot, from.asked(s));
    if (as.open()) {
      to.link(slot, as, from.due[s]);
    } else {
      to.linkDone(slot, as);
    }
  }
}
