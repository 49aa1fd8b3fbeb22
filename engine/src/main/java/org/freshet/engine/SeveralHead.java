package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.MultiTargetRegressor;

/**
 * What predicts several outputs: its scores are one an output, its answer the first of them. A
 * label is 0 where a truth is known.
 */
abstract sealed class SeveralHead extends Head {
  final double[] answers;

  SeveralHead(int outputs) {
    answers = new double[outputs];
  }

  @Override
  boolean usable(double label) {
    return !Double.isNaN(label);
  }

  final void write(Outcomes out) {
    out.reserve(1, answers.length);
    System.arraycopy(answers, 0, out.scores(), out.scoresAt(out.predictions()), answers.length);
    out.predict(answers[0], answers.length);
  }

  @Override
  void testThenLearn(Batch rows, int from, int to, Outcomes out) {
    throw new IllegalStateException("several outputs run row by row");
  }

  static final class OfLabels extends SeveralHead {
    private final MultiLabelClassifier learner;

    OfLabels(MultiLabelClassifier learner) {
      super(learner.labels());
      this.learner = learner;
    }

    @Override
    void predict(Features row, Outcomes out) {
      learner.scores(row, answers);
      write(out);
    }

    @Override
    void learn(Features row, double label, double[] truths, double weight) {
      learner.learn(row, truths, weight);
    }

    @Override
    void testThenLearn(Features row, double label, double[] truths, double weight, Outcomes out) {
      learner.testThenLearn(row, truths, weight, answers);
      write(out);
    }
  }

  static final class OfTargets extends SeveralHead {
    private final MultiTargetRegressor learner;

    OfTargets(MultiTargetRegressor learner) {
      super(learner.targets());
      this.learner = learner;
    }

    @Override
    void predict(Features row, Outcomes out) {
      learner.predict(row, answers);
      write(out);
    }

    @Override
    void learn(Features row, double label, double[] truths, double weight) {
      learner.learn(row, truths, weight);
    }

    @Override
    void testThenLearn(Features row, double label, double[] truths, double weight, Outcomes out) {
      learner.testThenLearn(row, truths, weight, answers);
      write(out);
    }
  }
}
