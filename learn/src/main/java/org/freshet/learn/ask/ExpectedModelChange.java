package org.freshet.learn.ask;

import org.freshet.core.Trait;
import org.freshet.core.ask.Candidate;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;

/**
 * Asks for labels that would move the model most, whatever they turn out to be: those of uncertain
 * events on which the last layer has much to act.
 *
 * <p>How it works: a label k would give the last linear layer the gradient (P − e_k) ⊗ (h, 1), h
 * being what the learner makes of the row before that layer and P its probabilities. The score is
 * the expected length of it, Σ_k P(k) |P − e_k| · |(h, 1)|. The share of events that the budget
 * allows is asked, those with the highest scores among the last 256.
 *
 * <p>Paper: B. Settles, M. Craven, S. Ray, "Multiple-Instance Active Learning", NIPS 2007 (expected
 * gradient length).
 *
 * <p>Where we differ: the gradient is that of the last layer alone; for linear learners that is all
 * of it. A learner that does not tell what it makes of a row is taken for a linear one. Rows that
 * are long are asked for often: scale columns ({@code standard_scaler}).
 *
 * <p>Takes all rows of classes; where a number is predicted use {@code d_optimal}. Costs O(inputs
 * of the last layer + classes) time, and no memory beside.
 *
 * <pre>{@code
 * labels: { budget: 10%, ask: expected_model_change }
 * }</pre>
 */
@Component(
    name = "expected_model_change",
    kinds = Kind.QUERY_STRATEGY,
    family = "ask",
    traits = {Trait.BOUNDED_MEMORY, Trait.RANDOMIZED})
public final class ExpectedModelChange extends Scored {
  /** None. */
  public record Parameters() {}

  private final Gradients gradients;

  public ExpectedModelChange(Parameters p, Build build) {
    super(Classes.required(build, "expected_model_change"));
    gradients = new Gradients(build.schema(), 1);
  }

  @Override
  double score(Candidate c) {
    double squares = 0;
    for (int k = 0; k < c.labels(); k++) {
      squares += c.score(k) * c.score(k);
    }
    double expected = 0;
    for (int k = 0; k < c.labels(); k++) {
      double p = c.score(k);
      expected += p * Math.sqrt(Math.max(0, squares - 2 * p + 1)); // |P − e_k|
    }
    return c.labels() == 0 ? 0 : expected * gradients.norm(c);
  }

  @Override
  public long memoryBytes() {
    return super.memoryBytes() + 8 + gradients.memoryBytes();
  }
}
