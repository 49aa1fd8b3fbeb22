package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Entropy sampling: asks about the events whose probabilities are spread most over the classes.
 * With two classes it ranks events as margin sampling does; with many, it also counts classes that
 * are no rivals of the best.
 *
 * <p>How it works: the score of x is the entropy -sum over y of P(y|x) log P(y|x), as a share of
 * the largest there is. A running quantile makes a rate of it: x is asked about if its score is
 * among the highest share B of the last {@code window} scores, where B is the rate that the budget
 * leaves; of equal scores a random number takes as many as are due.
 *
 * <p>Paper: D. Lewis and W. Gale, A Sequential Algorithm for Training Text Classifiers, SIGIR 1994,
 * for uncertainty sampling; C. E. Shannon 1948 for the entropy as its measure.
 *
 * <p>Where we differ: the paper picks from a pool of events that wait; a stream is decided event by
 * event, hence the quantile.
 *
 * <p>Takes any row, none is looked at. Cost: O(classes + window) an event, 8 bytes for each score
 * of the window.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: entropy }
 * }</pre>
 */
@Component(
    name = "entropy",
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
public final class Entropy extends Ranked {
  public record Parameters(
      @Param(
              value = "Scores that are looked back on to tell which are high.",
              def = "1000",
              range = "[1, 1000000]",
              unit = "events",
              origin = "a quantile of 1 % rests on 10 scores")
          int window) {}

  public Entropy(Parameters p, Build build) {
    super(p.window, Classes.required(build, "entropy").seed());
  }

  @Override
  double score(Candidate c) {
    return c.entropy();
  }
}
