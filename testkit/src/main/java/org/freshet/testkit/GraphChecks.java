package org.freshet.testkit;

import java.util.List;
import org.freshet.core.Schema;
import org.freshet.core.Schema.Target;
import org.freshet.core.SchemaException;
import org.freshet.core.Trait;

/** A component is refused rows that it does not claim to take, with the way out in the message. */
final class GraphChecks {
  private final Subject subject;
  private final Target target;

  GraphChecks(Subject subject) {
    this.subject = subject;
    this.target =
        switch (subject.kind()) {
          case REGRESSOR -> Target.NUMBER;
          case MULTI_LABEL_CLASSIFIER -> Target.LABELS;
          case MULTI_TARGET_REGRESSOR -> Target.NUMBERS;
          case ANOMALY_SCORER, CLUSTERER -> Target.NONE;
          default -> Target.CLASS;
        };
  }

  List<Check> all() {
    return List.of(new Check("rows it does not claim to take are refused", this::refused));
  }

  private void refused() {
    int numeric = subject.has(Trait.NUMERIC) ? 2 : 0;
    int categories = subject.has(Trait.CATEGORICAL) ? 2 : 0;
    refuse(
        Trait.MISSING,
        numeric,
        categories,
        0,
        false,
        true,
        "missing values, but '"
            + (numeric > 0 ? "x0" : "c0")
            + "' may be missing; put 'imputer' before it");
    refuse(
        Trait.CATEGORICAL,
        numeric,
        1,
        0,
        false,
        false,
        "categories, but 'c0' is a category; put 'one_hot' before it");
    refuse(
        Trait.NUMERIC,
        1,
        categories,
        0,
        false,
        false,
        "numbers, but 'x0' is numeric; put 'select' before it");
    refuse(
        Trait.TEXT,
        numeric,
        categories,
        1,
        false,
        false,
        "text, but 't0' is text; put 'feature_hasher' before it");
    refuse(Trait.SPARSE, 0, 0, 0, true, false, "sparse rows, but the rows are sparse");
  }

  private void refuse(
      Trait trait,
      int numeric,
      int categories,
      int texts,
      boolean sparse,
      boolean missing,
      String message) {
    boolean cannotBeAsked = numeric + categories + texts == 0 && !sparse;
    if (subject.has(trait) || cannotBeAsked) {
      return;
    }
    Schema schema =
        new SampleStream("refused", target, numeric, categories, texts, sparse, missing, 2, 2)
            .schema(0);
    String expected = subject + " cannot take " + message;
    try {
      subject.create(schema, 1, 1);
    } catch (SchemaException refused) {
      Check.that(
          refused.getMessage().startsWith(expected),
          "the message is '%s', expected '%s'",
          refused.getMessage(),
          expected);
      return;
    }
    throw new AssertionError("it lacks the trait " + trait + ", but takes such rows");
  }
}
