package org.freshet.learn.ask.question;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Asks whether it is the class the model thinks it is: one key to press for most events of a good
 * model.
 *
 * <p>How it works: "is it X?" for the likeliest class X costs 1 bit. After a "no" the next
 * likeliest is asked about, and so on; the last one left needs no question. Then the label is known
 * and learnt as any other. With {@code further: false} one question is all after {@code least}
 * answers: a "no" excludes X, and the likeliest of the others is learnt with its probability p / (1
 * − p_X) as its weight if that is one half or more; else the event is one without a label.
 *
 * <p>Paper: T. Ishida, G. Niu, W. Hu, M. Sugiyama, "Learning from Complementary Labels", NeurIPS
 * 2017 (a "no" as a label); the questions are those of any binary search by probability.
 *
 * <p>Where we differ: a "no" is learnt through the model's own probabilities, so that any learner
 * can, where the paper changes the loss.
 *
 * <p>Costs O(classes) an answer; keeps nothing.
 *
 * <pre>
 * labels: { budget: 10%, question: { yes_no: { further: false } } }
 * </pre>
 */
@Component(name = "yes_no", kinds = Kind.PART, family = "question")
public final class YesNo extends Guessing {
  /** Parameters. */
  public record Parameters(
      @Param(
              value = "whether the next class is asked about after a no",
              def = "true",
              origin = "ours")
          boolean further,
      @Param(
              value = "answers before which it asks on all the same, so that every class is learnt",
              def = "100",
              range = "[0, 1000000000]",
              unit = "answers",
              origin = "ours: without it the model confirms what it thinks first")
          int least) {}

  public YesNo(Parameters p, Build build) {
    super(1, p.further, p.least);
  }
}
