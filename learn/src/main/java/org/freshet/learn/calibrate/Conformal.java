package org.freshet.learn.calibrate;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.IntervalRegressor;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.SetClassifier;
import org.freshet.core.Trait;
import org.freshet.core.Unlabelled;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Adds to the answers of any learner a set of classes, or an interval, that holds the truth in a
 * given share of all events, whatever the learner and the distribution are. For decisions that must
 * know how sure an answer is, on streams that may drift.
 *
 * <p>How it works. At each label the nonconformity of the truth is measured by the prediction given
 * before learning: s = 1 − p_y for a class, s = |y − ŷ| for a number. Of the scores of the latest
 * {@code window} labels, q is the ⌈(n + 1)(1 − α_t)⌉-th smallest. The set holds every class with 1
 * − p ≤ q; the interval is ŷ ± q. Nominal is 1 − α; α_t starts at α and moves after each label by
 * γ(α − err), err being 1 where the truth was outside: sets widen as soon as they miss too often
 * and narrow when they hold too much, so the coverage comes back after a drift. With γ = 0 the
 * level is fixed. With a {@code difficulty}, a second regressor learns |y − ŷ|, and residuals are
 * divided by its answer: intervals are then wide where rows are hard.
 *
 * <p>Papers: I. Gibbs, E. Candès, "Adaptive Conformal Inference Under Distribution Shift", NeurIPS
 * 2021, equation 2 (the level); V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random
 * World", 2005 (scores, sets); H. Papadopoulos, V. Vovk, A. Gammerman, "Regression Conformal
 * Prediction with Nearest Neighbours", JAIR 40, 2011 (residuals divided by difficulty).
 *
 * <p>Where we differ. The calibration set is the stream itself: the scores come from predictions
 * made before learning the same events, so no data is set aside. The divisor is at least a tenth of
 * the mean residual. Sets may be empty where every class is unlikely, and everything is let in
 * until 1/α − 1 labels have come: intervals are infinite then.
 *
 * <p>Takes what its learner takes; answers and scores are the learner's own. A weight above 0
 * counts as one score. Costs the learner plus O(log window) comparisons and one shift of at most
 * {@code window} numbers a label; 16 · window bytes. Guaranteed over any stream: the share missed
 * in T labels is α within (1 + γ)/(γT).
 *
 * <pre>{@code
 * SetClassifier c = Components.create(Spec.parse("conformal(learner=gaussian_nb)"), build, SetClassifier.class);
 * int size = c.set(x, in);
 * }</pre>
 */
@Component(
    name = "conformal",
    kinds = {Kind.CLASSIFIER, Kind.REGRESSOR},
    family = "calibrate",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.RANDOMIZED,
      Trait.PARALLEL
    })
public final class Conformal {

  /** Parameters. */
  public record Parameters(
      @Param(
              value =
                  "learner whose answers get sets or intervals; may be a pipeline; none takes hoeffding_tree, or fimt_dd where a number is predicted",
              def = "none",
              kind = Kind.CLASSIFIER,
              origin = "ours")
          Spec learner,
      @Param(
              value = "1 − α, share of labels the sets or intervals are to hold",
              def = "90%",
              range = "(0, 1)",
              origin = "Gibbs and Candès 2021")
          double coverage,
      @Param(
              value = "latest scores the quantile is taken of",
              def = "1000",
              range = "[10, 1000000]",
              unit = "labels",
              origin = "ours; the error of the quantile is near 1 / sqrt(window)")
          int window,
      @Param(
              value = "γ, step of the level at each label; 0 keeps it fixed",
              def = "0.005",
              range = "[0, 1]",
              origin = "Gibbs and Candès 2021, section 2.2")
          double learningRate,
      @Param(
              value = "regressor of the absolute residual, by which residuals are divided",
              def = "none",
              kind = Kind.REGRESSOR,
              origin = "Papadopoulos et al. 2011 divide by a difficulty")
          Spec difficulty) {}

  private Conformal() {}

  /** A classifier with sets or a regressor with intervals, as the label asks. */
  public static Learner create(Parameters p, Build build) {
    if (build.schema().target() == Schema.Target.NUMBER) {
      return new OfRegressor(p, build);
    }
    if (p.difficulty != null) {
      throw new SchemaException(
          "conformal divides residuals by 'difficulty', but the label '"
              + build.schema().labelName()
              + "' is a class; leave 'difficulty' out");
    }
    return new OfClassifier(p, build);
  }

  private static <L extends Learner> L learner(Parameters p, Build build, Class<L> type) {
    Spec usual = Spec.of(type == Regressor.class ? "fimt_dd" : "hoeffding_tree");
    Spec spec = p.learner == null ? usual : p.learner;
    return build.child("learner", 0).withWorkers(build.workers()).create(spec, type);
  }

  private static DriftLog drifts(Learner learner, DriftLog none) {
    return learner instanceof DriftReporter r ? r.drifts() : none;
  }

  /** A classifier with sets. */
  static final class OfClassifier implements SetClassifier, Unlabelled, DriftReporter, Composite {
    private final Classifier learner;
    private final Threshold threshold;
    private final double coverage;
    private final DriftLog none = new DriftLog();
    private double[] own = new double[8];

    private OfClassifier(Parameters p, Build build) {
      learner = learner(p, build, Classifier.class);
      threshold = new Threshold(p.coverage, p.window, p.learningRate);
      coverage = p.coverage;
    }

    @Override
    public List<Inner> inside() {
      return List.of(new Inner("learner", learner, null, true));
    }

    @Override
    public double nominalCoverage() {
      return coverage;
    }

    @Override
    public int labels() {
      return learner.labels();
    }

    @Override
    public void scores(Features x, double[] scores) {
      learner.scores(x, scores);
    }

    @Override
    public int set(Features x, boolean[] in) {
      int n = learner.labels();
      learner.scores(x, room(n));
      return choose(own, 0, in, 0, n, in.length);
    }

    /** Marks the labels whose score is let in; the entries from {@code n} on become false. */
    private int choose(double[] scores, int at, boolean[] in, int inAt, int n, int room) {
      double limit = threshold.value();
      int count = 0;
      for (int k = 0; k < n; k++) {
        boolean let = score(scores[at + k]) <= limit;
        in[inAt + k] = let;
        count += let ? 1 : 0;
      }
      Arrays.fill(in, inAt + n, inAt + room, false);
      return count;
    }

    private static double score(double probability) {
      return Math.max(0, 1 - probability);
    }

    private double[] room(int n) {
      if (own.length < n) {
        own = new double[2 * n];
      }
      return own;
    }

    @Override
    public void learn(Features x, int label, double weight) {
      testThenLearn(x, label, weight, room(Math.max(learner.labels(), label + 1)));
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores) {
      learner.testThenLearn(x, label, weight, scores);
      calibrate(scores, 0, label, weight);
    }

    @Override
    public void testThenLearn(Features x, int label, double weight, double[] scores, boolean[] in) {
      int n = learner.labels();
      learner.testThenLearn(x, label, weight, scores);
      choose(scores, 0, in, 0, n, in.length);
      calibrate(scores, 0, label, weight);
    }

    @Override
    public void testThenLearn(Batch rows, int from, int to, double[] scores, int stride) {
      learner.testThenLearn(rows, from, to, scores, stride);
      for (int r = from; r < to; r++) {
        calibrate(scores, (r - from) * stride, rows.labelCode(r), rows.weight(r));
      }
    }

    @Override
    public void testThenLearn(
        Batch rows, int from, int to, double[] scores, boolean[] in, int stride) {
      int n = learner.labels();
      learner.testThenLearn(rows, from, to, scores, stride);
      for (int r = from; r < to; r++) {
        int at = (r - from) * stride;
        choose(scores, at, in, at, n, stride);
        calibrate(scores, at, rows.labelCode(r), rows.weight(r));
        if (rows.weight(r) > 0) {
          n = Math.max(n, rows.labelCode(r) + 1);
        }
      }
    }

    /** Takes in the probability that the truth was given; 0 for a class that was not known. */
    private void calibrate(double[] scores, int at, int label, double weight) {
      if (label >= 0 && weight > 0) {
        threshold.add(score(at + label < scores.length ? scores[at + label] : 0));
      }
    }

    @Override
    public void unlabelled(Features x, double weight) {
      Unlabelled.show(learner, x, weight);
    }

    @Override
    public DriftLog drifts() {
      return Conformal.drifts(learner, none);
    }

    @Override
    public void save(StateWriter out) {
      out.put("learner", learner);
      threshold.save(out.child("threshold"));
    }

    @Override
    public void load(StateReader in) {
      in.load("learner", learner);
      threshold.load(in.child("threshold"));
    }

    @Override
    public long memoryBytes() {
      return 200 + learner.memoryBytes() + threshold.memoryBytes() + 8L * own.length;
    }
  }

  /** A regressor with intervals. */
  static final class OfRegressor
      implements IntervalRegressor, Unlabelled, DriftReporter, Composite {
    /** Residuals are divided by no less than this share of their mean. */
    private static final double LEAST = 0.1;

    private final Regressor learner;
    private final Regressor difficulty;
    private final Threshold threshold;
    private final double coverage;
    private final DriftLog none = new DriftLog();
    private double residuals; // their mean so far
    private long n;

    private OfRegressor(Parameters p, Build build) {
      learner = learner(p, build, Regressor.class);
      difficulty =
          p.difficulty == null
              ? null
              : build.child("difficulty", 0).create(p.difficulty, Regressor.class);
      threshold = new Threshold(p.coverage, p.window, p.learningRate);
      coverage = p.coverage;
    }

    @Override
    public List<Inner> inside() {
      return List.of(new Inner("learner", learner, null, true));
    }

    @Override
    public double nominalCoverage() {
      return coverage;
    }

    @Override
    public double predict(Features x) {
      return learner.predict(x);
    }

    @Override
    public void interval(Features x, double[] bounds) {
      bounds(
          learner.predict(x), difficulty == null ? 1 : divisor(difficulty.predict(x)), bounds, 0);
    }

    private double divisor(double predicted) {
      double d = Math.max(predicted, LEAST * residuals);
      return d > 0 && d < Double.POSITIVE_INFINITY ? d : 1;
    }

    private void bounds(double answer, double divisor, double[] bounds, int at) {
      double half = threshold.value() * divisor;
      if (half == Double.NEGATIVE_INFINITY) {
        half = 0; // nothing is to be let in: the answer alone
      }
      bounds[at] = answer - half;
      bounds[at + 1] = answer + half;
    }

    @Override
    public void learn(Features x, double target, double weight) {
      testThenLearn(x, target, weight);
    }

    @Override
    public double testThenLearn(Features x, double target, double weight) {
      double answer = learner.testThenLearn(x, target, weight);
      after(x, answer, target, weight, null, 0);
      return answer;
    }

    @Override
    public double testThenLearn(Features x, double target, double weight, double[] bounds) {
      double answer = learner.testThenLearn(x, target, weight);
      after(x, answer, target, weight, bounds, 0);
      return answer;
    }

    @Override
    public void testThenLearn(Batch rows, int from, int to, double[] predictions) {
      testThenLearn(rows, from, to, predictions, null);
    }

    @Override
    public void testThenLearn(Batch rows, int from, int to, double[] predictions, double[] bounds) {
      learner.testThenLearn(rows, from, to, predictions);
      for (int r = from; r < to; r++) {
        after(
            difficulty == null ? null : rows.row(r),
            predictions[r - from],
            rows.label(r),
            rows.weight(r),
            bounds,
            2 * (r - from));
      }
    }

    /**
     * The interval around an answer, then what its target teaches.
     *
     * @param bounds null when it is not asked for
     */
    private void after(
        Features x, double answer, double target, double weight, double[] bounds, int at) {
      boolean learns = !Double.isNaN(target) && weight > 0;
      double residual = learns ? Math.min(Math.abs(target - answer), Double.MAX_VALUE) : 0;
      double divisor = 1;
      if (difficulty != null) {
        divisor =
            divisor(learns ? difficulty.testThenLearn(x, residual, weight) : difficulty.predict(x));
      }
      if (bounds != null) {
        bounds(answer, divisor, bounds, at);
      }
      if (learns) {
        threshold.add(residual / divisor);
        n++;
        residuals += (residual - residuals) / n;
      }
    }

    @Override
    public void unlabelled(Features x, double weight) {
      Unlabelled.show(learner, x, weight);
    }

    @Override
    public DriftLog drifts() {
      return Conformal.drifts(learner, none);
    }

    @Override
    public void save(StateWriter out) {
      out.put("learner", learner);
      if (difficulty != null) {
        out.put("difficulty", difficulty);
        out.put("n", n);
        out.put("residuals", residuals);
      }
      threshold.save(out.child("threshold"));
    }

    @Override
    public void load(StateReader in) {
      in.load("learner", learner);
      if (difficulty != null) {
        in.load("difficulty", difficulty);
        n = in.longValue("n", 0, Long.MAX_VALUE - 1);
        residuals = in.doubleValue("residuals");
      }
      threshold.load(in.child("threshold"));
    }

    @Override
    public long memoryBytes() {
      return 200
          + learner.memoryBytes()
          + threshold.memoryBytes()
          + (difficulty == null ? 0 : difficulty.memoryBytes());
    }
  }
}
