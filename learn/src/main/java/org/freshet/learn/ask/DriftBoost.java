package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks more for a while after the model met a drift, when a label is worth most, and saves labels
 * for that in calm times, so that over all it asks no more than the strategy inside alone.
 *
 * <p>How it works: in calm times the strategy inside is given the rate less the share {@code
 * reserve}, which goes into a reserve of at most so many labels as a boost needs, that is {@code
 * events} · rate · ({@code boost} − 1). After a drift it is given {@code boost} times the rate for
 * {@code events} events, as long as the reserve lasts.
 *
 * <p>Source: the field's standard of asking more when a change is detected; I. Žliobaitė, A. Bifet,
 * B. Pfahringer, G. Holmes, "Active Learning with Drifting Streaming Data", IEEE TNNLS 25(1), 2014,
 * section II, names the need, and the survey of D. Cacciarelli, M. Kulahci, Machine Learning 113,
 * 2024, lists such methods.
 *
 * <p>Where we differ: those ask more and let the budget be exceeded, or count on the budget being
 * unspent; here the labels of a boost were saved. A full reserve is saved no further, so that
 * without any drift only the reserve itself is lost.
 *
 * <p>Needs a learner that reports drifts ({@code drift_reset}, {@code hoeffding_adaptive_tree}, …);
 * with others it never boosts. The window of the budget must allow the boost: with {@code window:
 * 1000 events} it is cut where the rate of the window is spent. Costs 8 bytes beside the strategy
 * inside.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: { drift_boost: { strategy: entropy, boost: 3 } } }
 * }</pre>
 */
@Component(
    name = "drift_boost",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class DriftBoost extends Around {
  /**
   * @param strategy decides at the rate it is given
   * @param boost times the rate after a drift
   * @param events length of a boost
   * @param reserve share saved in calm times
   */
  public record Parameters(
      @Param(
              value = "decides at the rate it is given",
              def = "entropy",
              kind = Kind.QUERY_STRATEGY,
              origin = "keeps to the rate whatever the scale of scores")
          Spec strategy,
      @Param(
              value = "times the rate that is asked at after a drift",
              def = "3.0",
              range = "[1, 100]",
              origin = "a choice: a model anew needs some hundred labels soon")
          double boost,
      @Param(
              value = "events that a boost lasts",
              def = "500",
              range = "[1, 1e9]",
              unit = "events",
              origin = "half of the window of a budget")
          double events,
      @Param(
              value = "share of the rate saved in calm times until the reserve is full",
              def = "0.2",
              range = "[0, 1]",
              origin = "a choice: full after ten times the events of a boost")
          double reserve) {}

  private final Parameters p;
  private double saved;
  private double left; // events of the boost

  public DriftBoost(Parameters p, Build build) {
    super(p.strategy(), build);
    this.p = p;
  }

  @Override
  public boolean ask(Candidate c) {
    double rate = c.rate();
    double more = rate * (p.boost() - 1);
    if (left >= 1 && saved >= more) {
      left--;
      double boosted = Math.min(1, rate + more);
      saved -= boosted - rate;
      return wanted(c, boosted);
    }
    left = 0;
    double spare = Math.max(0, Math.min(rate * p.reserve(), p.events() * more - saved));
    saved += spare;
    return wanted(c, rate - spare);
  }

  @Override
  public void drift() {
    super.drift();
    left = p.events();
  }

  @Override
  public void save(StateWriter out) {
    super.save(out);
    out.put("saved", saved);
    out.put("left", left);
  }

  @Override
  public void load(StateReader in) {
    super.load(in);
    saved = in.doubleValue("saved");
    left = in.doubleValue("left");
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 24;
  }
}
