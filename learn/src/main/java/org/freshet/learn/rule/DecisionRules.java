package org.freshet.learn.rule;

import java.util.Locale;
import org.freshet.core.Classifier;
import org.freshet.core.ConfigException;
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
import org.freshet.learn.tree.TreeParameters;

/**
 * Predicts classes by rules that can be read, for a stream that may change: each rule grows, is
 * watched and is dropped by itself.
 *
 * <p>How it works. A rule is a conjunction of tests, with the classes and naive Bayes of what it
 * covers. Every {@code grace_period} of weight a rule ranks the possible tests by merit G over its
 * n examples; when G(best) − G(second) &gt; ε = sqrt(R² ln(1/δ) / 2n), or ε &lt; τ, it narrows to
 * the purer side of the best. What no rule covers goes to a default rule; when that finds a test,
 * the purer side becomes a new rule and the default keeps the other. A detector on each rule's
 * error takes it out when that rises. Ordered, the first rule that covers an example answers and
 * learns; unordered, all do, and their probabilities are weighed by their accuracy.
 *
 * <p>Source: J. Gama, P. Kosina, "Learning Decision Rules from Data Streams", IJCAI 2011,
 * algorithms 1 and 2 (VFDR, VFDR-NB); with detectors: P. Kosina, J. Gama, "Very fast decision rules
 * for classification in data streams", Data Mining and Knowledge Discovery 29, 2015 (AVFDR).
 *
 * <p>Where we differ. A rule is a leaf of {@code hoeffding_tree}, with its observers, its merit and
 * its way to choose between majority and naive Bayes; the papers rank single conditions by the
 * entropy of what they cover, and learn unordered rules for each class apart. A test must also beat
 * having none: n G ln 2 &gt; ln(1/δ), or rules narrow on noise. A narrowed rule, and the default
 * that remains, begin with the class weights estimated for their side.
 *
 * <p>Accepts numeric and categorical columns (one category, or any other), missing values (they
 * meet no condition), new categories and classes. With d features, c classes and R rules: O(R +
 * c·d) an example and covering rule; memory O(40·c·d) bytes a rule, bounded by {@code max_bytes}:
 * at the limit no new rule is made, and those with the fewest errors of their majority stop
 * observing.
 *
 * <pre>
 * Classifier rules = Components.classifier("decision_rules(ordered=false)", schema, 1);
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
public final class DecisionRules implements Classifier, DriftReporter {
  private final ClassRules rules;
  private final DriftLog log = new DriftLog();

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "whether the first rule that covers an example answers and learns alone",
              def = "true",
              origin = "Gama & Kosina 2011, ordered set")
          boolean ordered,
      @Param(
              value = "whether a rule that narrows leaves rules for the other classes behind",
              def = "false",
              origin = "Kosina & Gama 2012 (VFDR-MC); needs split_criterion=foil_gain")
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
              value = "merit of a test; foil_gain lets each rule grow for one class",
              def = "info_gain",
              origin = "as in hoeffding_tree")
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
    boolean oneClass = p.splitCriterion == RuleCriterion.FOIL_GAIN;
    if (p.perClass && !oneClass) {
      throw new ConfigException(
          "",
          "decision_rules has per_class=true with split_criterion="
              + p.splitCriterion.name().toLowerCase(Locale.ROOT)
              + "; rules for one class need split_criterion=foil_gain");
    }
    Growth growth = oneClass ? Growth.ONE_CLASS : Growth.ALL_CLASSES;
    TreeParameters shared =
        new TreeParameters(
            p.gracePeriod,
            p.splitConfidence,
            p.tieThreshold,
            p.splitCriterion.split,
            p.prediction,
            p.splitPoints,
            0.01,
            true,
            true,
            build.limit(p.maxBytes),
            Integer.MAX_VALUE,
            0,
            false);
    Build own = build.child("detector", 0).withSchema(null);
    rules =
        new ClassRules(
            shared,
            build.schema(),
            p.ordered,
            p.perClass ? Growth.EACH_CLASS : growth,
            () -> own.create(p.detector, DriftDetector.class),
            log);
  }

  /** The rules in words, one a line, the default one last. */
  public String rules() {
    return rules.text();
  }

  /** Number of rules besides the default one. */
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
