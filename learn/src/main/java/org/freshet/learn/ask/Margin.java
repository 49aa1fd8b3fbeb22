package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Margin sampling: asks about the events where the best two classes are closest: those near a
 * border between two classes, however many classes there are.
 *
 * <p>How it works: the score of x is P(y2|x) - P(y1|x), where y1 and y2 are the best two classes. A
 * running quantile makes a rate of it: x is asked about if its score is among the highest share B
 * of the last {@code window} scores, where B is the rate that the budget leaves; of equal scores a
 * random number takes as many as are due.
 *
 * <p>Paper: T. Scheffer, C. Decomain and S. Wrobel, Active Hidden Markov Models for Information
 * Extraction, Intelligent Data Analysis, 2001.
 *
 * <p>Where we differ: the paper picks from a pool of events that wait; a stream is decided event by
 * event, hence the quantile.
 *
 * <p>Takes any row, none is looked at. Cost: O(classes + window) an event, 8 bytes for each score
 * of the window.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: margin }
 * }</pre>
 */
@Component(
    name = "margin",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {
      Trait.NUMERIC,
      Trait.CATEGORICAL,
      Trait.MISSING,
      Trait.SPARSE,
      Trait.TEXT,
      Trait.BOUNDED_MEMORY,
      Trait.RANDOMIZED
    })
public final class Margin extends Ranked {
  public record Parameters(
      @Param(
              value = "Scores that are looked back on to tell which are high.",
              def = "1000",
              range = "[1, 1000000]",
              unit = "events",
              origin = "a quantile of 1 % rests on 10 scores")
          int window) {}

  public Margin(Parameters p, Build build) {
    super(p.window, Classes.required(build, "margin").seed());
  }

  @Override
  double score(Candidate c) {
    return -c.margin();
  }
}
