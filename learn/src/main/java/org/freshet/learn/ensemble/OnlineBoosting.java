package org.freshet.learn.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.tree.Retested;

/**
 * The chain that Oza's online boosting and its descendants share: an example passes from member to
 * member, and its weight λ is halved on average by members that get it right and raised by those
 * that do not. What differs is the order of the members, what happens after an example, and who
 * votes.
 */
abstract class OnlineBoosting implements Classifier, DriftReporter, Composite {
  final Members members;
  final DriftLog log = new DriftLog();
  private final Rng rng;
  private final boolean pure;
  private final boolean retested; // members are
  private final int declared;
  private int labels;

  /** Weight each member got right and wrong (λ^sc and λ^sw), and all weight that was learnt (N). */
  final double[] right;

  final double[] wrong;
  private double seen;

  /** Weights of the votes on the example at hand. */
  private final double[] voices;

  /** The votes on it, members × labels: members learn in any order, but are added up in theirs. */
  private double[] votes = new double[0];

  /** Scores of a member once it has learnt. */
  private double[] again = new double[0];

  OnlineBoosting(Spec learner, int members, boolean pure, Build build, long maxBytes) {
    this.members = new Members(learner, members, build, build.limit(maxBytes), 0);
    this.rng = build.rng();
    this.retested = this.members.get(0) instanceof Retested;
    this.pure = pure;
    this.declared = build.schema().declaredLabels();
    this.labels = declared;
    this.right = new double[members];
    this.wrong = new double[members];
    this.voices = new double[members];
  }

  @Override
  public final List<Inner> inside() {
    List<Inner> all = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      all.add(new Inner("member " + i, members.get(i), null, false));
    }
    return all;
  }

  /** Called before an example is learnt. */
  void begin() {}

  /**
   * The member that learns next.
   *
   * @param step how many members have learnt this example
   * @param hit whether the last of them was right; false at step 0
   */
  int next(int step, boolean hit) {
    return step;
  }

  /** Told the error of a member, 0 or 1, once it has learnt the example. */
  void tested(int member, double error) {}

  /** Called after all members learnt an example. */
  void end() {}

  /** Weight of a vote; 0 for a member that may not vote. */
  double voice(int member) {
    double e = error(member);
    return e < 0.5 ? Math.log((1 - e) / e) : 0;
  }

  /**
   * The weighted error of a member. One that was never wrong counts as having failed with half an
   * example, so that its voice is finite; one that was never asked is as good as a guess.
   */
  final double error(int member) {
    double sum = right[member] + wrong[member];
    return sum > 0 ? Math.max(wrong[member], 0.5) / Math.max(sum, 1) : 0.5;
  }

  /** Forgets how well a member did. */
  final void forget(int member) {
    right[member] = 0;
    wrong[member] = 0;
  }

  @Override
  public final int labels() {
    return labels;
  }

  @Override
  public final void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    hearVoices();
    for (int i = 0; i < members.size(); i++) {
      if (voices[i] > 0) {
        add(voices[i], members.scores(i, x, labels), 0, scores, labels);
      }
    }
    finish(scores, labels);
  }

  @Override
  public final void learn(Features x, int label, double weight) {
    if (label >= 0 && weight > 0) {
      step(x, label, weight, null, labels);
    }
  }

  @Override
  public final void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0 || !(weight > 0)) {
      scores(x, scores);
      return;
    }
    Arrays.fill(scores, 0);
    int known = labels;
    step(x, label, weight, scores, known);
    finish(scores, known);
  }

  private static void add(double voice, double[] from, int at, double[] to, int n) {
    for (int c = 0; c < n; c++) {
      to[c] += voice * from[at + c];
    }
  }

  private void keep(double[] vote, int at, int n) {
    for (int c = 0; c < n; c++) {
      votes[at + c] = vote[c];
    }
  }

  private static void finish(double[] scores, int known) {
    if (known > 0) {
      Kernels.normalize(scores, known);
    }
  }

  /** Where nobody may vote, the member that was least wrong answers alone. */
  private void hearVoices() {
    boolean any = false;
    for (int i = 0; i < voices.length; i++) {
      voices[i] = voice(i);
      any |= voices[i] > 0;
    }
    if (any) {
      return;
    }
    int best = 0;
    for (int i = 1; i < voices.length; i++) {
      best = error(i) < error(best) ? i : best;
    }
    voices[best] = 1;
  }

  /** Adds the votes to {@code scores} where it is not null, and learns, each member in one walk. */
  private void step(Features x, int label, double weight, double[] scores, int known) {
    if (scores != null) {
      hearVoices();
      if (votes.length < voices.length * known) {
        votes = new double[voices.length * known];
      }
    }
    log.tick();
    labels = Math.max(labels, label + 1);
    seen += weight;
    begin();
    double[] own = members.room(labels);
    double lambda = 1;
    boolean hit = false;
    for (int step = 0; step < voices.length; step++) {
      int i = next(step, hit);
      Classifier member = members.get(i);
      double k = pure ? lambda : poisson(lambda);
      hit = testLearnTest(member, x, label, k * weight, own);
      if (scores != null) {
        keep(own, i * known, known);
      }
      double[] counted = hit ? right : wrong;
      counted[i] += lambda * weight;
      lambda *= seen / (2 * counted[i]);
      members.report(i, log);
      tested(i, hit ? 0 : 1);
    }
    end();
    for (int i = 0; scores != null && i < voices.length; i++) {
      if (voices[i] > 0) {
        add(voices[i], votes, i * known, scores, known);
      }
    }
  }

  /** Leaves the member's vote before it learnt in {@code own}; whether it is right thereafter. */
  private boolean testLearnTest(Classifier member, Features x, int label, double k, double[] own) {
    if (retested) {
      return ((Retested) member).testLearnTest(x, label, k, own);
    }
    member.testThenLearn(x, label, k, own);
    double[] after = own;
    if (k > 0) {
      after = again = again.length < own.length ? new double[own.length] : again;
      member.scores(x, after); // λ follows what it knows now, as published
    }
    return Kernels.argmax(after, labels) == label && after[label] > 0;
  }

  @Override
  public final DriftLog drifts() {
    return log;
  }

  /** A draw for a mean that is another one each time; above 30 from the normal distribution. */
  private double poisson(double mean) {
    if (mean > 30) {
      double draw = Math.rint(mean + Math.sqrt(mean) * rng.nextGaussian());
      return Math.max(0, Math.min(draw, Integer.MAX_VALUE));
    }
    double u = rng.nextDouble();
    if (u < 1 - mean) {
      return 0; // exp(-mean) is above 1 - mean
    }
    double p = Math.exp(-mean);
    double sum = p;
    int k = 0;
    while (u >= sum && k < 200) {
      p *= mean / ++k;
      sum += p;
    }
    return k;
  }

  @Override
  public void save(StateWriter out) {
    rng.save(out, "rng");
    out.put("labels", labels);
    out.put("right", right);
    out.put("wrong", wrong);
    out.put("seen", seen);
    members.save(out);
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", declared);
    members.load(in);
    rng.load(in, "rng");
    System.arraycopy(in.doubles("right", right.length), 0, right, 0, right.length);
    System.arraycopy(in.doubles("wrong", wrong.length), 0, wrong, 0, wrong.length);
    seen = in.doubleValue("seen");
  }

  @Override
  public long memoryBytes() {
    return 300 + 24L * right.length + 8L * (votes.length + again.length) + members.memoryBytes();
  }
}
