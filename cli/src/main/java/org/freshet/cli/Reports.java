package org.freshet.cli;

import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.report.EvaluationHtml;
import org.freshet.evaluate.report.EvaluationText;

/** What came of an evaluation, for people. */
final class Reports {
  private Reports() {}

  static String html(Evaluation e) {
    return EvaluationHtml.of(e);
  }

  static String text(Evaluation e, int width) {
    return EvaluationText.of(e, width);
  }
}
