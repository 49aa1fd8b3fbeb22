package org.freshet.learn.semi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;

/**
 * An ensemble whose majority teaches the minority where labels do not come, and that sees drifts
 * without labels. For drifting streams with very few labels.
 *
 * <p>How it works. Each member learns a label with its own draw k ~ Poisson(λ) as its weight. At an
 * event without one each member answers, and to each that disagrees with the majority of the others
 * that majority's class is taught, if the mean probability c its voters give it is at least {@code
 * min_confidence} and above the member's own; the weight is c · L/(L + U), with L labels and U
 * events without one among the latest {@code window} events, fading: the fewer labels there are,
 * the less the ensemble relies on itself. A student, one more learner, is taught the answer of the
 * ensemble to every event; where it suddenly disagrees (ADWIN with {@code delta}), rows have moved
 * to where the ensemble was not learnt: the member with most errors on labels begins anew, and so
 * does the student. The answer is the mean of the members' probabilities.
 *
 * <p>Paper: H. M. Gomes, J. Read, M. Grzenda, B. Pfahringer, A. Bifet, "SLEADE: Disagreement-Based
 * Semi-Supervised Learning for Sparsely Labeled Evolving Data Streams", IEEE Transactions on
 * Knowledge and Data Engineering 38, 2026.
 *
 * <p>Where we differ: written from the abstract and the description of the parameters; the exact
 * weighting and what is reset at a drift are ours. Members are a Poisson bag of any learner, where
 * the paper's are streaming random patches. The new member is not taught the latest labels again.
 * On streams that stay what they are it changes little beside the same ensemble that sees labels
 * only.
 *
 * <p>Takes what its learner takes. Costs the learner members + 1 times an event, and a second time
 * where a label is missing; memory likewise, bounded by {@code max_bytes} shared evenly where the
 * learner has such a bound.
 *
 * <pre>{@code
 * Classifier c = Components.classifier("sleade(members=10, learner=hoeffding_tree)", schema, 1);
 * }</pre>
 */
@Component(
    name = "sleade",
    kinds = Kind.CLASSIFIER,
    family = "semi",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.RANDOMIZED
    },
    coupled = "their majority teaches those that disagree")
public final class Sleade implements Classifier, Unlabelled, DriftReporter, Composite {
  /** Parameters. */
  public record Parameters(
      @Param(
              value = "what each member is; may be a pipeline",
              def = "hoeffding_tree",
              kind = Kind.CLASSIFIER,
              origin = "the members of the paper are Hoeffding trees on random patches")
          Spec learner,
      @Param(value = "learners that vote", def = "10", range = "[3, 1000]", origin = "ours")
          int members,
      @Param(
              value = "λ of the Poisson weights of labels",
              def = "6",
              range = "(0, 30]",
              origin = "leveraging bagging, as streaming random patches")
          double lambda,
      @Param(
              value = "mean probability of the majority from which on it teaches",
              def = "0.0",
              range = "[0, 1]",
              origin = "CapyMOA")
          double minConfidence,
      @Param(
              value = "events over which the share of labels is taken",
              def = "1000",
              range = "[1, 1000000000]",
              unit = "events",
              origin = "ours")
          double window,
      @Param(
              value = "δ of the detector of the student's disagreement; 0 for none",
              def = "1e-5",
              range = "[0, 1)",
              origin = "CapyMOA")
          double delta,
      @Param(
              value = "memory limit of all learners",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  private final Parameters p;
  private final Build build;
  private final long share;
  private final Classifier[] members;
  private final long[] numbers; // which learner made so far each is, the student last
  private final double[] errors; // of each member on labels, fading
  private final Rng rng;
  private final DriftLog log = new DriftLog();
  private Classifier student;
  private Adwin disagreement; // null for none
  private long made;
  private double labelled;
  private double unlabelled;
  private long taught;
  private int labels;
  private double[] own = new double[0]; // member × labels
  private double[] mean = new double[0];
  private final int[] votes;

  public Sleade(Parameters p, Build build) {
    this.p = p;
    this.build = build;
    share = build.limit(p.maxBytes) / (p.members + 1);
    members = new Classifier[p.members];
    numbers = new long[p.members + 1];
    errors = new double[p.members];
    votes = new int[p.members];
    rng = build.child("draws", 0).rng();
    for (int i = 0; i < members.length; i++) {
      members[i] = make(numbers[i] = made++);
    }
    student = make(numbers[members.length] = made++);
    disagreement = p.delta > 0 ? new Adwin(p.delta) : null;
    labels = members[0].labels();
    room(labels);
  }

  private Classifier make(long number) {
    return build.child("member", number).withMaxBytes(share).create(p.learner, Classifier.class);
  }

  /** Times that a member was taught by the others. */
  public long taught() {
    return taught;
  }

  @Override
  public List<Inner> inside() {
    List<Inner> all = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      all.add(new Inner("member " + i, members[i], null, false));
    }
    return all;
  }

  @Override
  public int labels() {
    return labels;
  }

  private void room(int n) {
    if (mean.length < n) {
      mean = new double[Math.max(4, 2 * n)];
      own = new double[members.length * mean.length];
    }
  }

  /** The mean of the members over {@code n} labels, each member's own kept. */
  private void answer(Features x, int n) {
    double[] one = mean; // each member's in turn, the mean at the end
    int stride = mean.length;
    for (int i = 0; i < members.length; i++) {
      members[i].scores(x, one);
      keep(i, n, stride);
    }
    average(n, stride);
  }

  /** Keeps the scores at hand as those of a member. */
  private void keep(int i, int n, int stride) {
    int known = Math.min(n, members[i].labels());
    System.arraycopy(mean, 0, own, i * stride, known);
    Arrays.fill(own, i * stride + known, i * stride + n, 0);
  }

  private void average(int n, int stride) {
    Arrays.fill(mean, 0, n, 0);
    for (int i = 0; i < members.length; i++) {
      for (int k = 0; k < n; k++) {
        mean[k] += own[i * stride + k];
      }
    }
    if (n > 0) {
      Kernels.normalize(mean, n);
    }
  }

  @Override
  public void scores(Features x, double[] scores) {
    answer(x, labels);
    Arrays.fill(scores, 0);
    System.arraycopy(mean, 0, scores, 0, labels);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    log.tick();
    int known = labels;
    room(Math.max(labels, label + 1));
    for (int i = 0; i < members.length; i++) {
      int before = Math.min(known, members[i].labels());
      double drawn = weight > 0 ? weight * rng.nextPoisson(p.lambda) : 0;
      members[i].testThenLearn(x, label, drawn, mean);
      int stride = mean.length;
      System.arraycopy(mean, 0, own, i * stride, before);
      Arrays.fill(own, i * stride + before, i * stride + known, 0);
      if (weight > 0) {
        boolean wrong = best(i, known) != label;
        errors[i] += ((wrong ? 1 : 0) - errors[i]) / 100; // as much as a hundred labels
      }
      Teaching.report(members[i], log);
    }
    average(known, mean.length);
    if (weight > 0) {
      labels = Math.max(labels, label + 1);
      labelled += 1;
      fade();
      follow(x, known, weight);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    if (label < 0) {
      scores(x, scores);
      return;
    }
    int known = labels;
    learn(x, label, weight);
    Arrays.fill(scores, 0);
    System.arraycopy(mean, 0, scores, 0, known);
  }

  private int best(int member, int n) {
    int at = member * mean.length;
    int top = -1;
    for (int k = 0; k < n; k++) {
      if (own[at + k] > 0 && (top < 0 || own[at + k] > own[at + top])) {
        top = k;
      }
    }
    return top;
  }

  private void fade() {
    labelled *= 1 - 1 / (p.window + 1);
    unlabelled *= 1 - 1 / (p.window + 1);
  }

  @Override
  public void unlabelled(Features x, double weight) {
    int n = labels;
    if (!(weight > 0)) {
      return;
    }
    unlabelled += 1;
    fade();
    if (n < 2) {
      return;
    }
    answer(x, n);
    double shrink = labelled / (labelled + unlabelled);
    for (int i = 0; i < members.length; i++) {
      votes[i] = best(i, n);
    }
    for (int i = 0; i < members.length; i++) {
      int majority = majority(i, n);
      double c = majority < 0 ? 0 : confidence(i, majority);
      boolean surer = votes[i] < 0 || c > own[i * mean.length + votes[i]];
      if (majority >= 0 && majority != votes[i] && surer && c >= p.minConfidence && shrink > 0) {
        taught++;
        members[i].learn(x, majority, weight * c * shrink);
        Teaching.report(members[i], log);
      }
    }
    follow(x, n, weight);
  }

  /** The class that more than half of the others vote for; -1 for none. */
  private int majority(int member, int n) {
    int candidate = -1;
    int lead = 0;
    for (int pass = 0; pass < 2; pass++) {
      int count = 0;
      for (int i = 0; i < members.length; i++) {
        if (i == member || votes[i] < 0) {
          continue;
        }
        if (pass == 0) { // whoever has more than half is left over
          candidate = lead == 0 ? votes[i] : candidate;
          lead += votes[i] == candidate ? 1 : -1;
        } else {
          count += votes[i] == candidate ? 1 : 0;
        }
      }
      if (pass == 1 && 2 * count <= members.length - 1) {
        return -1;
      }
    }
    return candidate;
  }

  /** Mean probability of a class by those of the others who vote for it. */
  private double confidence(int member, int label) {
    double sum = 0;
    int n = 0;
    for (int i = 0; i < members.length; i++) {
      if (i != member && votes[i] == label) {
        sum += own[i * mean.length + label];
        n++;
      }
    }
    return n == 0 ? 0 : sum / n;
  }

  /** The student learns what the ensemble answers, in the mean of the first n labels. */
  private void follow(Features x, int n, double weight) {
    if (disagreement == null || n < 2) {
      return;
    }
    int top = Kernels.argmax(mean, n);
    student.testThenLearn(x, top, weight, own);
    int said = Kernels.argmax(own, Math.min(n, student.labels()));
    if (disagreement.update(said == top ? 0 : 1) != DriftDetector.DRIFT
        || !disagreement.increased()) {
      return;
    }
    int worst = 0;
    for (int i = 1; i < members.length; i++) {
      worst = errors[i] > errors[worst] ? i : worst;
    }
    members[worst] = make(numbers[worst] = made++);
    errors[worst] = 0;
    student = make(numbers[members.length] = made++);
    log.add("student");
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    rng.save(out, "rng");
    out.put("made", made);
    out.put("numbers", numbers);
    out.put("errors", errors);
    out.put("labels", labels);
    out.put("labelled", labelled);
    out.put("unlabelled", unlabelled);
    out.put("taught", taught);
    for (int i = 0; i < members.length; i++) {
      out.put("member-" + i, members[i]);
    }
    out.put("student", student);
    if (disagreement != null) {
      out.put("disagreement", disagreement);
    }
  }

  @Override
  public void load(StateReader in) {
    rng.load(in, "rng");
    made = in.longValue("made", members.length + 1L, Long.MAX_VALUE - 1);
    labels = in.labels("labels", labels);
    System.arraycopy(in.longs("numbers", numbers.length), 0, numbers, 0, numbers.length);
    System.arraycopy(in.doubles("errors", errors.length), 0, errors, 0, errors.length);
    labelled = share(in, "labelled");
    unlabelled = share(in, "unlabelled");
    taught = in.longValue("taught", 0, Long.MAX_VALUE - 1);
    for (int i = 0; i < members.length; i++) {
      members[i] = make(numbers[i]);
      in.load("member-" + i, members[i]);
    }
    student = make(numbers[members.length]);
    in.load("student", student);
    if (disagreement != null) {
      in.load("disagreement", disagreement);
    }
    room(labels);
  }

  private double share(StateReader in, String name) {
    double v = in.doubleValue(name);
    if (!(v >= 0 && v <= p.window + 1)) {
      throw in.corrupt(name, "is " + v + ", allowed 0 to " + p.window);
    }
    return v;
  }

  @Override
  public long memoryBytes() {
    long bytes = 700 + 24L * members.length + 8L * (own.length + mean.length);
    for (Classifier m : members) {
      bytes += m.memoryBytes();
    }
    bytes += disagreement == null ? 0 : disagreement.memoryBytes();
    return bytes + student.memoryBytes();
  }
}
