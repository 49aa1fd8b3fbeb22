package org.freshet.learn.ensemble;

import java.util.Arrays;
import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What ensembles whose members depend on each other at every event share: the labels known, the
 * order of voting and learning, and that each event goes once through each member.
 */
abstract class EventEnsemble implements Classifier {
  private final int declared;
  private int labels;
  private double[] sum;

  /** Scores of one member: scratch, exactly as long as there are labels. */
  private double[] own;

  EventEnsemble(Schema schema) {
    this.declared = schema.declaredLabels();
    this.labels = declared;
    this.sum = new double[labels];
    this.own = new double[labels];
  }

  /** Adds the votes of the members; changes no state. */
  abstract void vote(Features x, double[] sum);

  /** Adds the votes of the members, as {@link #vote} would, and lets them learn the event. */
  abstract void step(Features x, int label, double weight, double[] sum);

  @Override
  public final int labels() {
    return labels;
  }

  /** Scores of a member at a row; scratch. */
  final double[] scores(Classifier member, Features x) {
    member.scores(x, own);
    return own;
  }

  /** The same before it learnt the event; scratch. */
  final double[] testThenLearn(Classifier member, Features x, int label, double weight) {
    member.testThenLearn(x, label, weight, own);
    return own;
  }

  /**
   * Gives a member's vote to the class it holds most probable; without an opinion, all scores being
   * equal, it is divided.
   *
   * @return that class, the lowest code on a tie
   */
  final int voteForOne(double weight, double[] scores, double[] sum) {
    int n = labels;
    int best = Kernels.argmax(scores, n);
    int equal = 0;
    while (equal < n && scores[equal] == scores[best]) {
      equal++;
    }
    if (equal < n) {
      sum[best] += weight;
    } else {
      for (int c = 0; c < n; c++) {
        sum[c] += weight / n;
      }
    }
    return best;
  }

  @Override
  public final void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (labels > 0) {
      vote(x, scores);
      Kernels.normalize(scores, labels);
    }
  }

  @Override
  public final void learn(Features x, int label, double weight) {
    if (label >= 0 && weight > 0) {
      open(label);
      Arrays.fill(sum, 0);
      step(x, label, weight, sum);
    }
  }

  @Override
  public final void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0 || !(weight > 0)) {
      scores(x, scores);
      return;
    }
    int known = labels;
    open(label);
    Arrays.fill(sum, 0);
    step(x, label, weight, sum);
    Arrays.fill(scores, 0);
    if (known > 0) {
      System.arraycopy(sum, 0, scores, 0, known);
      Kernels.normalize(scores, known);
    }
  }

  private void open(int label) {
    if (label >= labels) {
      labels = label + 1;
      sum = new double[labels];
      own = new double[labels];
      opened();
    }
  }

  /** Called when {@link #labels()} has grown. */
  void opened() {}

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", declared);
    sum = new double[labels];
    own = new double[labels];
    opened();
  }

  @Override
  public long memoryBytes() {
    return 80 + 16L * labels;
  }
}
