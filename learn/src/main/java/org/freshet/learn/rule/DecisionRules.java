package org.freshet.learn.rule;

import org.freshet.core.Classifier;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.tree.ClassRules;
import org.freshet.learn.tree.ClassRules.Growth;
import org.freshet.learn.tree.LeafPrediction;
import org.freshet.learn.tree.SplitAttempts;
import org.freshet.learn.tree.TreeLeaves;
import org.freshet.learn.tree.TreeParameters;

/**
 * Predicts classes by rules that can be read, for a stream that may change: each rule grows, is
 * watched and is dropped by itself.
 *
 * <p>How it works. A rule is a conjunction of conditions, with the classes and naive Bayes of what
 * it covers. Every {@code grace_period} of weight it ranks conditions by merit G over its n
 * examples; when G(best) − G(second) &gt; ε = sqrt(R² ln(1/δ) / 2n), or ε &lt; τ, it takes the
 * best. With {@code foil_gain} a rule is for one class: of p of n examples of that class a
 * condition keeps p' of n', G = p' (log2 p'/n' − log2 p/n) / (p log2 n/p), R = 1; {@code per_class}
 * adds a rule with the old conditions and one more for each other class that has a sure one. With
 * the other merits a rule takes the purer side of the test that tells all classes apart best. What
 * no rule covers goes to a default rule, from which new rules come. A detector on each rule's error
 * takes it out when that rises. Ordered, the first rule that covers an example answers and learns;
 * unordered, all do, and their probabilities are weighed by their accuracy.
 *
 * <p>Source: J. Gama, P. Kosina, "Learning Decision Rules from Data Streams", IJCAI 2011,
 * algorithms 1 and 2 (VFDR, VFDR-NB); P. Kosina, J. Gama, "Very Fast Decision Rules for multi-class
 * problems", SAC 2012 (VFDR-MC); the same, "Very fast decision rules for classification in data
 * streams", Data Mining and Knowledge Discovery 29, 2015 (AVFDR, detectors). Growing one class
 * against the others by FOIL's gain is that of W. W. Cohen, "Fast Effective Rule Induction", ICML
 * 1995 (RIPPER).
 *
 * <p>Where we differ. A rule is a leaf of {@code hoeffding_tree}, with its observers and its way to
 * choose between majority and naive Bayes. A condition must also beat having none by the likelihood
 * ratio, n ln 2 times its information on the class &gt; ln(1/δ), or rules narrow on noise; with the
 * detectors this stands in for RIPPER's pruning, which needs a second pass. A narrowed rule, and
 * the default that remains, begin with the class weights estimated for their side. A rule made once
 * is not made again.
 *
 * <p>Accepts numeric and categorical columns (one category, or any other), missing values (they
 * meet no condition), new categories and classes. With d features, c classes and R rules: O(R +
 * c·d) an example and covering rule; memory O(40·c·d) bytes a rule, bounded by {@code max_bytes}:
 * at the limit no new rule is made, and those with the fewest errors of their majority stop
 * observing.
 *
 * <pre>
 * Classifier rules = Components.classifier("decision_rules(ordered=true)", schema, 1);
 * rules.learn(Features.of(0.2, 1.5), 1, 1.0);
 * </pre>
 */
@Component(
    name = "decision_rules",
    kinds = Kind.CLASSIFIER,
    family = "rule",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.OPEN_LABELS,
      Trait.WEIGHTS,
      Trait.BOUNDED_MEMORY
    })
public final class DecisionRules implements Classifier, DriftReporter, RuleSet {
  private final ClassRules rules;
  private final DriftLog log = new DriftLog();

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "whether the first rule that covers an example answers and learns alone",
              def = "false",
              origin = "Kosina & Gama 2012 (VFDR-MC), unordered set")
          boolean ordered,
      @Param(
              value = "with foil_gain: a rule that narrows leaves rules for the other classes",
              def = "true",
              origin = "Kosina & Gama 2012 (VFDR-MC)")
          boolean perClass,
      @Param(
              value = "weight a rule takes in between two attempts to narrow",
              def = "200",
              range = "[1, inf)",
              unit = "events",
              origin = "Gama & Kosina 2011 (N_min); MOA default")
          double gracePeriod,
      @Param(
              value = "δ of the Hoeffding bound: the chance of a wrong choice",
              def = "1e-6",
              range = "(0, 1)",
              origin = "MOA default")
          double splitConfidence,
      @Param(
              value = "τ: a Hoeffding bound under this narrows though two tests are tied",
              def = "0.05",
              range = "[0, 1]",
              origin = "MOA default")
          double tieThreshold,
      @Param(
              value = "merit of a condition; by foil_gain each rule grows for one class",
              def = "foil_gain",
              origin = "Kosina & Gama 2012 (VFDR-MC)")
          RuleCriterion splitCriterion,
      @Param(
              value = "how a rule answers",
              def = "adaptive",
              origin = "ours; Gama & Kosina 2011: majority or naive_bayes")
          LeafPrediction prediction,
      @Param(
              value = "detector of each rule, on errors 0 and 1",
              def = "ddm",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Kosina & Gama 2015 (AVFDR)")
          Spec detector,
      @Param(
              value = "candidate points tried per numeric feature",
              def = "10",
              range = "[1, 1000]",
              origin = "as in hoeffding_tree")
          int splitPoints,
      @Param(
              value = "memory limit of the rules",
              def = "32MB",
              range = "[65536, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  public DecisionRules(Parameters p, Build build) {
    Growth growth = p.perClass ? Growth.EACH_CLASS : Growth.ONE_CLASS;
    TreeParameters shared =
        new TreeParameters(
            new SplitAttempts(p.gracePeriod, p.splitConfidence, p.tieThreshold),
            new TreeLeaves(p.splitCriterion.split, p.prediction, p.splitPoints, true),
            build.limit(p.maxBytes),
            true,
            Integer.MAX_VALUE,
            0,
            false);
    Build own = build.child("detector", 0).withSchema(null);
    rules =
        new ClassRules(
            shared,
            build.schema(),
            p.ordered,
            p.splitCriterion == RuleCriterion.FOIL_GAIN ? growth : Growth.ALL_CLASSES,
            () -> own.create(p.detector, DriftDetector.class),
            log);
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
  public int labels() {
    return rules.labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    rules.step(x, -1, 0, scores);
  }

  @Override
  public void learn(Features x, int label, double weight) {
    if (weight > 0) {
      log.tick();
      rules.step(x, label, weight, null);
    }
  }

  @Override
  public void testThenLearn(Features x, int label, double weight, double[] scores) {
    boolean learns = label >= 0 && weight > 0;
    if (learns) {
      log.tick();
    }
    rules.step(x, label, learns ? weight : 0, scores);
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
