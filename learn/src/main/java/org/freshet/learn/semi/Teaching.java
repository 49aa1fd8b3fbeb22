package org.freshet.learn.semi;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** A learner that is taught a guess of the label where the label does not come. */
abstract class Teaching implements Classifier, Unlabelled, DriftReporter, Composite {
  final Classifier learner;
  private final DriftLog log = new DriftLog();
  private double[] own = new double[8];
  private long taught;

  Teaching(Spec spec, Build build) {
    learner = build.child("learner", 0).create(spec, Classifier.class);
  }

  /**
   * A label was learnt.
   *
   * @param scores given before, over {@code known} labels
   */
  abstract void learnt(Features x, int label, double weight, double[] scores, int known);

  /**
   * What the label of an event probably is; may learn from the row.
   *
   * @param scratch room for the learner's labels
   * @return weight of the guess beside 1 of a label; 0 for none
   */
  abstract double guess(Features x, double weight, double[] scratch);

  /** The label of the last guess that was more than none. */
  abstract int guessed();

  /** Guesses that were learnt. */
  public final long taught() {
    return taught;
  }

  /** Passes drifts found inside a learner on, as found at the label at hand. */
  static void report(Learner inner, DriftLog to) {
    if (inner instanceof DriftReporter r && r.drifts().size() > 0) {
      DriftLog found = r.drifts();
      for (int i = 0; i < found.size(); i++) {
        to.add(found.source(i));
      }
      found.clear();
    }
  }

  @Override
  public final List<Inner> inside() {
    return List.of(new Inner("learner", learner, null, true));
  }

  @Override
  public final int labels() {
    return learner.labels();
  }

  @Override
  public final void scores(Features x, double[] scores) {
    learner.scores(x, scores);
  }

  private double[] room(int n) {
    if (own.length < n) {
      own = new double[2 * n];
    }
    return own;
  }

  @Override
  public final void learn(Features x, int label, double weight) {
    testThenLearn(x, label, weight, room(Math.max(learner.labels(), label + 1)));
  }

  @Override
  public final void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0) {
      learner.scores(x, scores);
      return;
    }
    log.tick();
    int known = learner.labels();
    learner.testThenLearn(x, label, weight, scores);
    report(learner, log);
    if (weight > 0) {
      learnt(x, label, weight, scores, known);
    }
  }

  @Override
  public final void unlabelled(Features x, double weight) {
    if (!(weight > 0)) {
      return;
    }
    double share = guess(x, weight, room(learner.labels()));
    if (share > 0) {
      taught++;
      learner.learn(x, guessed(), weight * share);
    } else {
      Unlabelled.show(learner, x, weight);
    }
    report(learner, log);
  }

  @Override
  public final DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    out.put("learner", learner);
    out.put("taught", taught);
  }

  @Override
  public void load(StateReader in) {
    in.load("learner", learner);
    taught = in.longValue("taught", 0, Long.MAX_VALUE - 1);
  }

  @Override
  public long memoryBytes() {
    return 250 + learner.memoryBytes() + 8L * own.length;
  }
}
