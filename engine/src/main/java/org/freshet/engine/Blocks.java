package org.freshet.engine;

import org.freshet.core.Batch;

/**
 * Rows that go through the student a block at a time, where nothing needs the single step: events
 * with a label that comes at once, or none. The results are those of single steps, bit for bit.
 */
final class Blocks {
  /** Most rows of a block. */
  private static final int MOST = 1024;

  private final Student student;
  private final LabelJoin join;
  private final Batch seen; // by the learner; null without transformers
  private final int[] slots = new int[MOST]; // of the ids in a block; -1 without one

  Blocks(Student student, LabelJoin join) {
    this.student = student;
    this.join = join;
    this.seen = student.hasTransformers() ? new Batch(student.seen(), MOST) : null;
  }

  /**
   * Where the block that begins with a row ends: at that row, if it must be a step of its own.
   *
   * @param events before it
   */
  int end(Batch batch, int from, int to, long events) {
    int end = from;
    while (end < to && end - from < MOST && simple(batch, end, end - from, events)) {
      end++;
    }
    return end;
  }

  /**
   * Whether a row can be the i-th of a block: an event with a label its learner can take or none,
   * that needs not be joined. If it has an id, that is known from now on.
   */
  private boolean simple(Batch batch, int r, int i, long events) {
    double label = batch.label(r);
    boolean usable = student.usable(label);
    if (batch.kind(r) != Batch.Kind.EVENT
        || !usable && (!Double.isNaN(label) || student.takesUnlabelled())) {
      return false;
    }
    slots[i] = -1;
    if (batch.id(r) == null) {
      return true;
    }
    if (usable) {
      slots[i] = join.reserve(batch.row(r), events + i, label, batch.weight(r));
    }
    return slots[i] >= 0;
  }

  /** Answers and learns a block. */
  void learn(Batch batch, int from, int to, Outcomes out) {
    if (seen == null) {
      student.testThenLearn(batch, from, to, out);
      return;
    }
    seen.clear();
    for (int r = from; r < to; r++) {
      if ((r - from) % Engine.AHEAD == 0) {
        student.expect(batch, r, Math.min(to, r + Engine.AHEAD));
      }
      seen.append(student.observe(batch.row(r)), batch.label(r), batch.weight(r));
    }
    student.testThenLearn(seen, 0, to - from, out);
  }

  /**
   * Notes what came of the block that was learnt last.
   *
   * @param events before it
   */
  void note(Batch batch, int from, int to, long events, Outcomes out) {
    out.answered(from, to);
    int row = out.predictions() - (to - from);
    for (int r = from; r < to; r++, row++) {
      double label = batch.label(r);
      long event = events + r - from;
      if (Double.isNaN(label)) {
        join.counts.unlabelled++;
      } else {
        join.counts.labels++;
        out.arrive(event, label, batch.weight(r), batch.time(r), row, event + 1);
      }
      if (slots[r - from] >= 0) {
        join.pending.answered(slots[r - from], row, out);
      }
    }
  }
}
