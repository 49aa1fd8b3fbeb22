package org.freshet.engine.ask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.StateException;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.ask.Question;
import org.freshet.core.ask.QueuedQuestion;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.FullSpec;
import org.freshet.engine.Outcomes;

/**
 * Decides at each event, after it was answered, whether its label is asked for: the strategy must
 * want it, and the budget allow it. The decision is part of the engine's state and of what a replay
 * repeats bit for bit; nothing here reads a clock or knows whether a person, a file or a simulated
 * annotator will answer.
 *
 * <p>For who keeps questions in a queue: {@link Outcomes#asked} tells which events of a call are
 * asked about, {@link Outcomes#rowAsked} the same of a row; {@code Engine.questions} lists those
 * that wait, the asked ones first. The reply is a label record of the event's id, which the engine
 * joins like any other; nothing has to be told here. A question is charged when it is asked, at the
 * dearest price, and corrected when its label has come; of one whose event is given up before, by
 * timeout or for lack of room, the money is given back.
 */
public final class Asking {
  private final AskPlan plan;
  private final Spending spending;
  private final Build build;
  private QueryStrategy strategy;
  private final Question question;
  private final Crowd crowd; // null where whoever answers is right
  private final Simulated simulated; // null without annotators
  private final Replies replies = new Replies(); // of people, to events others are asked about too
  private final Learner learner;
  private final Schema seen;
  private final long seed;
  private final Dictionary classes; // null where the label is no class
  private final boolean declared;
  private final At at = new At();
  private double bits;
  private double fullBits;
  private double taught; // by the last answer
  private int found; // by those who replied last
  private double share;

  /**
   * @param seen of the rows the learner sees
   * @param learner that answers them
   * @param seed of the pipeline
   */
  public Asking(AskPlan plan, Schema seen, Learner learner, long seed) {
    this.plan = plan;
    this.seen = seen;
    this.seed = seed;
    this.learner = learner;
    this.classes = seen.target() == Schema.Target.CLASS ? seen.labels() : null;
    this.declared = classes != null && seen.declaredLabels() > 0;
    this.build = Build.of(seen).withSeed(Rng.childSeed(seed, "ask", 0));
    List<Annotator> annotators = annotators(build);
    checkPrices(annotators);
    checkQuestion(annotators);
    this.spending = spending(annotators);
    this.question = build.child("question", 0).create(plan.question(), Question.class);
    this.crowd =
        annotators.isEmpty() ? null : new Crowd(annotators, build.child("crowd", 0).seed());
    this.simulated =
        crowd == null
            ? null
            : new Simulated(annotators, classes, build.child("annotators", 0).seed());
    this.strategy = made();
  }

  private QueryStrategy made() {
    return Components.create(plan.strategy(), build, QueryStrategy.class);
  }

  private List<Annotator> annotators(Build build) {
    List<Annotator> all = new ArrayList<>();
    for (Spec spec : plan.annotators()) {
      Annotator one = build.create(spec, Annotator.class);
      for (Annotator other : all) {
        if (other.name().equals(one.name())) {
          throw new ConfigException(
              "labels.annotators", "has two of the name '" + one.name() + "'; give each its own");
        }
      }
      all.add(one);
    }
    return all;
  }

  private Spending spending(List<Annotator> annotators) {
    if (annotators.isEmpty() || plan.budget().unit() != Budget.Unit.MONEY) {
      return new Spending(plan.budget());
    }
    double cheapest = annotators.stream().mapToDouble(Annotator::price).min().getAsDouble();
    double all = annotators.stream().mapToDouble(Annotator::price).sum();
    return new Spending(plan.budget(), cheapest, all);
  }

  private void checkQuestion(List<Annotator> annotators) {
    if (classes == null && (!annotators.isEmpty() || !plan.isWhole())) {
      boolean people = !annotators.isEmpty();
      throw new ConfigException(
          people ? "labels.annotators" : "labels.question",
          (people ? "are asked for classes" : "goes by classes")
              + ", but the label is no class; leave it out");
    }
    for (Annotator one : annotators) {
      List<String> names = one.parameters().confuses();
      for (String name : names == null ? List.<String>of() : names) {
        if (declared && classes.find(name) < 0) {
          throw new ConfigException(
              "labels.annotators",
              one.name()
                  + " confuses '"
                  + name
                  + "', which is no class of the stream; there are "
                  + String.join(", ", classes.names()));
        }
      }
    }
  }

  private void checkPrices(List<Annotator> annotators) {
    Budget budget = plan.budget();
    if (!annotators.isEmpty() && (budget.price() != 1 || !budget.prices().isEmpty())) {
      throw new ConfigException(
          "labels.budget", "has prices, but each annotator has its own; leave them out");
    }
    for (String name : plan.budget().prices().keySet()) {
      if (classes == null) {
        throw new ConfigException(
            "labels.budget", "has prices of classes, but the label is no class; give one 'price'");
      }
      if (declared && classes.find(name) < 0) {
        throw new ConfigException(
            "labels.budget",
            "has a price of '"
                + name
                + "', which is no class of the stream; there are "
                + String.join(", ", classes.names()));
      }
    }
  }

  /**
   * Decides about the event predicted last.
   *
   * @param possible whether its label could come: it is at hand, or can be named by an id
   * @param now the event clock
   */
  public boolean decide(Features x, long event, long now, boolean possible, Outcomes out) {
    spending.see(event, now);
    if (!possible) {
      return false;
    }
    at.x = x;
    at.event = event;
    at.out = out;
    at.row = out.predictions() - 1;
    at.rate = spending.rate();
    at.allowed = spending.allows();
    boolean wanted = strategy.ask(at);
    if (!wanted || !at.allowed) {
      return false;
    }
    strategy.asked(at);
    spending.ask(event, now);
    question.ask(event, out.scores(), out.scoresAt(at.row), at.labels());
    return true;
  }

  /** A label is about to be learnt, asked for or not. */
  public void learn(Features x, double label, double weight) {
    strategy.learn(x, label, weight);
  }

  /**
   * The label of an event that was asked for has come. What is to be learnt of it are {@link
   * #label} and {@link #weight}.
   *
   * @param own whether it stands in the event's own row: then annotators are simulated, else it is
   *     what somebody said
   * @param scores given to the event, from {@code from} on
   * @param known classes then
   */
  public void answered(
      long event, double label, boolean own, double[] scores, int from, int known) {
    taught = label;
    share = 1;
    double price = price(label);
    if (classes != null) {
      int code = (int) label;
      int n = Math.max(2, Math.max(known, code + 1));
      Replies.Held held = replies.of(event);
      if (held != null) {
        crowd.resume(held, event, scores, from, known, Math.max(n, held.most() + 1));
        crowd.endWith(code);
        price = paid(held, label);
        replies.drop(event);
      }
      if (crowd != null && own) {
        price = plan.budget().unit() == Budget.Unit.MONEY ? 0 : price;
        price = Math.max(price, ask(event, code, n, scores, from, known));
      } else {
        reply(event, code, 1, 1, scores, from, known, n);
      }
    }
    spending.paid(event, price);
  }

  private double price(double label) {
    return classes == null || plan.budget().prices().isEmpty()
        ? plan.budget().price()
        : plan.budget().price(classes.name((int) label));
  }

  /** Asks the annotators; what they cost, where money is counted. */
  private double ask(long event, int label, int n, double[] scores, int from, int known) {
    crowd.begin(event, scores, from, known, n);
    int replies = 0;
    for (int who = crowd.next(); who >= 0; who = crowd.next()) {
      int said = simulated.reply(who, event, label, n, crowd.load(who, event));
      crowd.reply(who, said);
      replies += said >= 0 ? 1 : 0;
    }
    crowd.end();
    if (replies == 0) {
      question.drop(event);
      taught = -1;
    } else {
      reply(event, crowd.label(), replies, crowd.certainty(), scores, from, known, n);
    }
    return plan.budget().unit() == Budget.Unit.MONEY ? crowd.paid() : 0;
  }

  /** Number of an annotator; -1 for somebody the pipeline does not name. */
  public int annotator(String name) {
    for (int a = 0; crowd != null && a < crowd.annotators().size(); a++) {
      if (crowd.annotators().get(a).name().equals(name)) {
        return a;
      }
    }
    return -1;
  }

  /**
   * Somebody replied to the question about an event.
   *
   * @param who number of the annotator
   * @param label its class; -1 where the annotator does not know
   * @param now events so far, by which annotators rest
   * @return whether that is enough; then {@link #found} is the label by all that was said. Else
   *     another one is asked
   */
  public boolean heard(
      long event, String id, int who, int label, long now, double[] scores, int from, int known) {
    Replies.Held before = replies.of(event);
    int again = before == null ? -1 : before.find(who);
    if (again >= 0) {
      before.said()[again] = label < 0 ? before.said()[again] : label;
    }
    int n = Math.max(2, Math.max(known, label + 1));
    if (before == null) {
      crowd.begin(now, scores, from, known, n);
      crowd.first(who);
    } else {
      n = Math.max(n, before.most() + 1);
      crowd.resume(before, now, scores, from, known, n);
    }
    if (again < 0) {
      crowd.reply(who, label);
    }
    int next = before == null && replies.isFull() ? -1 : crowd.next();
    if (next < 0 && crowd.label() >= 0) {
      settle(event, crowd.held(-1), scores, from, known, n);
      return true;
    }
    if (before != null || !replies.isFull()) {
      replies.put(event, id, crowd.held(next));
    }
    return false;
  }

  /**
   * Nobody else will reply to the question about an event.
   *
   * @return whether somebody did, see {@link #heard}
   */
  public boolean enough(long event, long now, double[] scores, int from, int known) {
    Replies.Held held = replies.of(event);
    if (held == null || !held.says()) {
      return false;
    }
    int n = Math.max(2, Math.max(known, held.most() + 1));
    crowd.resume(held, now, scores, from, known, n);
    settle(event, held, scores, from, known, n);
    return true;
  }

  private void settle(long event, Replies.Held held, double[] scores, int from, int known, int n) {
    crowd.end();
    found = crowd.label();
    int said = 0;
    for (int label : held.said()) {
      said += label >= 0 ? 1 : 0;
    }
    reply(event, found, said, crowd.certainty(), scores, from, known, n);
    spending.paid(event, paid(held, found));
    replies.drop(event);
  }

  /** What the replies to a question cost; people are paid for answers alone. */
  private double paid(Replies.Held held, double label) {
    if (plan.budget().unit() != Budget.Unit.MONEY) {
      return price(label);
    }
    double sum = 0;
    for (int i = 0; i < held.who().length; i++) {
      sum += held.said()[i] >= 0 ? crowd.annotators().get(held.who()[i]).price() : 0;
    }
    return sum;
  }

  /** The class of an event by all that people said. */
  public int found() {
    return found;
  }

  /**
   * Whom the question about an event is offered to now; null for anybody.
   *
   * @param now events so far
   * @param known classes
   */
  public List<QueuedQuestion.Offer> offers(long event, long now, int known) {
    if (crowd == null) {
      return null;
    }
    Replies.Held held = replies.of(event);
    if (held != null && held.ranks() == null) {
      return null;
    }
    int[] ranks = held == null ? crowd.ranks(now, Math.max(2, known)) : held.ranks();
    List<QueuedQuestion.Offer> offers = new ArrayList<>();
    for (int a = 0; a < ranks.length; a++) {
      if (ranks[a] >= 0) {
        offers.add(new QueuedQuestion.Offer(crowd.annotators().get(a).name(), ranks[a]));
      }
    }
    return offers;
  }

  /**
   * Ids of events about which something was said, and somebody else is asked too, the oldest first.
   */
  public List<String> undecided(int most) {
    return replies.ids(most);
  }

  private void reply(
      long event,
      int label,
      int times,
      double certainty,
      double[] scores,
      int from,
      int known,
      int n) {
    bits += times * question.answer(event, label, scores, from, known);
    fullBits += times * Question.bits(n);
    taught = question.learnt();
    share = certainty * question.certainty();
  }

  /** The label to be learnt of the last answer: what is likeliest by all that was said. */
  public double label() {
    return taught;
  }

  /** What that label counts beside a certain one: its probability. */
  public double weight() {
    return share;
  }

  /** Whether nobody said anything to the last question. */
  public boolean isSilent() {
    return classes != null && taught < 0;
  }

  /** Bits of all replies: what questions cost. */
  public double bits() {
    return bits;
  }

  /** What full questions would have cost. */
  public double fullBits() {
    return fullBits;
  }

  /** How labels are asked for. */
  public Question question() {
    return question;
  }

  /** Who is asked; null where whoever answers is right. */
  public Crowd crowd() {
    return crowd;
  }

  /** The label of an event that was asked for will not come. */
  public void unanswered(long event) {
    question.drop(event);
    replies.drop(event);
    if (plan.budget().unit() == Budget.Unit.MONEY) {
      spending.paid(event, 0);
    }
  }

  /** The learner met a drift. */
  public void drift() {
    strategy.drift();
  }

  public AskPlan plan() {
    return plan;
  }

  /** Labels asked for. */
  public long asked() {
    return spending.asked();
  }

  /** What they cost; their number where the budget counts labels. */
  public double spent() {
    return spending.spent();
  }

  /** What those in the budget's window cost; all without a window. */
  public double spentInWindow() {
    return spending.spentInWindow();
  }

  /** What may be spent in the window, or over the stream as far as it has gone. */
  public double allowed() {
    return spending.allowed();
  }

  public long memoryBytes() {
    return 160
        + spending.memoryBytes()
        + strategy.memoryBytes()
        + question.memoryBytes()
        + (crowd == null ? 0 : crowd.memoryBytes() + replies.memoryBytes());
  }

  public void save(StateWriter out) {
    out.put("plan", AskPlan.texts(plan).toArray(new String[0]));
    spending.save(out.child("spending"));
    out.put("strategy", strategy);
    out.put("question", question);
    out.put("bits", bits);
    out.put("full_bits", fullBits);
    if (crowd != null) {
      crowd.save(out.child("crowd"));
      replies.save(out.child("replies"));
    }
  }

  /**
   * Goes on where another was. Of another plan, what was spent and what is known of annotators
   * counts on; a strategy or question that is another begins anew.
   */
  public void load(StateReader in) {
    if (!in.has("plan") || AskPlan.texts(plan).equals(List.of(in.strings("plan")))) {
      in.load("strategy", strategy);
      loadReplies(in);
      return;
    }
    AskPlan before;
    try {
      before = AskPlan.parse(List.of(in.strings("plan")));
    } catch (IllegalArgumentException | ConfigException e) {
      throw in.corrupt("plan", "cannot be: " + e.getMessage());
    }
    Asking old = new Asking(before, seen, learner, seed);
    old.load(in);
    succeed(old, in);
  }

  private void succeed(Asking old, StateReader in) {
    if (FullSpec.of(plan.strategy()).equals(FullSpec.of(old.plan.strategy()))) {
      in.load("strategy", strategy);
    }
    if (FullSpec.of(plan.question()).equals(FullSpec.of(old.plan.question()))) {
      in.load("question", question);
    }
    spending.succeed(old.spending);
    bits = old.bits;
    fullBits = old.fullBits;
    if (crowd != null && old.crowd != null) {
      int[] before = new int[crowd.annotators().size()];
      int[] now = new int[old.crowd.annotators().size()];
      Arrays.setAll(before, a -> old.annotator(crowd.annotators().get(a).name()));
      Arrays.setAll(now, a -> annotator(old.crowd.annotators().get(a).name()));
      crowd.succeed(old.crowd, before);
      replies.succeed(old.replies, now);
    }
  }

  private void loadReplies(StateReader in) {
    spending.load(in.child("spending"));
    in.load("question", question);
    bits = in.doubleValue("bits");
    fullBits = in.doubleValue("full_bits");
    if (crowd != null) {
      crowd.load(in.child("crowd"));
      if (in.has("replies")) {
        replies.load(in.child("replies"), crowd.annotators().size());
      }
    }
  }

  /**
   * Goes on where another of the same plan is, beside another model. What the strategy has learnt
   * of rows that look otherwise to this model is lost.
   */
  public void take(Asking other) {
    StateWriter out = new StateWriter();
    other.save(out);
    StateReader in = StateReader.open("the other engine", out.toBytes());
    loadReplies(in);
    strategy = made();
    try {
      in.load("strategy", strategy);
    } catch (StateException otherRows) {
      strategy = made();
    }
  }

  /** The event at hand, as the strategy sees it. */
  private final class At implements Candidate {
    private Features x;
    private long event;
    private Outcomes out;
    private int row;
    private double rate;
    private boolean allowed;

    @Override
    public Features x() {
      return x;
    }

    @Override
    public long event() {
      return event;
    }

    @Override
    public int labels() {
      return classes == null ? 0 : out.known(row);
    }

    @Override
    public double score(int code) {
      return out.scores()[out.scoresAt(row) + code];
    }

    @Override
    public double predicted() {
      return out.predicted(row);
    }

    @Override
    public double rate() {
      return rate;
    }

    @Override
    public double perPrice(double score) {
      double d = plan.budget().pricePower();
      if (d == 0 || classes == null) {
        return score;
      }
      double price = labels() == 0 ? plan.budget().price() : 0;
      for (int k = 0; k < labels(); k++) {
        price += score(k) * plan.budget().price(classes.name(k));
      }
      double cost = Math.pow(Math.max(1e-9, price), d);
      return score < 0 ? score * cost : score / cost;
    }

    @Override
    public boolean allowed() {
      return allowed;
    }

    @Override
    public Learner learner() {
      return learner;
    }
  }
}
