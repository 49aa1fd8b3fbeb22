package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Divisible;
import org.freshet.core.Features;
import org.freshet.core.Schema;

/**
 * A part of an ensemble: writes the votes of its members where a learner has its scores, and where
 * joining learns those on the labels learnt, too.
 */
final class PartHead extends Head {
  private final Divisible part;
  private final Classifier classes; // null for numbers
  private final Answers answers;
  private double[] votes = new double[8];
  private Outcomes out; // of the call at hand

  PartHead(Schema schema, Divisible part) {
    this.part = part;
    this.classes = schema.target() == Schema.Target.CLASS ? (Classifier) part : null;
    this.answers = Answers.of(part);
  }

  @Override
  boolean usable(double label) {
    return classes == null ? Double.isFinite(label) : label >= 0 && label <= Integer.MAX_VALUE - 16;
  }

  @Override
  void begin(Outcomes of) {
    out = of;
  }

  private int known() {
    return classes == null ? 0 : classes.labels();
  }

  private double[] room(int n) {
    int width = answers.width(n);
    if (votes.length < width) {
      votes = new double[Math.max(width, votes.length + (votes.length >> 1))];
    }
    return votes;
  }

  private void write(int n, Outcomes to) {
    to.reserve(1, n);
    System.arraycopy(votes, 0, to.scores(), to.scoresAt(to.predictions()), answers.width(n));
    to.predict(classes == null ? Double.NaN : -1, n);
  }

  private void learnt(int n, double label, double weight) {
    if (part.joiningLearns()) {
      out.learntVotes(votes, answers.width(n), n, label, weight);
    }
  }

  @Override
  void predict(Features row, Outcomes to) {
    int n = known();
    part.vote(row, room(n));
    write(n, to);
  }

  @Override
  void learn(Features row, double label, double[] truths, double weight) {
    int n = known();
    part.voteThenLearn(row, label, weight, room(n));
    learnt(n, label, weight);
  }

  @Override
  void testThenLearn(Features row, double label, double[] truths, double weight, Outcomes to) {
    int n = known();
    part.voteThenLearn(row, label, weight, room(n));
    write(n, to);
    learnt(n, label, weight);
  }

  @Override
  void testThenLearn(Batch rows, int from, int to, Outcomes of) {
    for (int r = from; r < to; r++) {
      double label = rows.label(r);
      if (usable(label)) {
        testThenLearn(rows.row(r), label, null, rows.weight(r), of);
      } else {
        predict(rows.row(r), of);
      }
    }
  }
}
