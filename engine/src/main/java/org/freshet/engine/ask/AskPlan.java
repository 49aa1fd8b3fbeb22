package org.freshet.engine.ask;

import org.freshet.core.component.Spec;
import org.freshet.engine.FullSpec;

/**
 * Which labels are asked for.
 *
 * @param budget how many may be
 * @param strategy a {@link org.freshet.core.ask.QueryStrategy}, which decides within the budget
 */
public record AskPlan(Budget budget, Spec strategy) {
  /** The strategy taken when none is given. */
  public static final Spec DEFAULT = Spec.of("random");

  /** The same whatever defaults are written out. */
  public String text() {
    return "budget " + budget + ", ask " + FullSpec.of(strategy);
  }
}
