package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.SetClassifier;

/** A classifier with sets: writes them behind its scores. */
final class SetHead extends Head {
  private final SetClassifier learner;
  private double[] scores = new double[8];
  private boolean[] in = new boolean[8];

  SetHead(SetClassifier learner) {
    this.learner = learner;
  }

  @Override
  boolean usable(double label) {
    return label >= 0 && label <= Integer.MAX_VALUE - 16;
  }

  private void room(int n) {
    if (scores.length < n) {
      scores = new double[Math.max(n, scores.length + (scores.length >> 1))];
      in = new boolean[scores.length];
    }
  }

  @Override
  void predict(Features row, Outcomes out) {
    int n = learner.labels();
    room(n);
    learner.testThenLearn(row, -1, 1, scores, in);
    write(0, n, out);
  }

  @Override
  void learn(Features row, double label, double[] truths, double weight) {
    learner.learn(row, (int) label, weight);
  }

  @Override
  void testThenLearn(Features row, double label, double[] truths, double weight, Outcomes out) {
    int n = learner.labels();
    room(Math.max(n, (int) label + 1));
    learner.testThenLearn(row, (int) label, weight, scores, in);
    write(0, n, out);
  }

  @Override
  void testThenLearn(Batch rows, int from, int to, Outcomes out) {
    int known = learner.labels();
    int stride = known;
    for (int r = from; r < to; r++) {
      stride = Math.max(stride, rows.labelCode(r) + 1);
    }
    room(Math.multiplyExact(to - from, stride));
    learner.testThenLearn(rows, from, to, scores, in, stride);
    for (int r = from; r < to; r++) {
      write((r - from) * stride, known, out);
      if (rows.weight(r) > 0) {
        known = Math.max(known, rows.labelCode(r) + 1);
      }
    }
  }

  private void write(int from, int n, Outcomes out) {
    out.reserve(1, n);
    int at = out.scoresAt(out.predictions());
    double[] row = out.scores();
    System.arraycopy(scores, from, row, at, n);
    for (int k = 0; k < n; k++) {
      row[at + n + k] = in[from + k] ? 1 : 0;
    }
    out.predict(OfClasses.best(row, at, n), n);
  }
}
