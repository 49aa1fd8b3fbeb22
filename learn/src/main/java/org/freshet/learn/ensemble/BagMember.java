package org.freshet.learn.ensemble;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.DriftDetector;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.drift.Adwin;

/** A learner of a bagging with its draws and, if it is watched, the detector of its error. */
final class BagMember extends Voter {

  /**
   * What the members of a bagging have in common.
   *
   * @param learners what the members are made of, in turn
   * @param maxBytes memory of one member
   * @param lambda mean of the Poisson draws
   * @param delta δ of the detector of a member's error; 0 for none
   * @param outputCodes whether a member tells two random halves of the classes apart
   */
  record Plan(
      List<Spec> learners,
      Build build,
      long maxBytes,
      Resampling resampling,
      double lambda,
      double delta,
      boolean outputCodes) {}

  /** Examples a learner is given before its errors count: they show how it starts, no change. */
  private static final int START = 100;

  /** Examples from which on a learner can be the worst. */
  private static final int JUDGED = 2 * START;

  private final Plan plan;
  private final Spec spec;
  private long number;
  private Rng rng;
  private Classifier learner;
  private Adwin error;

  /** Examples since it was made, counted as far as {@link #JUDGED}. */
  private int age;

  private double[] own = new double[0];
  private boolean[] code = new boolean[0];

  /** Rank of the member after each row of the last block. */
  private double[] ranks = new double[0];

  /**
   * @param place its place among the members, which decides what it is made of
   */
  BagMember(Plan plan, int place) {
    this.plan = plan;
    this.spec = plan.learners.get(place % plan.learners.size());
    renew(place);
  }

  /**
   * Begins anew.
   *
   * @param number which of the learners of the ensemble this is: it decides on all it draws
   */
  void renew(long number) {
    this.number = number;
    Build build = plan.build.child("member", number);
    rng = new Rng(Rng.childSeed(plan.build.seed(), "draws", number));
    code = new boolean[0];
    if (plan.outputCodes) {
      build = build.withSchema(twoClasses(build.schema()));
    }
    learner = build.withMaxBytes(plan.maxBytes).create(spec, Classifier.class);
    error = plan.delta > 0 ? new Adwin(plan.delta) : null;
    age = 0;
  }

  private static Schema twoClasses(Schema schema) {
    Schema two = Schema.classification(schema.columns(), schema.labelName(), "0", "1");
    return schema.isSparse() ? two.withSparse(schema.columns()) : two;
  }

  Classifier learner() {
    return learner;
  }

  /** Of the rows and labels its learner is given. */
  Schema schema() {
    return plan.outputCodes ? twoClasses(plan.build.schema()) : plan.build.schema();
  }

  /** How bad the member is: the mean error of its window; -1 while it is too young to tell. */
  double rank() {
    return age < JUDGED ? -1 : error.estimate();
  }

  /** The same after a row of the last block. */
  double rankAfter(int indexInBlock) {
    return ranks[indexInBlock];
  }

  /** Takes back drifts found after a row, which did not happen since it was reset there. */
  void forgetDriftsAfter(int row) {
    while (drifts > 0 && driftRows[drifts - 1] > row) {
      drifts--;
    }
  }

  @Override
  void ranRow(int indexInBlock) {
    if (error != null) {
      if (indexInBlock >= ranks.length) {
        ranks = Arrays.copyOf(ranks, Math.max(32, 2 * indexInBlock));
      }
      ranks[indexInBlock] = rank();
    }
  }

  @Override
  void vote(Features x, double[] sum, int at, int labels) {
    room(labels);
    learner.scores(x, own);
    for (int c = 0; c < labels; c++) {
      sum[at + c] += own[plan.outputCodes ? bit(c) : c];
    }
  }

  @Override
  boolean testThenLearn(Features x, int label, double weight, double[] out, int at, int labels) {
    room(Math.max(labels, label + 1));
    boolean learns = label >= 0 && weight > 0;
    int target = plan.outputCodes && label >= 0 ? bit(label) : label;
    boolean late = plan.resampling == Resampling.MISCLASSIFIED;
    double k = learns && !late ? draw() : 0;
    learner.testThenLearn(x, target, k * weight, own);
    for (int c = 0; c < labels; c++) {
      out[at + c] = own[plan.outputCodes ? bit(c) : c];
    }
    if (!learns) {
      return false;
    }
    boolean right = Kernels.argmax(own, own.length) == target && own[target] > 0;
    if (late && (!right || isDrawn())) {
      learner.learn(x, target, weight);
    }
    return error != null && watch(right ? 0 : 1);
  }

  /** Whether the member's error has risen. */
  private boolean watch(double wrong) {
    if (age < JUDGED) {
      age++;
    }
    return age > START && error.update(wrong) == DriftDetector.DRIFT && error.increased();
  }

  private double draw() {
    return switch (plan.resampling) {
      case POISSON -> rng.nextPoisson(plan.lambda);
      case HALF -> rng.nextBoolean() ? 1 : 0;
      case AT_LEAST_ONE -> 1 + rng.nextPoisson(1);
      case MISCLASSIFIED -> 1;
    };
  }

  /** Whether a rightly classified example is learnt all the same. */
  private boolean isDrawn() {
    double e = error == null ? 0 : error.estimate();
    return rng.nextDouble() * (1 - e) < e;
  }

  private void room(int labels) {
    if (own.length < labels) {
      own = new double[Math.max(2, labels)];
    }
  }

  /**
   * Which half a class belongs to. Classes 2i and 2i+1 are in different ones, so that the halves
   * are of one size however many classes come.
   */
  private int bit(int label) {
    if (label >= code.length) {
      int from = code.length;
      code = Arrays.copyOf(code, Math.max(8, 2 * (label + 1)));
      long seed = Rng.childSeed(plan.build.seed(), "code", number);
      for (int c = from; c < code.length; c++) {
        code[c] = (Rng.childSeed(seed, "pair", c / 2) < 0) == (c % 2 == 0);
      }
    }
    return code[label] ? 1 : 0;
  }

  @Override
  int labels() {
    return plan.outputCodes ? 0 : learner.labels();
  }

  @Override
  void save(StateWriter out) {
    out.put("number", number);
    rng.save(out, "rng");
    out.put("learner", learner);
    if (error != null) {
      out.put("error", error);
      out.put("age", age);
    }
  }

  @Override
  void load(StateReader in) {
    renew(in.longValue("number", 0, Long.MAX_VALUE - 1));
    rng.load(in, "rng");
    in.load("learner", learner);
    if (error != null) {
      in.load("error", error);
      age = in.intValue("age", 0, JUDGED);
    }
  }

  @Override
  long memoryBytes() {
    long bytes = 300 + learner.memoryBytes() + (error == null ? 0 : error.memoryBytes());
    return bytes + 8L * (own.length + ranks.length) + code.length + blockBytes();
  }
}
