package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Schema;
import org.freshet.core.live.Fate;
import org.freshet.engine.Pending.State;
import org.freshet.engine.ask.Asking;

/**
 * The loop of an engine: rows in order, the clock, what is due, events and labels. What it is made
 * of and how it is kept is {@link Engine}'s.
 */
abstract class EventLoop {
  /** Rows that are looked at together: ids, so that waits for memory overlap, and for encoders. */
  static final int AHEAD = 64;

  final Schema schema;
  final LabelPlan plan;
  final Student student;
  private final Blocks blocks; // null where each row is a step
  private final long[] hashes = new long[AHEAD]; // of the ids at hand; 0 without one

  /** The truths of the row at hand; null where an event has one label. */
  private final double[] truths;

  final Asking asking; // null where all labels are learnt
  private Outcomes leader; // of the engine that decides what is asked; null for this one
  final LabelJoin join;
  final Experts experts; // null where the learner asks none
  final Pending pending;
  final LabelCounts counts;
  long events;
  long clock = Features.NO_TIME;
  long nanos;
  boolean finished;

  /**
   * @param threads that the learner may use
   */
  EventLoop(Schema schema, Learner model, LabelPlan labels, long seed, int threads) {
    this.schema = Student.answered(schema, model);
    this.plan = labels;
    this.student = new Student(this.schema, model);
    this.truths = schema.hasTruths() ? new double[schema.outputs().size()] : null;
    this.join = new LabelJoin(this.schema, labels, student, truths);
    this.pending = join.pending;
    this.counts = join.counts;
    this.asking = labels.ask() == null ? null : student.asking(labels.ask(), seed);
    this.experts = student.deferring == null ? null : new Experts(this.schema, student.deferring);
    boolean atOnce =
        labels.immediate() && labels.timeout() == null && truths == null && asking == null;
    this.blocks = atOnce && student.takesBlocks(threads) ? new Blocks(student, join) : null;
  }

  /**
   * Runs rows {@code from} to {@code to-1} in order.
   *
   * @param out overwritten with what they brought
   */
  public void process(Batch batch, int from, int to, Outcomes out) {
    process(batch, from, to, out, null);
  }

  /**
   * The same in the shadow of another engine, which was given the same rows since the beginning and
   * decides what is asked.
   *
   * @param leader what these rows brought there; null where this engine decides itself
   */
  public void process(Batch batch, int from, int to, Outcomes out, Outcomes leader) {
    if (finished) {
      throw new IllegalStateException("the stream is finished");
    }
    out.begin(events, student.answers, from, to);
    student.begin(out);
    if (asking != null) {
      this.leader = leader;
      student.tell(leader == null ? asking : null);
      join.tell(asking, leader);
      out.asks(true);
    }
    if (blocks != null && !student.resting && student.each == 1) {
      runBlocks(batch, from, to, out);
    } else {
      steps(batch, from, to, out);
    }
    student.drainDrifts(events, out);
    pending.drainForgotten(out);
  }

  private void runBlocks(Batch batch, int from, int to, Outcomes out) {
    int r = from;
    while (r < to) {
      int end = blocks.end(batch, r, to, events);
      if (end == r) {
        steps(batch, r, r + 1, out);
        r++;
        continue;
      }
      long start = System.nanoTime();
      blocks.learn(batch, r, end, out);
      nanos += System.nanoTime() - start;
      blocks.note(batch, r, end, events, out);
      events += end - r;
      r = end;
    }
  }

  private void steps(Batch batch, int from, int to, Outcomes out) {
    long start = System.nanoTime();
    for (int at = from; at < to; at += AHEAD) {
      int end = Math.min(at + AHEAD, to);
      for (int r = at; r < end; r++) {
        String id = batch.id(r);
        hashes[r - at] = id == null ? 0 : SlotIndex.hash(id);
      }
      join.expect(hashes, end - at);
      student.expect(batch, at, end);
      for (int r = at; r < end; r++) {
        step(batch, r, hashes[r - at], out);
      }
    }
    nanos += System.nanoTime() - start;
  }

  private void step(Batch batch, int r, long hash, Outcomes out) {
    if (plan.clocked()) {
      tick(batch.time(r));
      if (plan.timed()) {
        deliver(clock, out);
      }
      if (plan.timeout() != null) {
        join.timeouts(clock, events, out);
      }
    }
    if (truths != null) {
      batch.truths(r, truths);
    }
    switch (batch.kind(r)) {
      case EVENT -> event(batch, r, hash, out);
      case LABEL -> join.label(batch, r, hash, student.usable(batch.label(r)), clock, events, out);
      case TICK -> out.fate(r, Fate.TICK);
      case REPLY -> {
        if (experts != null) {
          experts.reply(batch.key(r), join, events - 1, out);
        }
        out.fate(r, Fate.REPLIED);
      }
    }
    if (experts != null && student.usable(batch.label(r))) {
      experts.show(batch.label(r));
    }
  }

  private void event(Batch batch, int r, long hash, Outcomes out) {
    double given = batch.label(r);
    boolean labelled = student.usable(given);
    String id = batch.id(r);
    int early = -1;
    if (id != null) {
      int slot = join.find(id, hash);
      if (slot >= 0) {
        join.again(slot, labelled ? given : Double.NaN, batch, r, events, out);
        if (experts != null) {
          out.defer(r, experts.askedAbout(out.rowEvent(r)));
        }
        return;
      }
      early = join.findEarly(id, hash);
    }
    Features raw = batch.row(r);
    Features row = student.observe(raw);
    double weight = batch.weight(r);
    boolean walk = asking == null && experts == null;
    if (labelled && plan.immediate() && early < 0 && walk) {
      testThenLearn(row, given, hash, weight, out);
    } else {
      int expert = student.defer(row, raw, out);
      if (expert >= 0) {
        String asked = experts.ask(expert, raw, row, events, out);
        if (asked != null) {
          out.defer(r, asked);
        }
      }
      long event = events++;
      boolean possible = early < 0 && weight > 0 && (labelled || id != null);
      boolean taken = asking == null || ask(row, event, possible, out);
      if (early >= 0) {
        join.joinEarly(early, row, hash, event, weight, out);
      } else if (labelled && plan.immediate()) {
        answer(row, given, hash, event, weight, taken, out);
      } else if (labelled) {
        State as = taken ? State.SCHEDULED : State.WITHHELD;
        join.schedule(batch, r, row, hash, event, clock, as, out);
      } else if (id != null) {
        join.await(row, hash, event, clock, weight, out);
      } else {
        counts.unlabelled++;
        student.unlabelled(row, weight);
      }
      // Labels that wait by count are due after events without a label too.
      deliver(plan.timed() ? clock : event, out);
    }
    out.fate(r, Fate.ANSWERED, out.predictions() - 1);
  }

  private void testThenLearn(Features row, double label, long hash, double weight, Outcomes out) {
    student.testThenLearn(row, label, truths, weight, out);
    long event = events++;
    counts.labels++;
    out.arrive(event, label, weight, row.time(), out.predictions() - 1, events);
    out.truths(truths);
    join.learnt(row, label, hash, event, weight, out);
  }

  /** Whether the label of the event predicted last is asked for. */
  private boolean ask(Features row, long event, boolean possible, Outcomes out) {
    boolean asked =
        leader == null
            ? asking.decide(row, event, clock, possible && !student.resting, out)
            : leader.asked(out.predictions() - 1);
    if (asked) {
      out.ask();
    }
    return asked;
  }

  /** The label that stands in the row of an event predicted is the answer to what was asked. */
  private void answer(
      Features row,
      double label,
      long hash,
      long event,
      double weight,
      boolean asked,
      Outcomes out) {
    if (!asked) {
      join.withheld(row, label, hash, event, weight, out);
      return;
    }
    join.answer(row, label, event, weight, out);
    join.learnt(row, label, hash, event, weight, out);
  }

  /**
   * Predicts rows {@code from} to {@code to-1} as events that are never heard of again: nothing is
   * learnt, kept or counted, by the transformers neither.
   *
   * @param out overwritten with the predictions
   */
  public void predict(Batch batch, int from, int to, Outcomes out) {
    out.begin(events, student.answers, from, to);
    for (int r = from; r < to; r++) {
      if ((r - from) % AHEAD == 0) {
        student.expect(batch, r, Math.min(to, r + AHEAD));
      }
      student.glance(batch.row(r), out);
      out.fate(r, Fate.ANSWERED, out.predictions() - 1);
    }
  }

  /** Moves the event clock, the largest time seen; an event without a time happens now. */
  private void tick(long time) {
    if (time == Features.NO_TIME && clock == Features.NO_TIME) {
      throw new ConfigException(
          plan.timed()
              ? "labels.delay"
              : plan.timeout() != null ? "labels.timeout" : "labels.budget",
          (plan.timed()
                  ? "labels arrive"
                  : plan.timeout() != null ? "events time out" : "the window of the budget slides")
              + " by the clock, but the events have no time; name the time column of the source with"
              + " 'time', or "
              + (plan.timed()
                  ? "give the delay in events"
                  : plan.timeout() != null ? "leave the timeout out" : "give a window in events"));
    }
    clock = Math.max(clock, time);
  }

  private void deliver(long now, Outcomes out) {
    for (int slot = pending.due(now); slot >= 0; slot = pending.due(now)) {
      join.deliver(slot, events, out);
    }
  }

  /**
   * Ends the stream: labels that are known but had not arrived are given out for the metrics;
   * nothing is learnt from them, because no event comes after.
   *
   * @param out overwritten
   */
  public void finish(Outcomes out) {
    out.begin(events, student.answers);
    out.asks(asking != null);
    for (int slot = pending.due(Long.MAX_VALUE); slot >= 0; slot = pending.due(Long.MAX_VALUE)) {
      boolean withheld = pending.state(slot) == State.WITHHELD;
      pending.report(slot, !withheld, events, out);
      pending.finish(slot, State.LEFT);
      counts.afterEnd++;
    }
    finished = true;
    pending.drainForgotten(out);
  }
}
