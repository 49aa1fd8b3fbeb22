package org.freshet.learn.ask.question;

import org.freshet.core.ask.Question;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Asks which of all classes it is.
 *
 * <p>How it works: one question with a reply for each of the L classes known; it costs log₂ L bits.
 *
 * <p>Paper: none.
 *
 * <p>Where we differ: nowhere.
 *
 * <p>Costs nothing and keeps nothing.
 *
 * <pre>
 * labels: { budget: 10%, question: label }
 * </pre>
 */
@Component(name = "label", kinds = Kind.PART, family = "question")
public final class LabelQuestion implements Question {
  /** None. */
  public record Parameters() {}

  private int learnt = -1;

  public LabelQuestion(Parameters p, Build build) {}

  @Override
  public void ask(long event, double[] scores, int at, int labels) {}

  @Override
  public double answer(long event, int label, double[] scores, int at, int labels) {
    learnt = label;
    return Question.bits(Math.max(2, Math.max(labels, label + 1)));
  }

  @Override
  public int learnt() {
    return learnt;
  }

  @Override
  public double certainty() {
    return 1;
  }

  @Override
  public void drop(long event) {}

  @Override
  public void save(StateWriter out) {}

  @Override
  public void load(StateReader in) {}

  @Override
  public long memoryBytes() {
    return 24;
  }
}
