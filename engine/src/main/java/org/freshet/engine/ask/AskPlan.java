package org.freshet.engine.ask;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.component.Spec;
import org.freshet.engine.FullSpec;
import org.freshet.engine.LabelPlan;

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

  /**
   * As texts that {@link #parse} reads, with all defaults: budget, strategy, question, and each
   * annotator; none without a plan.
   */
  public static List<String> texts(AskPlan plan) {
    if (plan == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    texts.add(plan.budget.toString());
    texts.add(FullSpec.of(plan.strategy).toString());
    texts.add(FullSpec.of(plan.question).toString());
    plan.annotators.forEach(a -> texts.add(FullSpec.of(a).toString()));
    return texts;
  }

  /**
   * Reads {@link #texts}.
   *
   * @throws IllegalArgumentException when they are none
   */
  public static AskPlan parse(List<String> texts) {
    return texts.isEmpty() ? null : LabelPlan.asking(texts);
  }

  /**
   * What is otherwise than before, in one line; null where nothing is.
   *
   * @param before null where nothing was asked
   * @param now null where nothing is
   */
  public static String since(AskPlan before, AskPlan now) {
    if (texts(before).equals(texts(now))) {
      return null;
    }
    if (before == null || now == null) {
      return now == null
          ? "labels are asked for no more, all that come are learnt"
          : "labels are asked for from now on: " + now.text();
    }
    boolean same = FullSpec.of(before.strategy).equals(FullSpec.of(now.strategy));
    return "labels are asked for by "
        + now.text()
        + " in place of "
        + before.text()
        + "; the model stays, what was spent counts on"
        + (same ? "" : ", '" + now.strategy.name() + "' begins anew");
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
