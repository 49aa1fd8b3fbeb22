package org.freshet.engine;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.RowStore;
import org.freshet.core.Schema;

/**
 * Events that were predicted and are still known. Those <em>scheduled</em> have a label with a due
 * time; those <em>waiting</em> have an id that a label may name; both keep the row as it was
 * predicted from, and are kept in the order of events. Where due times need not rise with events, a
 * heap over the scheduled ones gives the next. Those <em>done</em> have their label or were given
 * up: their answers are remembered, so that an event that is sent again gets the same answer and a
 * label that comes again is known for what it is.
 *
 * <p>Rows of waiting events beyond a number that memory holds, the oldest, can be {@link #spilled}:
 * then memory holds some fifty bytes for each. They are fetched when something is to be done with
 * them; what is done does not depend on it.
 *
 * <p>Bounded: at the limit of the plan the oldest event that waits or is scheduled is given up and
 * counted; of those done the last {@value #REMEMBERED} are remembered.
 */
final class Pending implements SlotIndex.Ids {
  /** Events done whose answers are remembered. */
  static final int REMEMBERED = 100_000;

  /** Most bytes of rows of events done, kept to learn corrections from. */
  private static final long DONE_ROW_BYTES = 64L << 20;

  /** What a slot is. */
  enum State {
    SCHEDULED,
    WAITING,
    /** Has its label. */
    JOINED,
    /** Has a label that the plan put in the place of one that did not come. */
    IMPUTED,
    /** Was given up, or its label was not asked for. */
    LEFT,
    /** Scheduled, but the label was not asked for: it is given out for the metrics alone. */
    WITHHELD;

    /** Whether it waits or is scheduled. */
    boolean open() {
      return this == SCHEDULED || this == WAITING || this == WITHHELD;
    }
  }

  private static final State[] STATES = State.values();
  static final int NO_ROW = -1;

  /** Lists by age; an event done is first in the one and, its row given away, in the other. */
  static final int SCHEDULED = 0;

  static final int WAITING = 1;
  static final int DONE_WITH_ROW = 2;
  static final int DONE = 3;
  static final int LISTS = 4;

  final Schema schema;
  private final int limit;
  private final boolean byClock;
  final boolean asking;
  private final int doneRows;
  final Answers kind;
  final int outputs;
  final RowStore rows;
  final KeptAnswers answers;
  final AgeLists lists = new AgeLists(LISTS);
  final double[] none; // scores of an event not yet answered
  private final DueHeap heap = new DueHeap();
  private final SlotIndex index = new SlotIndex(this);
  private final FreeSlots free = new FreeSlots();
  long[] event = new long[16];
  long[] due = new long[16]; // of those waiting: the event clock when they came
  private long[] hash = new long[16]; // 0 without an id
  private final long[] leaving = new long[Engine.AHEAD]; // hashes of events forgotten next
  private byte[] state = new byte[16];
  private boolean[] asked = new boolean[16]; // its label is asked for
  int[] answer = new int[16];
  int[] row = new int[16];
  long dropped;
  int remembered = REMEMBERED;

  /** Whether answers are given elsewhere, where it must be known which are still needed. */
  private final boolean apart;

  private long[] forgotten = new long[0];
  private int forgottenNow;

  /** Those whose rows and answers are not in memory. */
  final SpilledRows spilled = new SpilledRows(this);

  Pending(Schema schema, LabelPlan plan, Answers kind) {
    this.schema = schema;
    this.kind = kind;
    this.limit = plan.pending();
    this.byClock = plan.timed();
    this.asking = plan.ask() != null;
    this.outputs = schema.hasTruths() ? schema.outputs().size() : 0;
    this.answers = new KeptAnswers(kind.kept(), outputs);
    this.none = new double[kind.kept().width(0)];
    this.apart = kind.areVotes();
    this.doneRows = plan.corrections() == LabelPlan.Corrections.IGNORE ? 0 : doneRows(schema);
    this.rows =
        RowStore.withoutIds(schema, (int) Math.min(Integer.MAX_VALUE - 8, (long) limit + doneRows));
  }

  private static int doneRows(Schema schema) {
    long bytes = schema.isSparse() ? 1024 : 8L * schema.width() + 40;
    return (int) Math.min(REMEMBERED, Math.max(1, DONE_ROW_BYTES / bytes));
  }

  /** Events that wait for a label or have one scheduled. */
  int size() {
    return lists.size(SCHEDULED) + lists.size(WAITING);
  }

  int limit() {
    return limit;
  }

  /** Most rows of events done. */
  int doneRows() {
    return doneRows;
  }

  /** Events known by their ids. */
  int known() {
    return index.size();
  }

  /**
   * Ids of the first n hashes are looked for next, and as many events done forgotten at the most.
   */
  void expect(long[] hashes, int n) {
    index.expect(hashes, n);
    if (lists.size(DONE) + lists.size(DONE_WITH_ROW) + n > remembered) {
      int list = lists.first(DONE) >= 0 ? DONE : DONE_WITH_ROW;
      int slot = lists.first(list);
      for (int i = 0; i < n && slot >= 0; i++, slot = lists.next(slot)) {
        leaving[i] = hash[slot];
      }
      index.expect(leaving, n);
    }
  }

  /** The event of an id, or -1. */
  int find(String id, long idHash) {
    return index.find(id, idHash);
  }

  State state(int slot) {
    return STATES[state[slot]];
  }

  /** Whether there is no room for a further event that waits. */
  boolean full() {
    return size() >= limit;
  }

  /** The oldest event that waits or is scheduled. */
  int oldest() {
    int a = lists.first(SCHEDULED);
    int b = lists.first(WAITING);
    return b < 0 || a >= 0 && event[a] < event[b] ? a : b;
  }

  /**
   * Keeps the event last predicted into {@code out} until its label is due.
   *
   * @param as scheduled or withheld
   */
  int schedule(Features x, long idHash, long number, long dueAt, double w, State as, Outcomes out) {
    int slot = keep(x.id(), idHash, number, x.time(), w, out);
    row[slot] = rows.add(x);
    link(slot, as, dueAt);
    return slot;
  }

  /** Keeps the event last predicted into {@code out} until a label names its id. */
  void await(Features x, long idHash, long number, long clock, double w, Outcomes out) {
    int slot = keep(x.id(), idHash, number, x.time(), w, out);
    row[slot] = rows.add(x);
    link(slot, State.WAITING, clock);
  }

  /**
   * Remembers the event last predicted into {@code out}, which waits for nothing.
   *
   * @param x its row, kept if corrections are learnt
   */
  int remember(Features x, long idHash, long number, double w, State as, Outcomes out) {
    int slot = keep(x.id(), idHash, number, x.time(), w, out);
    row[slot] = doneRows > 0 && as != State.LEFT ? rows.add(x) : NO_ROW;
    linkDone(slot, as);
    return slot;
  }

  private int keep(String id, long idHash, long number, long time, double w, Outcomes out) {
    int slot = open(number, id == null ? 0 : idHash);
    int p = out.predictions() - 1;
    asked[slot] = out.asked(p);
    answer[slot] =
        answers.add(id, out.predicted(p), out.known(p), out.scores(), out.scoresAt(p), w, time);
    out.keep(p);
    return slot;
  }

  /** Remembers an event with its label whose answer follows, see {@link #answered}. */
  int reserve(Features x, long idHash, long number, double label, double w) {
    int slot = open(number, idHash);
    answer[slot] = answers.add(x.id(), Double.NaN, 0, none, 0, w, x.time());
    answers.label(answer[slot], label, null);
    linkDone(slot, State.JOINED);
    return slot;
  }

  /** Notes the answer to an event: a prediction of this call. */
  void answered(int slot, int prediction, Outcomes out) {
    answers.answer(
        answer[slot],
        out.predicted(prediction),
        out.known(prediction),
        out.scores(),
        out.scoresAt(prediction));
    out.keep(prediction);
  }

  /** A slot for an event whose row and answer the caller puts in its place, then links it. */
  int open(long number, long idHash) {
    int slot = free.take();
    if (slot >= event.length) {
      grow(Math.max(slot + 1, 2 * event.length));
    }
    event[slot] = number;
    hash[slot] = idHash;
    row[slot] = NO_ROW;
    asked[slot] = false;
    return slot;
  }

  private void grow(int more) {
    event = Arrays.copyOf(event, more);
    due = Arrays.copyOf(due, more);
    hash = Arrays.copyOf(hash, more);
    state = Arrays.copyOf(state, more);
    asked = Arrays.copyOf(asked, more);
    answer = Arrays.copyOf(answer, more);
    row = Arrays.copyOf(row, more);
  }

  /** Puts an opened slot among those that wait or are scheduled. */
  void link(int slot, State as, long at) {
    state[slot] = (byte) as.ordinal();
    due[slot] = at;
    if (as != State.WAITING) {
      lists.add(SCHEDULED, slot);
      if (byClock) {
        heap.add(slot, due, event);
      }
    } else {
      lists.add(WAITING, slot);
      spilled.added(slot);
    }
    if (hash[slot] != 0) {
      index.add(slot, hash[slot]);
    }
    spilled.spillSome();
  }

  /** Puts an opened slot among those done. */
  void linkDone(int slot, State as) {
    if (hash[slot] != 0) {
      index.add(slot, hash[slot]);
    }
    done(slot, as);
  }

  private void done(int slot, State as) {
    state[slot] = (byte) as.ordinal();
    lists.add(row[slot] == NO_ROW ? DONE : DONE_WITH_ROW, slot);
    if (lists.size(DONE_WITH_ROW) > doneRows) {
      int first = lists.first(DONE_WITH_ROW);
      lists.remove(DONE_WITH_ROW, first);
      giveRow(first);
      lists.add(DONE, first);
    }
    while (lists.size(DONE) + lists.size(DONE_WITH_ROW) > remembered) {
      boolean rowless = lists.first(DONE) >= 0;
      int first = lists.first(rowless ? DONE : DONE_WITH_ROW);
      lists.remove(rowless ? DONE : DONE_WITH_ROW, first);
      index.remove(first, hash[first]);
      close(first);
    }
  }

  /** Gives away the row of a slot that has one. */
  void giveRow(int slot) {
    if (row[slot] != NO_ROW) {
      rows.remove(row[slot]);
      row[slot] = NO_ROW;
    }
  }

  private void close(int slot) {
    giveRow(slot);
    answers.remove(answer[slot]);
    free.give(slot);
    if (apart) {
      if (forgottenNow == forgotten.length) {
        forgotten = Arrays.copyOf(forgotten, Math.max(64, 2 * forgottenNow));
      }
      forgotten[forgottenNow++] = event[slot];
    }
  }

  /** Tells which events were forgotten since it was last asked. */
  void drainForgotten(Outcomes out) {
    if (apart) {
      out.forget(forgotten, forgottenNow);
      forgottenNow = 0;
    }
  }

  /**
   * Takes a slot from those that wait or are scheduled: it is done, or forgotten where it has no
   * id. It must have been fetched, and what is to be noted of its label noted.
   */
  void finish(int slot, State as) {
    if (state(slot) != State.WAITING) {
      lists.remove(SCHEDULED, slot);
      if (byClock) {
        heap.remove(slot, due, event);
      }
    } else {
      spilled.removing(slot);
      lists.remove(WAITING, slot);
    }
    if (hash[slot] == 0) {
      close(slot);
      return;
    }
    if (as == State.LEFT) {
      label(slot, Double.NaN, null);
    }
    if (as == State.LEFT || doneRows == 0) {
      giveRow(slot);
    }
    done(slot, as);
  }

  /** Whether the label of a slot's event is asked for. */
  boolean asked(int slot) {
    return asked[slot];
  }

  void asked(int slot, boolean is) {
    asked[slot] = is;
  }

  /** Says otherwise of a slot done. */
  void become(int slot, State as) {
    state[slot] = (byte) as.ordinal();
  }

  /**
   * The scheduled event whose label is due by {@code now} and comes next; -1 when there is none.
   */
  int due(long now) {
    int slot = byClock ? heap.first() : lists.first(SCHEDULED);
    return slot >= 0 && due[slot] <= now ? slot : -1;
  }

  /** The waiting event that came first, if the clock then was at most {@code time}; else -1. */
  int waitingSince(long time) {
    int slot = lists.first(WAITING);
    return slot >= 0 && due[slot] <= time ? slot : -1;
  }

  /** Whether the row of a slot is kept. */
  boolean hasRow(int slot) {
    return row[slot] != NO_ROW;
  }

  /** The row of a slot that has one; valid until the next call. */
  Features row(int slot) {
    return rows.get(row[slot], answers.ids(), answer[slot]);
  }

  double label(int slot) {
    return answers.label(answer[slot]);
  }

  /**
   * @param truths where an event has several; null otherwise
   */
  void label(int slot, double value, double[] truths) {
    answers.label(answer[slot], value, truths);
  }

  boolean hasLabel(int slot, double value, double[] truths) {
    return answers.hasLabel(answer[slot], value, truths);
  }

  double[] truths(int slot) {
    return answers.truths(answer[slot]);
  }

  double weight(int slot) {
    return answers.weight(answer[slot]);
  }

  long time(int slot) {
    return answers.time(answer[slot]);
  }

  /** Copies the answer to {@code out}; the result is its row there. */
  int answer(int slot, Outcomes out) {
    if (inMemory(slot)) {
      return answerKept(slot, answer[slot], out);
    }
    int a = spilled.read(slot);
    int at = answerKept(slot, a, out);
    spilled.unread(slot, a);
    return at;
  }

  private int answerKept(int slot, int a, Outcomes out) {
    return out.earlier(
        event[slot],
        answers.predicted(a),
        answers.known(a),
        answers.scores(a),
        answers.scoresAt(a));
  }

  /** Whether a slot is not spilled. */
  boolean inMemory(int slot) {
    return !spilled.has(slot);
  }

  /**
   * Notes the arrival of the slot's label with the prediction given at its event.
   *
   * @param learnt whether it is learnt
   */
  int report(int slot, boolean learnt, long eventsBefore, Outcomes out) {
    int at = answer(slot, out);
    int a = answer[slot];
    double w = Math.abs(answers.weight(a)); // of a blank row too
    if (learnt) {
      out.arrive(event[slot], answers.label(a), w, answers.time(a), at, eventsBefore);
    } else {
      out.withhold(event[slot], answers.label(a), w, answers.time(a), at, eventsBefore);
    }
    out.truths(truths(slot));
    return at;
  }

  @Override
  public boolean is(int slot, String id) {
    return spilled.has(slot) ? spilled.is(slot, id) : answers.id(answer[slot]).equals(id);
  }

  /** Of the slot's id; 0 without one. */
  long hash(int slot) {
    return hash[slot];
  }

  long memoryBytes() {
    return 300
        + rows.memoryBytes()
        + answers.memoryBytes()
        + 34L * event.length
        + spilled.memoryBytes()
        + index.memoryBytes()
        + 8L * forgotten.length
        + lists.memoryBytes()
        + heap.memoryBytes()
        + free.memoryBytes();
  }
}
