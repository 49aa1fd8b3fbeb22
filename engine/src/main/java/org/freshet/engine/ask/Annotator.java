package org.freshet.engine.ask;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;

/**
 * Somebody who is asked for labels: what it costs, and how one that is simulated errs.
 *
 * <p>How it works: in a stream whose labels stand in the rows of their events, the annotator is
 * simulated. Its reply is drawn from the label, by the stream's seed, its name and the event alone:
 * none with the probability {@code abstain}; a wrong class with {@code error} + {@code tiring} ·
 * load, at most 1 − 1/L of L classes; else the label. The load is the number of its questions,
 * fading over {@code rest} events. What the error is, is never told to who chooses whom to ask: it
 * is estimated.
 *
 * <p>Paper: none.
 *
 * <p>Where we differ: nowhere.
 *
 * <p>Costs a few draws a question.
 *
 * <pre>
 * labels: { budget: { money: 500 }, annotators: [ { name: anna, error: 5%, price: 3 }, { name: ben, error: 25% } ] }
 * </pre>
 */
@Component(name = "annotator", kinds = Kind.PART, family = "ask")
public final class Annotator {
  /** Parameters. */
  public record Parameters(
      @Param("who it is") String name,
      @Param(value = "what a question costs", def = "1", range = "[0, 1000000000]", origin = "ours")
          double price,
      @Param(
              value = "probability of a wrong class, where it is simulated",
              def = "0%",
              range = "[0, 1]",
              origin = "a perfect annotator")
          double error,
      @Param(
              value = "classes that wrong ones are drawn from; none is all others",
              def = "none",
              origin = "ours")
          List<String> confuses,
      @Param(
              value = "probability of no reply, where it is simulated",
              def = "0%",
              range = "[0, 1)",
              origin = "one that always replies")
          double abstain,
      @Param(
              value = "what each question of its load adds to the error, where it is simulated",
              def = "0.0",
              range = "[0, 1]",
              origin = "one that does not tire")
          double tiring,
      @Param(value = "events over which its load fades", def = "100 events", origin = "ours")
          Span rest) {}

  private final Parameters p;

  public Annotator(Parameters p, Build build) {
    if (!p.rest().events() || p.rest().length() < 1) {
      throw new ConfigException(
          "",
          "parameter 'rest' is " + p.rest() + ", expected a number of events such as 100 events");
    }
    this.p = p;
  }

  public String name() {
    return p.name();
  }

  public double price() {
    return p.price();
  }

  /** What one that is simulated does. */
  Parameters parameters() {
    return p;
  }
}
