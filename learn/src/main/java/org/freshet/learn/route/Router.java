package org.freshet.learn.route;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Composite;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
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
 * <p>How it works: for each expert m a classifier of its own learns online q_m(x), the probability
 * that m is right about x, and a running mean c_m its cost. An event goes to the expert with the
 * largest q_m(x) − λ·c_m. The price λ of cost is the one at which the events of the last window
 * would have spent what may be spent, found by bisection; what was spent too much or too little is
 * made up for, and no answer is bought that the budget does not cover. An expert that has answered
 * little is asked as if it were good: q_m starts near 1 and its first {@code trial} events count as
 * evidence only slowly, so that a new one is tried at once.
 *
 * <p>With {@code feedback: all} the answers of all recorded experts are compared after each event;
 * with {@code chosen} only the one that was asked is learnt from, as in life, and a share of the
 * events goes to an expert at random.
 *
 * <p>Papers: I. Ong et al., "RouteLLM: Learning to Route LLMs with Preference Data", ICLR 2025 (the
 * question); X. Wang et al., "MixLLM: Dynamic Routing in Mixed Large Language Models", NAACL 2025
 * (predictors of quality and cost for each model that are learnt online, models that come and go).
 *
 * <p>Where we differ: quality is predicted by any classifier of this library from the row as the
 * steps before made it, not from embeddings tuned to tags; and the weight of cost is found from the
 * budget, where MixLLM sets it by hand.
 *
 * <p>Without a class to predict, each expert's column holds the quality of its answer ({@code
 * recorded(quality=true)}), and the router answers with the name of the expert. Costs K predictions
 * an event for K experts, and with {@code feedback: all} as many lessons; memory is that of K
 * classifiers and 16·K bytes an event of the window.
 *
 * <pre>{@code
 * pipeline:
 *   - tfidf: { words: [1, 2] }
 *   - router:
 *       experts:
 *         - recorded: { column: mixtral_8x7b_correct, quality: true, cost: 0.6 }
 *         - recorded: { column: gpt4_1106_correct, quality: true, cost: 24.7 }
 *       budget: 12.0
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
public final class Router implements Deferring, Composite {
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
              value = "classifier of two classes that predicts whether an expert is right",
              def = "logistic_regression(optimizer=adagrad(learning_rate=0.2))",
              kind = Kind.CLASSIFIER,
              origin = "ours: the best of the rates tried on MMLU answers, bench/route.sh")
          Spec quality,
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
              origin = "ours: 12 bytes and 4 an expert each")
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
  private final List<Expert> experts = new ArrayList<>();
  private final Classifier[] quality;
  private final Schema two;
  private final boolean chooses; // the answer is the expert's name
  private final Tariff tariff;
  private final Rng rng;
  private final long[] learnt; // answers of each expert whose quality is known
  private final double[] right; // sum of their qualities
  private final double[] price;
  private final long[] paid;
  private final Answered answered;
  private final double[] estimate;
  private final boolean[] away;
  private final double[] pair = new double[2];
  private double largest;
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
    Schema dense = Schema.classification(s.columns(), "right", "no", "yes");
    two = s.isSparse() ? dense.withSparse(s.columns()) : dense;
    quality = new Classifier[k];
    long own = build.limit(p.maxBytes) - 32L * k * p.window - (28L + 4 * k) * p.remember;
    for (int m = 0; m < k; m++) {
      experts.add(build.child("expert", m).create(p.experts.get(m), Expert.class));
      Build inner = build.child("quality", m).withMaxBytes(Math.max(1 << 18, own / k));
      quality[m] = inner.withSchema(two).create(p.quality, Classifier.class);
    }
    chooses = experts.stream().allMatch(Expert::gradesItself);
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
    labels = s.declaredLabels();
    price = experts.stream().mapToDouble(Expert::price).toArray();
    largest = Arrays.stream(price).max().orElse(0);
    if (budget < Arrays.stream(price).min().orElse(0)) {
      throw new ConfigException(
          "",
          "router: 'budget' is "
              + p.budget
              + ", but the cheapest expert costs "
              + Arrays.stream(price).min().orElse(0)
              + " an event");
    }
    tariff = new Tariff(k, p.window, budget);
    rng = new Rng(build.seed());
    learnt = new long[k];
    right = new double[k];
    paid = new long[k];
    estimate = new double[k];
    away = new boolean[k];
    answered = new Answered(chooses ? 1 : p.remember, k);
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
    for (int m = 0; m < quality.length; m++) {
      all.add(new Inner("quality " + m, quality[m], two, false));
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
      estimate(x);
      scores[choose()] += 1 - share;
    }
  }

  private boolean unsettled() {
    return p.feedback == Feedback.CHOSEN && tariff.events() < Tariff.FIRST;
  }

  /** What each expert is worth on a row. */
  private void estimate(Features x) {
    for (int m = 0; m < quality.length; m++) {
      double q;
      if (p.policy == Policy.LEARNT) {
        quality[m].scores(x, pair);
        q = pair[1];
      } else {
        q = learnt[m] == 0 ? 1 : right[m] / learnt[m];
      }
      double doubt = p.trial == 0 ? 0 : p.trial / (double) (p.trial + learnt[m] * learnt[m]);
      estimate[m] = q + (1 - q) * doubt;
    }
  }

  private int choose() {
    return Tariff.best(estimate, price, 0, price.length, tariff.lambda());
  }

  @Override
  public int defer(Features x, Features event, double[] scores) {
    estimate(x);
    for (int m = 0; m < price.length; m++) {
      away[m] = experts.get(m).away(event);
      estimate[m] = away[m] ? Double.NaN : estimate[m];
    }
    tariff.see(estimate, price);
    int n = experts.size();
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
      int other = p.policy == Policy.RANDOM ? affordable(rng) : rng.nextInt(n);
      expert = away[other] ? expert : other;
    }
    if (price[expert] > tariff.left(largest)) {
      expert = cheapest();
    }
    scores(x, scores);
    if (chooses) {
      Arrays.fill(scores, 0);
      scores[expert] = 1;
    }
    return expert;
  }

  private int affordable(Rng r) {
    double least = price[cheapest()];
    double share = largest == least ? 1 : (budget - least) / (largest - least);
    return r.nextDouble() < share ? dearest() : cheapest();
  }

  private int cheapest() {
    int best = 0;
    for (int m = 1; m < price.length; m++) {
      best = !away[m] && (away[best] || price[m] < price[best]) ? m : best;
    }
    return best;
  }

  private int dearest() {
    int best = 0;
    for (int m = 1; m < price.length; m++) {
      best = !away[m] && (away[best] || price[m] > price[best]) ? m : best;
    }
    return best;
  }

  @Override
  public void taught(Features x, int expert, int label, ExpertAnswer answer) {
    tariff.pay(answer.cost());
    paid[expert]++;
    if (paid[expert] == 1 || answer.cost() != price[expert]) {
      price[expert] += (answer.cost() - price[expert]) / Math.min(paid[expert], p.window);
    }
    told(x, expert, label, answer);
  }

  @Override
  public void told(Features x, int expert, int label, ExpertAnswer answer) {
    if (chooses) {
      grade(x, expert, answer.quality(), 1);
    } else {
      answered.put(Answered.hash(x), expert, label);
    }
  }

  /** The truth about an event, by which the answers to it are graded. */
  @Override
  public void learn(Features x, int label, double weight) {
    if (weight <= 0) {
      return;
    }
    labels = Math.max(labels, label + 1);
    int slot = answered.find(Answered.hash(x));
    for (int m = 0; m < price.length && slot >= 0; m++) {
      int said = answered.said(slot, m);
      if (said != Answered.UNKNOWN) {
        grade(x, m, said == label ? 1 : 0, weight);
      }
    }
  }

  /** An answer was so good, 0 to 1; between them it counts on both sides. */
  private void grade(Features x, int expert, double how, double weight) {
    if (Double.isNaN(how)) {
      return;
    }
    learnt[expert]++;
    right[expert] += how;
    if (p.policy != Policy.LEARNT) {
      return;
    }
    if (how > 0) {
      quality[expert].learn(x, 1, how * weight);
    }
    if (how < 1) {
      quality[expert].learn(x, 0, (1 - how) * weight);
    }
  }

  @Override
  public void save(StateWriter out) {
    out.put("labels", labels);
    rng.save(out, "rng");
    tariff.save(out.child("tariff"));
    answered.save(out.child("answered"));
    out.put("learnt", learnt);
    out.put("right", right);
    out.put("price", price);
    out.put("paid", paid);
    for (int m = 0; m < quality.length; m++) {
      out.put("quality-" + m, quality[m]);
    }
  }

  @Override
  public void load(StateReader in) {
    labels = in.labels("labels", 0);
    rng.load(in, "rng");
    tariff.load(in.child("tariff"));
    answered.load(in.child("answered"));
    int n = price.length;
    System.arraycopy(in.longs("learnt", n), 0, learnt, 0, n);
    System.arraycopy(in.doubles("right", n), 0, right, 0, n);
    System.arraycopy(in.doubles("price", n), 0, price, 0, n);
    System.arraycopy(in.longs("paid", n), 0, paid, 0, n);
    for (int m = 0; m < n; m++) {
      in.withLabels(2).load("quality-" + m, quality[m]);
    }
  }

  @Override
  public long memoryBytes() {
    long bytes =
        200 + tariff.memoryBytes() + answered.memoryBytes() + 6L * (16 + 8L * price.length);
    for (Classifier c : quality) {
      bytes += c.memoryBytes();
    }
    return bytes;
  }
}
