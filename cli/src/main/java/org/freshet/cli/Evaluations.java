package org.freshet.cli;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.freshet.core.component.Span;
import org.freshet.core.component.Value;
import org.freshet.core.state.StateFiles;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.Evaluator;
import org.freshet.evaluate.report.EvaluationHtml;
import org.freshet.evaluate.report.EvaluationJson;
import org.freshet.evaluate.report.EvaluationText;

/** Runs evaluations with their progress shown, and tells what came of them. */
final class Evaluations {
  private Evaluations() {}

  static Evaluation run(Evaluator evaluator, Console console, Plan plan, EvaluateOptions options) {
    try (Progress progress = new Progress(console, plan.streamName(), total(plan, options))) {
      evaluator.onProgress(p -> progress.at(p.events() + (p.pass() - 1) * 0L, message(p)));
      return evaluator.run();
    }
  }

  /** Prints the result, and writes the files asked for. */
  static void tell(Evaluation e, RunOptions.Files files, Console console) {
    boolean jsonOut = Outputs.isStandardOutput(files.json);
    if (jsonOut) {
      console.out().print(EvaluationJson.text(e));
    } else {
      console.out().print(EvaluationText.of(e, console.width()));
    }
    if (files.json != null && !jsonOut) {
      StateFiles.write(files.json, EvaluationJson.text(e).getBytes(StandardCharsets.UTF_8));
    }
    if (files.report != null) {
      StateFiles.write(files.report, EvaluationHtml.of(e).getBytes(StandardCharsets.UTF_8));
      console.err().println("report: " + files.report);
    }
  }

  private static String message(org.freshet.evaluate.Progress p) {
    StringBuilder s = new StringBuilder();
    if (p.passes() > 1) {
      s.append("pass ").append(p.pass()).append(" of ").append(p.passes()).append(", ");
    }
    if (!Double.isNaN(p.rolling())) {
      s.append(String.format(Locale.ROOT, "now %.4g", p.rolling()));
    }
    if (p.drifts() > 0) {
      s.append(", ").append(p.drifts()).append(p.drifts() == 1 ? " drift" : " drifts");
    }
    return s.toString();
  }

  /** How many events there will be, 0 when nobody knows. */
  static long total(Plan plan, EvaluateOptions options) {
    Value events = plan.source().values().get("events");
    long all = 0;
    if (events != null && events.raw() instanceof Long n) {
      all = n;
    } else if (events != null && events.raw() instanceof Span s && s.events()) {
      all = s.length();
    }
    return options.limit() == 0 ? all : all == 0 ? options.limit() : Math.min(all, options.limit());
  }
}
