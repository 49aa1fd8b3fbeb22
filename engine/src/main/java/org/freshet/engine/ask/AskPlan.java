package org.freshet.engine.ask;

import java.util.List;
import org.freshet.core.component.Spec;
import org.freshet.engine.FullSpec;

/**
 * Which labels are asked for.
 *
 * @param budget how many may be
 * @param strategy a {@link org.freshet.core.ask.QueryStrategy}, which decides within the budget
 * @param question a {@link org.freshet.core.ask.Question}: in what form
 * @param annotators each an {@link Annotator}; none where whoever answers is right
 */
public record AskPlan(Budget budget, Spec strategy, Spec question, List<Spec> annotators) {
  public AskPlan {
    annotators = List.copyOf(annotators);
  }

  /** Full questions to somebody who is always right. */
  public AskPlan(Budget budget, Spec strategy) {
    this(budget, strategy, WHOLE, List.of());
  }

  /** The strategy taken when none is given. */
  public static final Spec DEFAULT = Spec.of("random");

  /** The question taken when none is given. */
  public static final Spec WHOLE = Spec.of("label");

  /** Whether labels are asked for in full. */
  public boolean isWhole() {
    return WHOLE.name().equals(question.name());
  }

  /** The same whatever defaults are written out. */
  public String text() {
    StringBuilder s = new StringBuilder("budget " + budget + ", ask " + FullSpec.of(strategy));
    if (!isWhole()) {
      s.append(", question ").append(FullSpec.of(question));
    }
    for (Spec annotator : annotators) {
      s.append(", ").append(FullSpec.of(annotator));
    }
    return s.toString();
  }
}
