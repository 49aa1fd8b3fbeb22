package org.freshet.engine.ask;

import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.ask.Candidate;
import org.freshet.core.ask.QueryStrategy;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
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
  private final QueryStrategy strategy;
  private final Learner learner;
  private final Dictionary classes; // null where the label is no class
  private final boolean declared;
  private final At at = new At();

  /**
   * @param seen of the rows the learner sees
   * @param learner that answers them
   * @param seed of the pipeline
   */
  public Asking(AskPlan plan, Schema seen, Learner learner, long seed) {
    this.plan = plan;
    this.spending = new Spending(plan.budget());
    this.learner = learner;
    this.classes = seen.target() == Schema.Target.CLASS ? seen.labels() : null;
    this.declared = classes != null && seen.declaredLabels() > 0;
    Build build = Build.of(seen).withSeed(Rng.childSeed(seed, "ask", 0));
    checkPrices();
    this.strategy = Components.create(plan.strategy(), build, QueryStrategy.class);
  }

  private void checkPrices() {
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
    return true;
  }

  /** A label is about to be learnt, asked for or not. */
  public void learn(Features x, double label, double weight) {
    strategy.learn(x, label, weight);
  }

  /** The label of an event that was asked for has come. */
  public void answered(long event, double label) {
    spending.paid(
        event,
        classes == null || plan.budget().prices().isEmpty()
            ? plan.budget().price()
            : plan.budget().price(classes.name((int) label)));
  }

  /** The label of an event that was asked for will not come. */
  public void unanswered(long event) {
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
    return 100 + spending.memoryBytes() + strategy.memoryBytes();
  }

  public void save(StateWriter out) {
    spending.save(out.child("spending"));
    out.put("strategy", strategy);
  }

  public void load(StateReader in) {
    spending.load(in.child("spending"));
    in.load("strategy", strategy);
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
    public boolean allowed() {
      return allowed;
    }

    @Override
    public Learner learner() {
      return learner;
    }
  }
}
