package org.freshet.learn.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.ConfigException;
import org.freshet.core.DriftDetector;
import org.freshet.core.DriftLog;
import org.freshet.core.DriftReporter;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
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
 * Sends each event to the one of several experts that is worth its price there: the large model
 * where the small one would be wrong, the small one elsewhere, so that the budget is spent.
 *
 * <p>How it works: for each expert m learn online, from the row x: a classifier q_m(x), the
 * probability that m is right; c_m(x) and t_m(x), what its answer costs and how long it takes, each
 * a line over the number of values in the row and a regressor for the rest. An event goes to the
 * expert with the largest q_m(x) − λ·c_m(x). The price λ of cost is the larger of two, both found
 * by bisection over the last {@code window} events: the smallest at which they would have spent
 * what {@code budget} allows, and the largest at which their mean quality is {@code target}. What
 * was spent too much or too little, and answers better or worse than the target, are made up for.
 * An expert that has answered little is asked as if it were good: q_m starts near 1 and its first
 * {@code trial} events count as evidence only slowly, so that a new one is tried at once.
 *
 * <p>Where constraints cannot be met: an expert that is away is not asked. Of the others those are
 * left out whose answer will take longer than {@code latency} one time in ten; if that is all of
 * them, the fastest is asked. If no λ reaches the target, the best are asked that the budget
 * covers: it binds before the target. An answer that the budget does not cover gives way to the
 * cheapest, which is asked in any case, so that every event has its answer; only if even that one
 * is dearer than the budget it is exceeded.
 *
 * <p>With {@code feedback: all} the answers of all recorded experts are compared after each event;
 * with {@code chosen} only the one that was asked is learnt from, as in life, and a share of the
 * events goes to an expert at random, also to one that is too slow, or it would never be known that
 * it became faster. {@code detector} watches the quality of each expert. Where it falls, a drift
 * {@code expert NAME} is reported, and the log odds of q_m are shifted in large steps that become
 * smaller, so that the expert is trusted less before its classifier has learnt it.
 *
 * <p>Experts may be added and taken away at a restart: what is known of one goes on under its name.
 *
 * <p>Papers: I. Ong et al., "RouteLLM: Learning to Route LLMs with Preference Data", ICLR 2025 (the
 * question); X. Wang et al., "MixLLM: Dynamic Routing in Mixed Large Language Models", NAACL 2025
 * (predictors of quality and cost for each model that are learnt online, models that come and go).
 *
 * <p>Where we differ: quality is predicted by any classifier of this library from the row as the
 * steps before made it, not from embeddings tuned to tags; the weight of cost is found from the
 * budget and the target, where MixLLM sets it by hand; latency is a bound, not a penalty. What is
 * not asked is explored at random, not by confidence bounds.
 *
 * <p>Without a class to predict, each expert's column holds the quality of its answer ({@code
 * recorded(quality=true)}), and the router answers with the name of the expert. Costs K predictions
 * an event for K experts, 3 K where cost and time vary, and with {@code feedback: all} as many
 * lessons; memory is that of K classifiers and 2 K regressors and 16·K bytes an event of the
 * window.
 *
 * <pre>{@code
 * pipeline:
 *   - tfidf: { words: [1, 2] }
 *   - router:
 *       experts:
 *         - recorded: { column: mixtral_8x7b_correct, quality: true, cost: 0.6 }
 *         - recorded: { column: gpt4_1106_correct, quality: true, cost: 24.7 }
 *       budget: 12.0
 *       latency: 5
 * }</pre>
 */
@Component(
    name = "router",
    kinds = Kind.CLASSIFIER,
    family = "route",
    traits = {
      Trait.MISSING,
      Trait.CATEGORICAL,
      Trait.NUMERIC,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.OPEN_LABELS,
      Trait.OPEN_FEATURES,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class Router implements Deferring, DriftReporter, Composite {
  /** What is learnt from. */
  public enum Feedback {
    /** The answers of all experts whose answers are recorded. */
    ALL,
    /** That of the one that was asked. */
    CHOSEN
  }

  /** What chooses. */
  public enum Policy {
    /** Quality less λ times cost. */
    LEARNT,
    /** As often the dear ones as the budget allows, at random. */
    RANDOM,
    /** The expert that is best on the whole among those the budget allows. */
    BEST
  }

  /** What cost and time are predicted from. */
  public enum Costs {
    /** The row. */
    QUERY,
    /** The mean of the expert. */
    MEAN
  }

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "experts to choose among, two or more",
              kind = Kind.EXPERT,
              def = "[]",
              origin = "none: they are yours")
          List<Spec> experts,
      @Param(
              value =
                  "mean cost of an event that is kept to, in the unit of the experts' costs; 0 is no"
                      + " limit",
              def = "0",
              range = "[0, inf)",
              origin = "ours: no limit")
          double budget,
      @Param(
              value = "longest an answer may take, but for one in ten; 0 is no limit",
              def = "0",
              range = "[0, inf)",
              unit = "seconds",
              origin = "ours: no limit")
          double latency,
      @Param(
              value =
                  "mean quality that is enough, so that no more is spent than it needs; 0 is as good"
                      + " as the budget buys",
              def = "0",
              range = "[0, 1]",
              origin = "ours: none")
          double target,
      @Param(
              value = "classifier of two classes that predicts whether an expert is right",
              def = "logistic_regression(optimizer=adagrad(learning_rate=0.2))",
              kind = Kind.CLASSIFIER,
              origin = "ours: the best of the rates tried on MMLU answers, bench/route.sh")
          Spec quality,
      @Param(
              value = "what cost and time of an answer are predicted from",
              def = "query",
              origin = "Wang et al. 2025; the mean is a baseline")
          Costs costs,
      @Param(
              value = "regressor of what the length of a row does not tell of cost and time",
              def = "linear_regression(optimizer=adagrad(learning_rate=0.1))",
              kind = Kind.REGRESSOR,
              origin = "ours: light")
          Spec amounts,
      @Param(
              value = "watches the quality of each expert",
              def = "adwin",
              kind = Kind.DRIFT_DETECTOR,
              origin = "Bifet & Gavaldà 2007")
          Spec detector,
      @Param(value = "what is learnt from", def = "all", origin = "logs hold all answers")
          Feedback feedback,
      @Param(value = "what chooses", def = "learnt", origin = "ours; the others are baselines")
          Policy policy,
      @Param(
              value = "share of events sent to an expert at random with feedback chosen",
              def = "2%",
              range = "[0, 1]",
              origin = "ours")
          double explore,
      @Param(
              value = "events λ is found from",
              def = "1000",
              range = "[20, 1000000]",
              unit = "events",
              origin = "ours")
          int window,
      @Param(
              value = "events an expert is given the benefit of the doubt, falling to none",
              def = "20",
              range = "[0, 1000000]",
              unit = "events",
              origin = "ours")
          int trial,
      @Param(
              value = "events whose answers are remembered until the truth comes",
              def = "100000",
              range = "[1, 10000000]",
              unit = "events",
              origin = "ours: 16 bytes and 4 an expert each")
          int remember,
      @Param(
              value = "memory limit",
              def = "256MB",
              range = "[1048576, inf)",
              unit = "bytes",
              origin = "ours")
          long maxBytes) {}

  private final Parameters p;
  private final double budget;
  private final List<Expert> experts;
  private final Arms arms;
  private final Schema two;
  private final Schema number;
  private final boolean chooses; // the answer is the expert's name
  private final Tariff tariff;
  private final Rng rng;
  private final Answered answered;
  private final DriftLog drifts = new DriftLog();
  private int labels;

  public Router(Parameters p, Build build) {
    this.p = p;
    this.budget = p.budget == 0 ? Double.POSITIVE_INFINITY : p.budget;
    Schema s = build.schema();
    int k = p.experts.size();
    if (k < 2) {
      throw new ConfigException(
          "", "router: 'experts' has " + k + " entries, expected two or more to choose among");
    }
    Schema right = Schema.classification(s.columns(), "right", "no", "yes");
    two = s.isSparse() ? right.withSparse(s.columns()) : right;
    Schema amount = Schema.regression(s.columns(), "amount");
    number = s.isSparse() ? amount.withSparse(s.columns()) : amount;
    long own = build.limit(p.maxBytes) - 32L * k * p.window - (32L + 4 * k) * p.remember;
    Arm[] all = new Arm[k];
    for (int m = 0; m < k; m++) {
      all[m] = arm(m, build, Math.max(1 << 18, own / (2 * k)));
    }
    arms = new Arms(all, p.policy == Policy.LEARNT, p.trial, p.latency);
    experts = Arrays.stream(all).map(a -> a.expert).toList();
    chooses = experts.stream().allMatch(Expert::gradesItself);
    labels = s.declaredLabels();
    check(s);
    tariff = new Tariff(k, p.window, budget, p.target);
    rng = new Rng(build.seed());
    answered = new Answered(chooses ? 1 : p.remember, k);
  }

  private Arm arm(int m, Build build, long bytes) {
    Expert expert = build.child("expert", m).create(p.experts.get(m), Expert.class);
    Build inner = build.child("quality", m).withMaxBytes(bytes);
    return new Arm(
        expert,
        inner.withSchema(two).create(p.quality, Classifier.class),
        new Amount(expert.price(), amounts(build.child("cost", m), bytes / 2), p.window),
        new Amount(0, amounts(build.child("seconds", m), bytes / 2), p.window),
        build.child("detector", m).create(p.detector, DriftDetector.class));
  }

  private Regressor amounts(Build build, long bytes) {
    return p.costs == Costs.MEAN
        ? null
        : build.withMaxBytes(bytes).withSchema(number).create(p.amounts, Regressor.class);
  }

  private void check(Schema s) {
    if (!chooses && experts.stream().anyMatch(Expert::gradesItself)) {
      throw new ConfigException(
          "",
          "router: some experts give the quality of their answers and some the answers; expected"
              + " 'quality: true' on all or none");
    }
    if (chooses && s.target() == Schema.Target.CLASS && !s.labels().names().equals(choices())) {
      throw new ConfigException(
          "",
          "router: its experts give the quality of their answers, so that the answer is the name of"
              + " an expert, but the stream has the label '"
              + s.labelName()
              + "'; set 'label: none' on the source");
    }
    double least = experts.stream().mapToDouble(Expert::price).min().orElse(0);
    if (budget < least) {
      throw new ConfigException(
          "",
          "router: 'budget' is "
              + p.budget
              + ", but the cheapest expert costs "
              + least
              + " an event");
    }
  }

  @Override
  public List<Expert> experts() {
    return experts;
  }

  @Override
  public List<String> choices() {
    return chooses ? experts.stream().map(Expert::name).toList() : List.of();
  }

  @Override
  public boolean learnsLabels() {
    return !chooses;
  }

  @Override
  public boolean wantsAll() {
    return p.feedback == Feedback.ALL;
  }

  @Override
  public List<Inner> inside() {
    List<Inner> all = new ArrayList<>();
    for (int m = 0; m < arms.size(); m++) {
      all.add(new Inner("quality " + m, arms.get(m).quality, two, false));
    }
    return all;
  }

  @Override
  public int labels() {
    return chooses ? experts.size() : labels;
  }

  /** The probability of each expert to be chosen, or nothing known of the classes. */
  @Override
  public void scores(Features x, double[] scores) {
    Arrays.fill(scores, 0);
    if (!chooses) {
      Arrays.fill(scores, 0, labels, 1.0 / labels);
      return;
    }
    int n = experts.size();
    boolean random = p.policy == Policy.RANDOM || unsettled();
    double share = random ? 1 : p.feedback == Feedback.ALL ? 0 : p.explore;
    Arrays.fill(scores, 0, n, share / n);
    if (share < 1) {
      arms.judge(x);
      scores[choose()] += 1 - share;
    }
  }

  private boolean unsettled() {
    return p.feedback == Feedback.CHOSEN && tariff.events() < Tariff.FIRST;
  }

  private int choose() {
    return Tariff.best(arms.worth, arms.price, 0, arms.size(), tariff.lambda());
  }

  @Override
  public int defer(Features x, Features event, double[] scores) {
    arms.judge(x, event);
    double due = arms.due();
    tariff.see(arms.worth, arms.price, due);
    int expert = choose();
    if (expert < 0) {
      scores(x, scores); // none can be asked
      return -1;
    }
    boolean anyone =
        p.policy == Policy.RANDOM
            || unsettled()
            || p.feedback == Feedback.CHOSEN && rng.nextDouble() < p.explore;
    if (anyone) {
      int other = p.policy == Policy.RANDOM ? affordable() : rng.nextInt(arms.size());
      expert = arms.isAway(other) ? expert : other;
    }
    if (arms.price[expert] > tariff.left(arms.largestPrice(), due)) {
      expert = arms.cheapest();
    }
    tariff.ask();
    arms.get(expert).asked();
    if (chooses) {
      Arrays.fill(scores, 0);
      scores[expert] = 1;
    } else {
      scores(x, scores);
    }
    return expert;
  }

  private int affordable() {
    int dearest = arms.dearest();
    int cheapest = arms.cheapest();
    double most = arms.price[dearest];
    double least = arms.price[cheapest];
    double share = most == least ? 1 : (budget - least) / (most - least);
    return rng.nextDouble() < share ? dearest : cheapest;
  }

  @Override
  public void declined(int expert) {
    arms.get(expert).came();
  }

  @Override
  public void taught(Features x, int expert, int label, ExpertAnswer answer) {
    tariff.pay(answer.cost());
    arms.get(expert).came();
    hear(x, expert, label, answer, true);
  }

  @Override
  public void told(Features x, int expert, int label, ExpertAnswer answer) {
    hear(x, expert, label, answer, false);
  }

  private void hear(Features x, int expert, int label, ExpertAnswer answer, boolean paid) {
    if (paid || answer.cost() > 0) {
      arms.get(expert).cost.learn(x, answer.cost());
    }
    if (answer.nanos() > 0) {
      arms.get(expert).seconds.learn(x, answer.nanos() / 1e9);
    }
    if (chooses) {
      drifts.tick();
      grade(x, expert, answer.quality(), 1, paid);
    } else {
      answered.put(Answered.hash(x), expert, label, paid);
    }
  }

  /** The truth about an event, by which the answers to it are graded. */
  @Override
  public void learn(Features x, int label, double weight) {
    drifts.tick();
    if (weight <= 0) {
      return;
    }
    labels = Math.max(labels, label + 1);
    int slot = answered.find(Answered.hash(x));
    for (int m = 0; m < arms.size() && slot >= 0; m++) {
      int said = answered.said(slot, m);
      if (said != Answered.UNKNOWN) {
        grade(x, m, said == label ? 1 : 0, weight, answered.paid(slot, m));
      }
    }
  }

  /** An answer was so good, 0 to 1. */
  private void grade(Features x, int expert, double how, double weight, boolean paid) {
    if (Double.isNaN(how)) {
      return;
    }
    if (paid) {
      tariff.grade(how);
    }
    if (arms.get(expert).grade(x, how, weight, p.policy == Policy.LEARNT)) {
      drifts.add(arms.get(expert).changed());
    }
  }

  @Override
  public DriftLog drifts() {
    return drifts;
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    rng.save(out, "rng");
    out.put("experts", arms.names());
    tariff.save(out.child("tariff"));
    answered.save(out.child("answered"));
    arms.save(out);
  }

  /** What was known of experts of the same names; of others nothing is. */
  @Override
  public void load(StateReader in) {
    String[] were = in.strings("experts");
    int[] place = arms.places(were);
    if (!chooses) {
      labels = in.labels("labels", 0);
    }
    rng.load(in, "rng");
    tariff.load(in.child("tariff"), place, were.length);
    answered.load(in.child("answered"), place, were.length);
    arms.load(in, place);
  }

  @Override
  public long memoryBytes() {
    return 200 + tariff.memoryBytes() + answered.memoryBytes() + arms.memoryBytes();
  }
}
