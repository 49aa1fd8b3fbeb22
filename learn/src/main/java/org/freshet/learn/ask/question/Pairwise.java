package org.freshet.learn.ask.question;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;

/**
 * Asks which of the two likeliest classes it is, or neither.
 *
 * <p>How it works: "A, B or neither?" costs log₂ 3 bits, "A or B?" of the last two 1 bit. After
 * "neither" the next two are asked about, and so on; the last one left needs no question. With
 * {@code further: false} one question is all after {@code least} answers: after "neither" the
 * likeliest of the others is learnt with its probability among them as its weight if that is one
 * half or more; else the event is one without a label.
 *
 * <p>Paper: none; it is the candidate set of size two.
 *
 * <p>Where we differ: nowhere.
 *
 * <p>Costs O(classes) an answer; keeps nothing.
 *
 * <pre>
 * labels: { budget: 10%, question: pairwise }
 * </pre>
 */
@Component(name = "pairwise", kinds = Kind.PART, family = "question")
public final class Pairwise extends Guessing {
  /** Parameters. */
  public record Parameters(
      @Param(
              value = "whether the next two classes are asked about after neither",
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

  public Pairwise(Parameters p, Build build) {
    super(2, p.further, p.least);
  }
}
