package org.freshet.learn.cascade;

import java.util.List;
import org.freshet.core.Composite;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Trait;
import org.freshet.core.ask.Deferring;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Answers by small models what they can answer, and asks a costly expert about the rest; its
 * answers are all that the small models learn from. For streams where a large model is good but too
 * dear to be asked about everything.
 *
 * <p>How it works: levels f_1 … f_N, cheapest first, then the expert. A {@code rule} says how
 * uncertain an answer is; the expert is asked from a threshold on that follows the share {@code
 * calls}. Where it is asked its answer is given, and every level learns it.
 *
 * <ul>
 *   <li>{@code learnt}: level i answers with the geometric mean of p_1 … p_i. A net d_i, over facts
 *       about that answer, is trained at each answer y of the expert towards min([answer ≠ y] +
 *       {@code calibration}, 1) by squared error, and against the expected cost J = Σ_i Π_{j&lt;i}
 *       d_j [(1 − d_i)(−log p_i(y)) + d_i μ c_{i+1}]. Level i answers at once if d_i is under
 *       {@code exit} times the threshold. With a probability that falls by {@code decay} at each
 *       answer the expert is asked whatever d says (DAgger).
 *   <li>{@code confidence}: the first level whose largest probability is above 1 − threshold
 *       answers: the plain rule the other is measured against.
 *   <li>{@code entropy_adaptive}: the entropy of the last level, mean of {@code window} events.
 *   <li>{@code conformal}: the p-value of the second class by the last {@code calibration_window}
 *       answers; the expert is asked where the set of classes not ruled out holds two or more.
 * </ul>
 *
 * <p>{@code detector} watches how often levels and expert disagree on events that are asked about
 * whatever the uncertainty: all in the warm-up, later those explored by {@code learnt}; elsewhere
 * levels are unsure and disagree often all the time. When that rises, the stream or the expert has
 * changed: more is asked for a while, and given back later.
 *
 * <p>True labels are for the metrics only, unless {@code learn_labels}. With {@code judge_expert}
 * they also tell how good the expert is, and another detector watches that: once it has become
 * worse, a drift {@code expert NAME} is reported, and it must have been right more often since than
 * the levels on the events it was asked about; else only a tenth of its questions are put, of which
 * nothing is learnt, until it is better again.
 *
 * <p>Papers: L. Nie, Z. Ding, E. Hu, C. Jermaine, S. Chaudhuri, "Online Cascade Learning for
 * Efficient Inference over Streams", ICML 2024, section 3 (learnt); entropy-adaptive decoding for
 * the entropy over a window; V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random
 * World", 2005, for p-values.
 *
 * <p>Where we differ: the threshold follows a share of calls instead of μ alone; levels learn at
 * each answer, not from full caches; d starts at what the margin says, has a bias for each class,
 * and its margin is taken after p_c was divided by (C π_c)^{@code balance}, π being the mean of p
 * over all events: more is asked where a rare class may be missed, so that accuracy is not bought
 * with the recall of rare classes.
 *
 * <p>Takes what all levels take. It must be the last step of a pipeline. Costs what its levels
 * cost, twice where the expert is asked.
 *
 * <pre>{@code
 * pipeline:
 *   - tfidf: { words: [1, 2] }
 *   - cascade: { levels: [softmax_regression], expert: { recorded: { column: gpt35 } }, calls: 60% }
 * }</pre>
 */
@Component(
    name = "cascade",
    kinds = Kind.CLASSIFIER,
    family = "cascade",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class Cascade implements Deferring, DriftReporter, Composite {
  /** What decides that an answer is left to the expert. */
  public enum Rule {
    /** Nets trained by the expert's answers. */
    LEARNT,
    /** The largest probability. */
    CONFIDENCE,
    /** The mean entropy of the last events. */
    ENTROPY_ADAPTIVE,
    /** Sets of classes. */
    CONFORMAL
  }

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "small models, cheapest first; each may be a pipeline",
              def = "[softmax_regression]",
              kind = Kind.CLASSIFIER,
              origin = "Nie et al. 2024: logistic regression first")
          List<Spec> levels,
      @Param(value = "who is asked", kind = Kind.EXPERT) Spec expert,
      @Param(value = "what decides that the expert is asked", def = "learnt", origin = "ours")
          Rule rule,
      @Param(
              value = "share of the events the expert may be asked about",
              def = "50%",
              range = "[0, 1]",
              origin = "ours")
          double calls,
      @Param(
              value = "uncertainty from which on is asked, whatever the share; 0 follows 'calls'",
              def = "0",
              range = "[0, 1e6]",
              origin = "0.5 in Nie et al. 2024")
          double threshold,
      @Param(
              value =
                  "events that are all asked about at the start, fewer where the share is small",
              def = "800",
              range = "[0, 1000000000]",
              unit = "events",
              origin = "ours; 10 updates of each level in Nie et al. 2024")
          long warmUp,
      @Param(
              value =
                  "events until what was asked beyond the share at the start is given back; 0 asks"
                      + " nothing beyond it",
              def = "5000",
              range = "[0, 1000000000]",
              unit = "events",
              origin = "ours")
          long settle,
      @Param(
              value = "of the probability to ask anyway, what is left after an answer; learnt",
              def = "0.99",
              range = "[0, 1)",
              origin = "0.80 to 0.99 in Nie et al. 2024")
          double decay,
      @Param(
              value = "probability to ask anyway that is never gone below; learnt",
              def = "0.01",
              range = "[0, 1]",
              origin = "ours: change is seen also where the levels are sure")
          double explore,
      @Param(
              value = "added to the target of the nets; learnt",
              def = "0.15",
              range = "[0, 1]",
              origin = "0.15 to 0.45 in Nie et al. 2024")
          double calibration,
      @Param(
              value = "μ, weight of costs against mistakes; learnt",
              def = "0.0001",
              range = "[0, 1e6]",
              origin = "swept from 1e-6 to 0.1 in Nie et al. 2024")
          double mu,
      @Param(
              value = "cost of the expert, that of a level being 1; learnt",
              def = "1182",
              range = "[0, inf)",
              origin = "Nie et al. 2024")
          double expertCost,
      @Param(
              value = "a level before the last answers under this part of the threshold; learnt",
              def = "0.5",
              range = "[0, 1]",
              origin = "ours")
          double exit,
      @Param(
              value =
                  "how much more rare classes weigh in what is asked: the power of how rare they"
                      + " are; learnt",
              def = "1",
              range = "[0, 2]",
              origin = "ours: all classes alike; 0 goes by accuracy alone")
          double balance,
      @Param(
              value = "units of the hidden layer of a net; learnt",
              def = "16",
              range = "[1, 4096]",
              origin = "128 in Nie et al. 2024")
          int hidden,
      @Param(
              value = "step of the nets; learnt",
              def = "0.00001",
              range = "(0, 1]",
              origin =
                  "ours; 0.0007 in Nie et al. 2024, whose nets begin with nothing, made it worse")
          double learningRate,
      @Param(
              value = "pull of the nets to where they began; learnt",
              def = "0.0001",
              range = "[0, 1]",
              origin = "Nie et al. 2024")
          double l2,
      @Param(
              value = "events whose entropies are averaged; entropy_adaptive",
              def = "5",
              range = "[1, 1000000]",
              unit = "events",
              origin = "5 tokens in entropy-adaptive decoding")
          int window,
      @Param(
              value = "answers of the expert that p-values come from; conformal",
              def = "500",
              range = "[20, 1000000]",
              unit = "events",
              origin = "ours")
          int calibrationWindow,
      @Param(
              value = "watches how often levels and expert disagree",
              def = "adwin",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Bifet & Gavaldà 2007")
          Spec detector,
      @Param(
              value = "whether labels of the stream are learnt like answers of the expert",
              def = "false",
              origin = "the expert is all there is to learn from")
          boolean learnLabels,
      @Param(
              value =
                  "whether labels of the stream tell how good the expert is, so that one that has"
                      + " become worse than the levels is hardly asked",
              def = "false",
              origin = "the expert is all there is to learn from")
          boolean judgeExpert,
      @Param(
              value =
                  "classes the expert answers with; none: those it names, the stream declares or has shown",
              def = "none",
              origin = "ours")
          List<String> classes,
      @Param(
              value = "memory limit of all levels",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  /** Of the questions to a distrusted expert, those that are put, so that its return is seen. */
  private static final double LOOK = 0.1;

  private final Parameters p;
  private final Levels levels;
  private final DeferralRule rule;
  private final CallShare share;
  private final DriftDetector detector;
  private final Trust trust; // null where no truth is looked at
  private final String fallen;
  private final DriftLog drifts = new DriftLog();
  private final List<Expert> experts;
  private final Rng rng;

  /**
   * Whether the expert's answer to the event last deferred tells of a change: where the levels are
   * undecided they disagree with it as often as not, whatever happens. Of an answer that comes
   * later than the next event it is recalled, so that it is no part of the state.
   */
  private boolean telling;

  public Cascade(Parameters p, Build build) {
    this.p = p;
    experts = List.of(build.child("expert", 0).create(p.expert(), Expert.class));
    fallen = "expert " + experts.get(0).name();
    levels = new Levels(p.levels(), build, build.limit(p.maxBytes()));
    rule =
        switch (p.rule()) {
          case LEARNT -> new LearntRule(p, levels, build);
          case CONFIDENCE -> new PlainRules.Confidence(levels);
          case ENTROPY_ADAPTIVE -> new PlainRules.Entropy(levels, p.window());
          case CONFORMAL -> new PlainRules.Conformal(levels, p.calibrationWindow());
        };
    share =
        new CallShare(
            p.calls(), p.warmUp(), p.settle(), p.threshold() == 0 ? Double.NaN : p.threshold());
    detector = build.child("detector", 0).create(p.detector(), DriftDetector.class);
    trust =
        p.judgeExpert()
            ? new Trust(build.child("detector", 1).create(p.detector(), DriftDetector.class))
            : null;
    rng = build.rng();
  }

  @Override
  public int labels() {
    return levels.labels();
  }

  @Override
  public void scores(Features x, double[] scores) {
    rule.judge(x, share.threshold(rule.explores()));
    write(scores);
  }

  private void write(double[] scores) {
    levels.write(rule.level, rule.together, scores);
  }

  @Override
  public int defer(Features x, Features event, double[] scores) {
    double explored = rule.explores();
    double threshold = share.threshold(explored);
    double u = rule.judge(x, threshold);
    write(scores);
    boolean anyway = rng.nextDouble() < explored;
    telling = anyway || threshold < 0;
    rule.passed();
    boolean ask = share.ask(u, threshold, anyway);
    if (ask && trust != null && !trust.deserved()) {
      ask = rng.nextDouble() < LOOK; // the others count as put, and are not made up for
    }
    return ask ? 0 : -1;
  }

  @Override
  public long note() {
    return telling ? 1 : 0;
  }

  @Override
  public void recall(long note) {
    telling = note != 0;
  }

  @Override
  public void declined(int expert) {
    share.giveBack();
  }

  @Override
  public void taught(Features x, int expert, int label, ExpertAnswer answer) {
    if (label < 0) {
      return;
    }
    if (trust == null || trust.deserved()) {
      learn(x, label, 1, telling);
    } else {
      levels.run(x);
    }
    if (trust != null) {
      trust.heard(x, label, levelsSaid());
    }
  }

  /** A true label: the expert is judged by it, or it is learnt like an answer, or both. */
  @Override
  public void learn(Features x, int label, double weight) {
    if (learnsLabels()) {
      drifts.tick();
    }
    if (trust != null && weight > 0 && trust.judge(x, label)) {
      drifts.add(fallen);
    }
    if (trust == null || p.learnLabels()) {
      learn(x, label, weight, true);
    }
  }

  private void learn(Features x, int label, double weight, boolean watched) {
    if (!learnsLabels()) {
      drifts.tick(); // else the labels are counted
    }
    if (!(weight > 0)) {
      return;
    }
    levels.testThenLearn(x, label, weight);
    boolean wrong = levelsSaid() != label;
    rule.learn(x, label);
    if (watched && detector.update(wrong ? 1 : 0) == DriftDetector.DRIFT && detector.increased()) {
      drifts.add("agreement");
      rule.drift();
      share.moreForAWhile();
    }
  }

  /** What the levels made of the last event. */
  private int levelsSaid() {
    int last = levels.size() - 1;
    return rule.together ? levels.jointBest(last) : levels.best(last);
  }

  @Override
  public List<Expert> experts() {
    return experts;
  }

  @Override
  public List<String> classes() {
    return p.classes() == null ? experts.get(0).classes() : p.classes();
  }

  @Override
  public boolean learnsLabels() {
    return p.learnLabels() || trust != null;
  }

  @Override
  public DriftLog drifts() {
    return drifts;
  }

  @Override
  public List<Inner> inside() {
    return levels.inside();
  }

  @Override
  public void save(StateWriter out) {
    levels.save(out.child("levels"));
    rule.save(out.child("rule"));
    share.save(out.child("share"));
    rng.save(out, "rng");
    out.put("detector", detector);
    if (trust != null) {
      trust.save(out.child("trust"));
    }
  }

  @Override
  public void load(StateReader in) {
    levels.load(in.child("levels"));
    rule.load(in.child("rule"));
    share.load(in.child("share"));
    rng.load(in, "rng");
    in.load("detector", detector);
    if (trust != null) {
      trust.load(in.child("trust"));
    }
  }

  @Override
  public long memoryBytes() {
    return 200
        + levels.memoryBytes()
        + rule.memoryBytes()
        + share.memoryBytes()
        + detector.memoryBytes()
        + (trust == null ? 0 : trust.memoryBytes());
  }
}
