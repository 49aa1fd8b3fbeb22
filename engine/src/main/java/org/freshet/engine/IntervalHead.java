package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.IntervalRegressor;

/** A regressor with intervals: writes them where a classifier has its scores. */
final class IntervalHead extends Head {
  private final IntervalRegressor learner;
  private final double[] one = new double[2];
  private double[] answers = new double[0];
  private double[] bounds = new double[0];

  IntervalHead(IntervalRegressor learner) {
    this.learner = learner;
  }

  @Override
  boolean usable(double label) {
    return Double.isFinite(label);
  }

  @Override
  void predict(Features row, Outcomes out) {
    double answer = learner.testThenLearn(row, Double.NaN, 1, one);
    write(answer, one[0], one[1], out);
  }

  @Override
  void learn(Features row, double label, double[] truths, double weight) {
    learner.learn(row, label, weight);
  }

  @Override
  void testThenLearn(Features row, double label, double[] truths, double weight, Outcomes out) {
    double answer = learner.testThenLearn(row, label, weight, one);
    write(answer, one[0], one[1], out);
  }

  @Override
  void testThenLearn(Batch rows, int from, int to, Outcomes out) {
    int count = to - from;
    if (answers.length < count) {
      answers = new double[count];
      bounds = new double[2 * count];
    }
    learner.testThenLearn(rows, from, to, answers, bounds);
    for (int i = 0; i < count; i++) {
      write(answers[i], bounds[2 * i], bounds[2 * i + 1], out);
    }
  }

  private static void write(double answer, double low, double high, Outcomes out) {
    out.reserve(1, 0);
    int at = out.scoresAt(out.predictions());
    out.scores()[at] = low;
    out.scores()[at + 1] = high;
    out.predict(answer, 0);
  }
}
