package org.freshet.runtime.contest;

import org.freshet.engine.Outcomes;
import org.freshet.engine.section.PromoteSection;

/** What answers cost, and when a challenger takes the champion's place by itself. */
final class Rule {
  private final PromoteSection.Parameters p;
  private final boolean classes;
  private final int challengers;

  /**
   * @param challengers among whom the significance is shared out
   */
  Rule(PromoteSection.Parameters parameters, boolean classes, int challengers) {
    this.p = parameters;
    this.classes = classes;
    this.challengers = challengers;
  }

  /** Labels compared before each decision. */
  int window() {
    return p.window();
  }

  /** What the answer to the event of the i-th label cost; NaN when there was none. */
  double loss(Outcomes brought, int i) {
    double predicted = brought.labelPredicted(i);
    if (classes) {
      return predicted < 0 ? Double.NaN : predicted == brought.label(i) ? 0 : 1;
    }
    double loss = Math.abs(predicted - brought.label(i));
    return loss < Double.POSITIVE_INFINITY ? loss : Double.NaN;
  }

  /** Whether a challenger is better by the test, and within the limit on negative flips. */
  boolean passes(Contender c) {
    if (!p.automatic() || c.pairs == 0) {
      return false;
    }
    // A smaller error on most events, but a larger one in all, is no improvement.
    boolean smaller = classes || c.loss < c.championsLoss;
    boolean few = !classes || c.worse <= p.negativeFlips() * c.pairs;
    return smaller && few && c.p() < p.significance() / challengers;
  }

  /** The figures of the test, in words. */
  String why(Contender c) {
    return "better on %d of %d labels, worse on %d, p %.2g"
        .formatted(c.better, c.pairs, c.worse, c.p());
  }
}
