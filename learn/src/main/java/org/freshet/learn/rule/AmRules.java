package org.freshet.learn.rule;

import java.util.function.Supplier;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.MultiTargetRegressor;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.tree.RegressionCriterion;
import org.freshet.learn.tree.RegressionParameters;
import org.freshet.learn.tree.RegressionPrediction;
import org.freshet.learn.tree.RegressionRules;
import org.freshet.learn.tree.TargetsRules;

/**
 * Predicts a number, or several at once, by rules that can be read, for a stream whose relation may
 * change: each rule grows, is watched and is dropped by itself.
 *
 * <p>How it works. A rule is a conjunction of tests with a model for what it covers: the mean of
 * the target, a linear function, or whichever errs less (adaptive). Every {@code grace_period} of
 * weight a rule ranks the possible tests by merit; with r = second / best over n examples it takes
 * the best when r + ε &lt; 1, ε = sqrt(ln(1/δ) / 2n), or ε &lt; τ, and narrows to the side on which
 * the target varies less. What no rule covers goes to a default rule; when that finds a test, one
 * side becomes a new rule and the default keeps the other. A detector on each rule's error takes it
 * out when that rises. A rule does not learn an example it covers whose values are unlike those it
 * has seen. Ordered, the first rule that covers an example answers and learns; unordered, all do,
 * and their answers are weighed by the inverse of their faded errors. With several targets the
 * merit is the mean of the targets' relative reductions; with {@code target_subsets} only those
 * that vary less under the new condition go with it, and a rule without it keeps the others.
 *
 * <p>Source: E. Almeida, C. Ferreira, J. Gama, "Adaptive Model Rules from Data Streams", ECML PKDD
 * 2013, algorithms 1 and 2; J. Duarte, J. Gama, A. Bifet, "Adaptive Model Rules From High-Speed
 * Data Streams", ACM TKDD 10(3), 2016; several targets: J. Duarte, J. Gama, "Multi-Target
 * Regression from High-Speed Data Streams with Adaptive Model Rules", DSAA 2015.
 *
 * <p>Where we differ. A rule is a leaf of {@code fimt_dd} or {@code isoup_tree}: features are
 * summed up in equally wide intervals whose range grows, not in a tree of all values, and a
 * narrowed rule or the default that remains begins with the mean of its side instead of nothing. A
 * test, and a target that goes with it, must also have more of the variance taken away than 2
 * ln(1/δ) / n, or rules narrow on noise. Detectors take errors in deviations of the target, at most
 * 1. A row is unusual when the mean of the log odds of its values, by Cantelli's inequality σ²/k²
 * each, is under {@code anomaly_threshold}. Steps of the linear model never pass the target, and
 * answers stay within the targets seen and a tenth of their range.
 *
 * <p>Accepts numeric columns, categories (one, or any other), missing values (they meet no
 * condition), truths of which some are unknown. With d features, m targets and R rules: O(R +
 * d·m·covering rules) an example, O(d·m·{@code split_points}) an attempt; memory 24·d·m·{@code
 * split_points} bytes a rule, bounded by {@code max_bytes}: at the limit no new rule is made, and
 * those with the smallest squared error stop narrowing.
 *
 * <pre>
 * Regressor rules = Components.regressor("amrules(ordered=false)", schema, 1);
 * double answer = rules.testThenLearn(Features.of(0.2, 1.5), 3.7, 1.0);
 * </pre>
 */
@Component(
    name = "amrules",
    kinds = {Kind.REGRESSOR, Kind.MULTI_TARGET_REGRESSOR},
    family = "rule",
    traits = {Trait.NUMERIC, Trait.CATEGORICAL, Trait.MISSING, Trait.WEIGHTS, Trait.BOUNDED_MEMORY})
public final class AmRules implements Regressor, DriftReporter, RuleSet {
  private final RegressionRules rules;
  private final DriftLog log;

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "whether the first rule that covers an example answers and learns alone",
              def = "true",
              origin = "MOA default")
          boolean ordered,
      @Param(
              value = "weight a rule takes in between two attempts to narrow",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "Duarte et al. 2016 (N_min); MOA default")
          double gracePeriod,
      @Param(
              value = "δ of the Hoeffding bound: the chance of a wrong choice",
              def = "1e-7",
              range = "(0, 1)",
              origin = "Duarte et al. 2016; MOA default")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this narrows though two tests are tied",
              def = "0.05",
              range = "[0, 1]",
              origin = "Duarte et al. 2016; MOA default")
          double tieThreshold,
      @Param(value = "merit of a test", def = "variance_reduction", origin = "MOA default")
          RegressionCriterion splitCriterion,
      @Param(
              value = "how a rule answers: mean, model or adaptive",
              def = "adaptive",
              origin = "Duarte et al. 2016; MOA default")
          RegressionPrediction prediction,
      @Param(
              value = "η₀ of the linear models",
              def = "0.025",
              range = "(0, 1]",
              origin = "MOA default")
          double learningRate,
      @Param(
              value = "decay: η = η₀ / (1 + decay · weight learnt)",
              def = "0.001",
              range = "[0, 1]",
              origin = "MOA default")
          double learningRateDecay,
      @Param(
              value = "detector of each rule, on errors from 0 to 1",
              def = "page_hinkley(delta=0.05, lambda=35)",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Almeida et al. 2013; MOA default")
          Spec detector,
      @Param(
              value = "mean log odds under which a rule does not learn an example; -1000 for all",
              def = "-0.75",
              range = "[-1000, 0]",
              origin = "MOA default")
          double anomalyThreshold,
      @Param(
              value = "whether targets that a condition does not help stay with a rule without it",
              def = "true",
              origin = "Duarte & Gama 2015; MOA: false")
          boolean targetSubsets,
      @Param(
              value = "intervals, and so candidate points, per numeric feature; even",
              def = "32",
              range = "[4, 4096]",
              origin = "ours, as in fimt_dd")
          int splitPoints,
      @Param(
              value = "memory limit of the rules",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  /** A regressor of one target or of several, as the schema asks. */
  public static Learner create(Parameters p, Build build) {
    RegressionParameters shared =
        new RegressionParameters(
            p.gracePeriod,
            p.splitConfidence,
            p.tieThreshold,
            p.splitCriterion,
            p.prediction,
            p.learningRate,
            p.learningRateDecay,
            p.splitPoints + p.splitPoints % 2,
            0.01,
            build.limit(p.maxBytes),
            Integer.MAX_VALUE,
            0,
            false,
            false);
    Build own = build.child("detector", 0).withSchema(null);
    Supplier<DriftDetector> detectors = () -> own.create(p.detector, DriftDetector.class);
    double anomaly = p.anomalyThreshold <= -1000 ? Double.NEGATIVE_INFINITY : p.anomalyThreshold;
    Schema schema = build.schema();
    DriftLog log = new DriftLog();
    return schema.hasTruths()
        ? new OfTargets(
            new TargetsRules(shared, schema, p.ordered, p.targetSubsets, anomaly, detectors, log),
            log)
        : new AmRules(new RegressionRules(shared, schema, p.ordered, anomaly, detectors, log), log);
  }

  /**
   * @param log that the rules write to
   */
  private AmRules(RegressionRules rules, DriftLog log) {
    this.rules = rules;
    this.log = log;
  }

  @Override
  public String rules() {
    return rules.text();
  }

  @Override
  public int size() {
    return rules.size();
  }

  @Override
  public double predict(Features x) {
    return rules.predict(x);
  }

  @Override
  public void learn(Features x, double target, double weight) {
    testThenLearn(x, target, weight);
  }

  @Override
  public double testThenLearn(Features x, double target, double weight) {
    if (weight > 0 && !Double.isNaN(target)) {
      log.tick();
    }
    return rules.testThenLearn(x, target, weight);
  }

  @Override
  public DriftLog drifts() {
    return log;
  }

  @Override
  public void save(StateWriter out) {
    rules.save(out);
  }

  @Override
  public void load(StateReader in) {
    rules.load(in);
  }

  @Override
  public long memoryBytes() {
    return 150 + rules.memoryBytes();
  }

  /** The rules of several targets. */
  public static final class OfTargets implements MultiTargetRegressor, DriftReporter, RuleSet {
    private final TargetsRules rules;
    private final DriftLog log;

    private OfTargets(TargetsRules rules, DriftLog log) {
      this.rules = rules;
      this.log = log;
    }

    @Override
    public String rules() {
      return rules.text();
    }

    @Override
    public int size() {
      return rules.size();
    }

    @Override
    public int targets() {
      return rules.targets();
    }

    @Override
    public void predict(Features x, double[] answers) {
      rules.step(x, null, 0, answers);
    }

    @Override
    public void learn(Features x, double[] truths, double weight) {
      testThenLearn(x, truths, weight, null);
    }

    @Override
    public void testThenLearn(Features x, double[] truths, double weight, double[] answers) {
      rules.step(x, truths, weight, answers);
    }

    @Override
    public DriftLog drifts() {
      return log;
    }

    @Override
    public void save(StateWriter out) {
      rules.save(out);
    }

    @Override
    public void load(StateReader in) {
      rules.load(in);
    }

    @Override
    public long memoryBytes() {
      return 150 + rules.memoryBytes();
    }
  }
}
