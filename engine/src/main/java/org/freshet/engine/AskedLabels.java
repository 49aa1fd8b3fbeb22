package org.freshet.engine;

import org.freshet.core.Features;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.live.Fate;
import org.freshet.engine.Pending.State;
import org.freshet.engine.ask.Asking;

/**
 * Learns labels that have come, and of events that were asked about what came of the question: what
 * people said of them one after the other, until that is enough.
 */
abstract class AskedLabels {
  final Student student;
  final double[] truths; // of the row at hand; null where an event has one label
  final Pending pending;
  final LabelCounts counts = new LabelCounts();
  final LabelDelays delays = new LabelDelays();
  final LastLabels last;
  private double taught; // by the answer at hand; NaN for nothing
  private double share;
  Asking asking; // null where nothing is asked, and where another engine decides
  Asking people; // the same, also where another engine decides
  private Outcomes leader; // what the rows at hand brought where that is decided; null for here

  /**
   * @param last of each key; null where no plan asks for it
   * @param truths filled with those of each row before it comes here
   */
  AskedLabels(Pending pending, Student student, LastLabels last, double[] truths) {
    this.pending = pending;
    this.student = student;
    this.last = last;
    this.truths = truths;
  }

  /**
   * Tells of what is asked, in the rows that come now.
   *
   * @param by of the engine that decides; null where this one does
   */
  void tell(Asking of, Outcomes by) {
    people = of;
    leader = by;
    asking = by == null ? of : null;
  }

  /**
   * What a person says of an event that was asked about.
   *
   * @param label NaN where none is named
   * @return null where it is a label like any other
   */
  Fate reply(int slot, String key, double label, long time, long events, Outcomes out) {
    boolean named = !Double.isNaN(label);
    String name = QuestionNews.annotator(key);
    int who = name == null ? -1 : people.annotator(name);
    if (who < 0 && (named || !QuestionNews.ENOUGH.equals(key))) {
      return null;
    }
    pending.spilled.fetch(slot);
    if (named) {
      counts.labelRecords++;
      delays.add(pending.time(slot), time);
    }
    boolean enough;
    if (asking == null) {
      enough = decided(slot, out);
    } else if (who < 0) {
      enough = enough(slot, events);
    } else {
      KeptAnswers kept = pending.answers;
      int a = pending.answer[slot];
      int code = named ? (int) label : -1;
      enough =
          asking.heard(
              pending.event[slot],
              kept.id(a),
              who,
              code,
              events,
              kept.scores(a),
              kept.scoresAt(a),
              kept.known(a));
    }
    if (!enough) {
      return Fate.HEARD;
    }
    pending.label(slot, found(slot, out), null);
    joined(slot, events, out);
    return Fate.LEARNT;
  }

  private boolean enough(int slot, long events) {
    KeptAnswers kept = pending.answers;
    int a = pending.answer[slot];
    return asking.enough(
        pending.event[slot], events, kept.scores(a), kept.scoresAt(a), kept.known(a));
  }

  /** Whether the engine that decides takes the answer to what was asked about a slot now. */
  private boolean decided(int slot, Outcomes out) {
    return leader != null && leader.answerTo(pending.event[slot], out.labels()) >= 0;
  }

  /** The label of a slot by all that people said of it. */
  private double found(int slot, Outcomes out) {
    return asking != null
        ? asking.found()
        : leader.label(leader.answerTo(pending.event[slot], out.labels()));
  }

  /** Learns what people said of an event whose time is over; false where nobody said anything. */
  boolean settled(int slot, long events, Outcomes out) {
    boolean asked = people != null && people.crowd() != null && pending.asked(slot);
    if (!asked || !(asking == null ? decided(slot, out) : enough(slot, events))) {
      return false;
    }
    pending.label(slot, found(slot, out), null);
    joined(slot, events, out);
    return true;
  }

  /** Learns the label of a slot, or what came of the question about it. */
  void joined(int slot, long events, Outcomes out) {
    counts.labels++;
    boolean asked = pending.asked(slot);
    if (asked) {
      counts.answered++;
      recall(pending.event[slot], pending.label(slot), out);
      teach(pending.row(slot), pending.truths(slot), pending.weight(slot));
    } else {
      teach(slot);
    }
    pending.report(slot, true, events, out);
    if (asked) {
      out.taught(taught, share);
    }
    pending.finish(slot, State.JOINED);
  }

  /** Finds what is to be learnt of the answer to a question, here or where that is decided. */
  private void recall(long event, double label, Outcomes out) {
    taught = label;
    share = 1;
    int i = leader == null ? -1 : leader.answerTo(event, out.labels());
    if (asking != null) {
      taught = asking.isSilent() ? Double.NaN : asking.label();
      share = asking.weight();
    } else if (i >= 0) {
      taught = leader.taught(i);
      share = leader.share(i);
    }
  }

  void teach(Features row, double[] of, double weight) {
    if (Double.isNaN(taught)) {
      student.unlabelled(row, weight);
    } else {
      student.learn(row, taught, of, weight * share);
      note(row, taught);
    }
  }

  /**
   * The event last predicted has its label with it, which was asked for; learns what came of it.
   */
  void answer(Features row, double label, long event, double weight, Outcomes out) {
    counts.answered++;
    counts.labels++;
    int p = out.predictions() - 1;
    if (asking != null) {
      asking.answered(event, label, true, out.scores(), out.scoresAt(p), out.known(p));
    }
    recall(event, label, out);
    teach(row, truths, weight);
    out.arrive(event, label, weight, row.time(), p, event + 1);
    out.taught(taught, share);
    out.truths(truths);
  }

  /** The label of a slot will not come. */
  void unanswered(int slot) {
    if (asking != null && pending.asked(slot)) {
      asking.unanswered(pending.event[slot]);
    }
  }

  void teach(int slot) {
    Features row = pending.row(slot);
    double label = pending.label(slot);
    student.learn(row, label, pending.truths(slot), pending.weight(slot));
    note(row, label);
  }

  void note(Features row, double label) {
    if (last != null) {
      last.put(row.key(), label);
    }
  }
}
