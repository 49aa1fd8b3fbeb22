package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.Fate;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan.Corrections;
import org.freshet.engine.LabelPlan.OnTimeout;
import org.freshet.engine.Pending.State;

/**
 * The rules by which labels find their events. Whatever comes, an event is predicted once and its
 * label learnt once, from the row as it was predicted from.
 *
 * <table>
 * <caption>What a label does</caption>
 * <tr><th>its event</th><th>the label</th></tr>
 * <tr><td>waits, or has its label scheduled</td><td>is learnt now</td></tr>
 * <tr><td>has this label</td><td>is a duplicate</td></tr>
 * <tr><td>has another label</td><td>is a correction: counted, learnt by the plan</td></tr>
 * <tr><td>was given up</td><td>is late: counted, not learnt</td></tr>
 * <tr><td>got the plan's label at its timeout</td><td>is late, and a duplicate or a correction</td></tr>
 * <tr><td>is not known</td><td>is kept until its event comes; given up it is unknown</td></tr>
 * </table>
 *
 * <p>An event whose id is known is no event: it gets the answer it got. If it brings a label, as
 * the later record of a file does, that is a label.
 */
final class LabelJoin extends AskedLabels {
  private final LabelPlan plan;
  private final double negative;
  final EarlyLabels early;

  /**
   * @param truths filled with those of each row before it comes here
   */
  LabelJoin(Schema schema, LabelPlan plan, Student student, double[] truths) {
    super(
        new Pending(student.seen(), plan, student.answers),
        student,
        plan.onTimeout() == OnTimeout.LAST_KNOWN ? new LastLabels() : null,
        truths);
    this.plan = plan;
    this.early = new EarlyLabels(pending.outputs);
    this.negative = negative(schema, plan);
  }

  private static double negative(Schema schema, LabelPlan plan) {
    if (plan.onTimeout() == OnTimeout.LAST_KNOWN && schema.hasTruths()) {
      throw new ConfigException(
          "labels.on_timeout",
          "is last_known, which an event of several outputs has not; use drop");
    }
    if (plan.onTimeout() != OnTimeout.NEGATIVE) {
      return Double.NaN;
    }
    if (schema.target() != Schema.Target.CLASS) {
      throw new ConfigException(
          "labels.on_timeout",
          "is negative, but the label '" + schema.labelName() + "' is no class; use drop");
    }
    boolean closed = schema.declaredLabels() > 0;
    int code = schema.labels().find(plan.negative());
    code = code >= 0 || closed ? code : schema.labels().code(plan.negative());
    if (code < 0) {
      throw new ConfigException(
          "labels.negative",
          "is '"
              + plan.negative()
              + "', which is no class of the stream; there are "
              + String.join(", ", schema.labels().names()));
    }
    return code;
  }

  /** Ids of the first n hashes are looked for next. */
  void expect(long[] hashes, int n) {
    pending.expect(hashes, n);
  }

  /** The known event of an id, or -1. */
  int find(String id, long hash) {
    return pending.find(id, hash);
  }

  /** The label of an event that is known by its id; NaN where none has come. */
  double truth(String id, long event) {
    int slot = known(id, event);
    return slot < 0 || pending.state(slot) == State.IMPUTED || pending.state(slot).open()
        ? Double.NaN
        : pending.label(slot);
  }

  /** An event that is known by its id has another answer from now on, over as many labels. */
  void answerAgain(String id, long event, double predicted, double[] scores) {
    int slot = known(id, event);
    if (slot >= 0 && pending.spilled.has(slot)) {
      pending.spilled.answer(slot, predicted, scores);
    } else if (slot >= 0) {
      pending.answers.answer(pending.answer[slot], predicted, scores.length, scores, 0);
    }
  }

  private int known(String id, long event) {
    int slot = id == null ? -1 : pending.find(id, SlotIndex.hash(id));
    return slot >= 0 && pending.event[slot] == event ? slot : -1;
  }

  /**
   * An event row of a known event.
   *
   * @param label that it brings, NaN where it brings none that can be learnt
   */
  void again(int slot, double label, Batch batch, int r, long events, Outcomes out) {
    State state = pending.state(slot);
    if (Double.isNaN(label) || state.open() && state != State.WAITING) {
      counts.duplicates++;
      out.fate(r, Fate.REPEATED, pending.answer(slot, out));
      return;
    }
    Fate fate = label(slot, label, batch.time(r), events, out);
    boolean told = fate == Fate.LEARNT || fate == Fate.CORRECTED;
    out.fate(r, told ? fate : Fate.REPEATED, pending.answer(slot, out));
  }

  /** A row that is only a label. */
  void label(Batch batch, int r, long hash, boolean usable, long clock, long events, Outcomes out) {
    String id = batch.id(r);
    int slot = id == null ? -1 : pending.find(id, hash);
    if (slot >= 0
        && people != null
        && pending.state(slot) == State.WAITING
        && pending.asked(slot)) {
      double said = usable ? batch.label(r) : Double.NaN;
      Fate fate = reply(slot, batch.key(r), said, batch.time(r), events, out);
      if (fate != null) {
        out.fate(r, fate);
        return;
      }
    }
    if (!usable || id == null) {
      counts.refused++;
      out.fate(r, Fate.REFUSED);
      return;
    }
    double label = batch.label(r);
    if (slot < 0) {
      out.fate(r, early(id, hash, label, clock));
      return;
    }
    out.fate(r, label(slot, label, batch.time(r), events, out));
  }

  private Fate early(String id, long hash, double label, long clock) {
    int known = early.find(id, hash);
    if (known < 0) {
      counts.early++;
      counts.unknown += early.add(id, hash, label, truths, clock) ? 1 : 0;
      return Fate.EARLY;
    }
    if (early.hasLabel(known, label, truths)) {
      counts.duplicates++;
      return Fate.DUPLICATE;
    }
    counts.corrections++;
    if (plan.corrections() == Corrections.RELEARN) {
      early.set(known, label, truths);
    }
    return Fate.CORRECTED;
  }

  /** A label of a known event. */
  private Fate label(int slot, double label, long time, long events, Outcomes out) {
    switch (pending.state(slot)) {
      case WAITING, SCHEDULED, WITHHELD -> {
        pending.spilled.fetch(slot);
        counts.labelRecords++;
        delays.add(pending.time(slot), time);
        join(slot, label, truths, false, events, out);
        return Fate.LEARNT;
      }
      case LEFT -> {
        counts.late++;
        delays.add(pending.time(slot), time);
        return Fate.UNKNOWN;
      }
      case IMPUTED -> {
        counts.late++;
        delays.add(pending.time(slot), time);
        pending.become(slot, State.JOINED);
      }
      default -> {}
    }
    if (pending.hasLabel(slot, label, truths)) {
      counts.duplicates++;
      return Fate.DUPLICATE;
    }
    correct(slot, label, events, out);
    return Fate.CORRECTED;
  }

  private void correct(int slot, double label, long events, Outcomes out) {
    counts.corrections++;
    if (plan.corrections() == Corrections.IGNORE || !pending.hasRow(slot)) {
      return;
    }
    counts.relearnt++;
    pending.label(slot, label, truths);
    out.learn(events);
    teach(slot);
  }

  /** Learns the label of an event that waits or is scheduled. */
  private void join(int slot, double label, double[] of, boolean own, long events, Outcomes out) {
    pending.label(slot, label, of);
    if (pending.asked(slot) && asking != null) {
      KeptAnswers kept = pending.answers;
      int a = pending.answer[slot];
      asking.answered(
          pending.event[slot], label, own, kept.scores(a), kept.scoresAt(a), kept.known(a));
    }
    joined(slot, events, out);
  }

  /** The event last predicted had its label with it, which is learnt. */
  void learnt(Features row, double label, long hash, long event, double weight, Outcomes out) {
    note(row, label);
    if (hash != 0) {
      int slot = pending.remember(row, hash, event, weight, State.JOINED, out);
      pending.label(slot, label, truths);
    }
  }

  /** The event last predicted has its label with it, which was not asked for. */
  void withheld(Features row, double label, long hash, long event, double weight, Outcomes out) {
    counts.withheld++;
    out.withhold(event, label, weight, row.time(), out.predictions() - 1, event + 1);
    out.truths(truths);
    student.unlabelled(row, weight);
    leave(row, hash, event, weight, out);
  }

  /**
   * Makes a labelled event known that is about to be answered and learnt.
   *
   * @return its slot, -1 where it has to be joined or its row be kept
   */
  int reserve(Features x, long event, double label, double weight) {
    long hash = SlotIndex.hash(x.id());
    boolean known = pending.find(x.id(), hash) >= 0 || early.find(x.id(), hash) >= 0;
    return known || plan.corrections() == Corrections.RELEARN
        ? -1
        : pending.reserve(x, hash, event, label, weight);
  }

  /** The label of the event last predicted will not come. */
  private void leave(Features row, long hash, long event, double weight, Outcomes out) {
    if (hash != 0) {
      pending.remember(row, hash, event, weight, State.LEFT, out);
    }
  }

  /** Learns a scheduled label that is due, or gives it out if it was not asked for. */
  void deliver(int slot, long events, Outcomes out) {
    if (pending.state(slot) == State.WITHHELD) {
      counts.withheld++;
      pending.report(slot, false, events, out);
      pending.finish(slot, State.LEFT);
      return;
    }
    join(slot, pending.label(slot), pending.truths(slot), true, events, out);
  }

  /** The label that came before the event of an id, or -1. */
  int findEarly(String id, long hash) {
    return early.find(id, hash);
  }

  /** The event last predicted has its label already: it is learnt now. */
  void joinEarly(int from, Features row, long hash, long event, double weight, Outcomes out) {
    counts.labels++;
    counts.labelRecords++;
    double label = early.label(from);
    double[] of = early.truths(from);
    student.learn(row, label, of, weight);
    note(row, label);
    out.arrive(event, label, weight, row.time(), out.predictions() - 1, event + 1);
    out.truths(of);
    int slot = pending.remember(row, hash, event, weight, State.JOINED, out);
    pending.label(slot, label, of);
    early.remove(from);
  }

  /** Keeps the event last predicted until its label comes. */
  void await(Features row, long hash, long event, long clock, double weight, Outcomes out) {
    room(event + 1, out);
    pending.await(row, hash, event, clock, weight, out);
  }

  /**
   * Keeps the event last predicted, that of a row with its label, until that is due.
   *
   * @param as scheduled, or withheld where the label is not asked for
   */
  void schedule(
      Batch batch, int r, Features row, long hash, long event, long clock, State as, Outcomes out) {
    double weight = batch.weight(r);
    long due;
    if (plan.byLabelTime()) {
      due = batch.labelTime(r);
      if (due == Features.NO_TIME) {
        counts.neverArriving++;
        if (asking != null && out.asked(out.predictions() - 1)) {
          asking.unanswered(event);
        }
        student.unlabelled(row, weight);
        leave(row, hash, event, weight, out);
        return;
      }
    } else if (plan.delay().events()) {
      due = event + plan.delay().length();
    } else {
      long own = batch.time(r) == Features.NO_TIME ? clock : batch.time(r);
      due = own + plan.delay().length();
    }
    room(event + 1, out);
    if (as == State.WITHHELD) {
      student.unlabelled(row, weight);
    }
    int slot = pending.schedule(row, hash, event, due, weight, as, out);
    pending.label(slot, batch.label(r), truths);
  }

  private void room(long events, Outcomes out) {
    if (pending.full()) {
      int oldest = pending.oldest();
      pending.spilled.fetch(oldest);
      if (!settled(oldest, events, out)) {
        unanswered(oldest);
        giveUp(oldest);
        pending.dropped++;
      }
    }
  }

  /** The label of an event that waited will not come. */
  private void giveUp(int slot) {
    if (student.takesUnlabelled()) {
      student.unlabelled(pending.row(slot), pending.weight(slot));
    }
    pending.finish(slot, State.LEFT);
  }

  /** Gives up, or gives the plan's label to, what has waited too long by now. */
  void timeouts(long clock, long events, Outcomes out) {
    long before = clock - plan.timeout().length();
    for (int slot = early.olderThan(before); slot >= 0; slot = early.olderThan(before)) {
      early.remove(slot);
      counts.unknown++;
    }
    for (int s = pending.waitingSince(before); s >= 0; s = pending.waitingSince(before)) {
      timeout(s, events, out);
    }
  }

  private void timeout(int slot, long events, Outcomes out) {
    pending.spilled.fetch(slot);
    if (settled(slot, events, out)) {
      return;
    }
    unanswered(slot);
    counts.timedOut++;
    double label =
        switch (plan.onTimeout()) {
          case DROP -> Double.NaN;
          case NEGATIVE -> negative;
          case LAST_KNOWN -> last.get(pending.row(slot).key());
        };
    if (Double.isNaN(label)) {
      giveUp(slot);
      return;
    }
    counts.imputed++;
    pending.label(slot, label, null);
    Features row = pending.row(slot);
    if (plan.onTimeout() == OnTimeout.NEGATIVE) {
      pending.report(slot, true, events, out); // that no label came is what this class means
      row = pending.row(slot);
    } else {
      out.learn(events);
    }
    student.learn(row, label, null, pending.weight(slot));
    pending.finish(slot, State.IMPUTED);
  }

  long memoryBytes() {
    return 100
        + pending.memoryBytes()
        + early.memoryBytes()
        + (last == null ? 0 : last.memoryBytes());
  }

  void save(StateWriter out) {
    counts.save(out.child("counts"));
    delays.save(out.child("delays"));
    new PendingState(pending).save(out.child("known"));
    if (pending.spilled.size() > 0) {
      pending.spilled.save(out.child("spill"));
    }
    early.save(out.child("early"));
    if (last != null) {
      last.save(out.child("last"));
    }
  }

  void load(StateReader in) {
    counts.load(in.child("counts"));
    delays.load(in.child("delays"));
    if (in.has("spill")) {
      pending.spilled.load(in.child("spill"));
    }
    new PendingState(pending).load(in.child("known"));
    early.load(in.child("early"));
    if (last != null) {
      last.load(in.child("last"));
    }
  }

  /** Knows from now on what another knows, without the rows of its events. */
  void enter(LabelJoin other) {
    StateWriter known = new StateWriter();
    other.counts.save(known.child("counts"));
    other.delays.save(known.child("delays"));
    other.early.save(known.child("early"));
    if (last != null) {
      other.last.save(known.child("last"));
    }
    StateReader in = StateReader.open("the other engine", known.toBytes());
    counts.load(in.child("counts"));
    delays.load(in.child("delays"));
    early.load(in.child("early"));
    if (last != null) {
      last.load(in.child("last"));
    }
    BlankEvents.copy(other.pending, pending);
  }

  /** Reads what versions before 0.4 wrote. */
  void loadOld(StateReader counted, StateReader kept) {
    counts.load(counted);
    new PendingState(pending).loadOld(kept);
  }
}
