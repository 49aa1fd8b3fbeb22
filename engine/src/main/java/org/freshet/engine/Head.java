package org.freshet.engine;

import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Divisible;
import org.freshet.core.Features;
import org.freshet.core.IntervalRegressor;
import org.freshet.core.Learner;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.SetClassifier;
import org.freshet.core.ask.Deferring;

/**
 * The learner at the end of a pipeline behind one face for classes and numbers; writes what it
 * predicts.
 */
abstract sealed class Head
    permits Head.OfClasses, Head.OfNumbers, SetHead, IntervalHead, SeveralHead, PartHead {
  /**
   * The face of a learner.
   *
   * @throws SchemaException when it cannot learn the label of the schema
   */
  static Head of(Schema schema, Learner learner) {
    boolean known =
        schema.target() == Schema.Target.CLASS
            ? learner instanceof Classifier
            : schema.target() == Schema.Target.NUMBER && learner instanceof Regressor;
    if (known && learner instanceof Divisible d && d.share().isPart()) {
      return new PartHead(schema, d);
    }
    if (schema.target() == Schema.Target.CLASS && learner instanceof SetClassifier c) {
      return new SetHead(c);
    }
    if (schema.target() == Schema.Target.CLASS && learner instanceof Classifier c) {
      return new OfClasses(c);
    }
    if (schema.target() == Schema.Target.NUMBER && learner instanceof IntervalRegressor r) {
      return new IntervalHead(r);
    }
    if (schema.target() == Schema.Target.NUMBER && learner instanceof Regressor r) {
      return new OfNumbers(r);
    }
    if (schema.target() == Schema.Target.LABELS && learner instanceof MultiLabelClassifier c) {
      return new SeveralHead.OfLabels(c);
    }
    if (schema.target() == Schema.Target.NUMBERS && learner instanceof MultiTargetRegressor r) {
      return new SeveralHead.OfTargets(r);
    }
    throw new SchemaException(
        learner.getClass().getSimpleName()
            + " cannot learn the label '"
            + schema.labelName()
            + "', a "
            + switch (schema.target()) {
              case CLASS -> "class";
              case LABELS -> "vector of labels";
              case NUMBERS -> "vector of numbers";
              default -> "number";
            });
  }

  /** Whether a label of the source can be learnt: a class code, or a finite number. */
  abstract boolean usable(double label);

  /** A call begins whose outcomes these are. */
  void begin(Outcomes out) {}

  abstract void predict(Features row, Outcomes out);

  /**
   * Predicts, and says which expert to ask; only for learners that defer.
   *
   * @return -1 for none
   */
  int defer(Features row, Features event, Outcomes out) {
    throw new IllegalStateException("the learner asks no expert");
  }

  /**
   * @param truths where an event has several; null otherwise
   */
  abstract void learn(Features row, double label, double[] truths, double weight);

  abstract void testThenLearn(
      Features row, double label, double[] truths, double weight, Outcomes out);

  /** Rows from … to-1 in order; bit for bit what row by row gives. */
  abstract void testThenLearn(Batch rows, int from, int to, Outcomes out);

  static final class OfClasses extends Head {
    private final Classifier learner;
    private double[] one = new double[8];
    private double[] block = new double[0];

    OfClasses(Classifier learner) {
      this.learner = learner;
    }

    @Override
    boolean usable(double label) {
      return label >= 0 && label <= Integer.MAX_VALUE - 16;
    }

    /** The scratch scores, long enough for the labels known now. */
    private double[] room(int n) {
      if (one.length < n) {
        one = new double[Math.max(n, one.length + (one.length >> 1))];
      }
      return one;
    }

    private void write(int n, Outcomes out) {
      out.reserve(1, n);
      System.arraycopy(one, 0, out.scores(), out.scoresAt(out.predictions()), n);
      out.predict(best(one, 0, n), n);
    }

    static int best(double[] a, int at, int n) {
      int best = -1;
      double top = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        if (a[at + i] > top) {
          top = a[at + i];
          best = i;
        }
      }
      return best;
    }

    @Override
    void predict(Features row, Outcomes out) {
      int n = learner.labels();
      learner.scores(row, room(n));
      write(n, out);
    }

    @Override
    int defer(Features row, Features event, Outcomes out) {
      int n = learner.labels();
      int expert = ((Deferring) learner).defer(row, event, room(n));
      write(n, out);
      return expert;
    }

    @Override
    void learn(Features row, double label, double[] truths, double weight) {
      learner.learn(row, (int) label, weight);
    }

    @Override
    void testThenLearn(Features row, double label, double[] truths, double weight, Outcomes out) {
      int n = learner.labels();
      learner.testThenLearn(row, (int) label, weight, room(Math.max(n, (int) label + 1)));
      write(n, out);
    }

    @Override
    void testThenLearn(Batch rows, int from, int to, Outcomes out) {
      int count = to - from;
      int known = learner.labels();
      int after = known;
      for (int r = from; r < to; r++) {
        after = Math.max(after, rows.labelCode(r) + 1);
      }
      int stride = out.reserve(count, after);
      int first = out.predictions();
      if (first == 0) {
        learner.testThenLearn(rows, from, to, out.scores(), stride);
      } else {
        if (block.length < count * stride) {
          block = new double[count * stride];
        }
        learner.testThenLearn(rows, from, to, block, stride);
        System.arraycopy(block, 0, out.scores(), out.scoresAt(first), count * stride);
      }
      for (int r = from; r < to; r++) {
        out.predict(best(out.scores(), out.scoresAt(out.predictions()), known), known);
        if (rows.weight(r) > 0) {
          known = Math.max(known, rows.labelCode(r) + 1);
        }
      }
    }
  }

  static final class OfNumbers extends Head {
    private final Regressor learner;
    private double[] block = new double[0];

    OfNumbers(Regressor learner) {
      this.learner = learner;
    }

    @Override
    boolean usable(double label) {
      return Double.isFinite(label);
    }

    @Override
    void predict(Features row, Outcomes out) {
      out.reserve(1, 0);
      out.predict(learner.predict(row), 0);
    }

    @Override
    void learn(Features row, double label, double[] truths, double weight) {
      learner.learn(row, label, weight);
    }

    @Override
    void testThenLearn(Features row, double label, double[] truths, double weight, Outcomes out) {
      out.reserve(1, 0);
      out.predict(learner.testThenLearn(row, label, weight), 0);
    }

    @Override
    void testThenLearn(Batch rows, int from, int to, Outcomes out) {
      int count = to - from;
      out.reserve(count, 0);
      if (block.length < count) {
        block = new double[count];
      }
      learner.testThenLearn(rows, from, to, block);
      for (int i = 0; i < count; i++) {
        out.predict(block[i], 0);
      }
    }
  }
}
