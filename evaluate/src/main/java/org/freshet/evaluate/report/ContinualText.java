package org.freshet.evaluate.report;

import java.util.List;
import java.util.Locale;
import org.freshet.evaluate.Continual;
import org.freshet.evaluate.Evaluation;

/** What came of a protocol, as lines of the evaluation's text. */
final class ContinualText {
  /** More tasks than this are shown by the first and last of them. */
  private static final int SHOWN = 20;

  private ContinualText() {}

  static void add(Evaluation e, StringBuilder s) {
    Continual c = e.continual();
    EvaluationText.line(s, "protocol", c.protocol());
    c.metrics().forEach((name, v) -> metric(s, name, percent(v)));
    EvaluationText.line(
        s,
        "cost of an event",
        EvaluationText.pad(
                String.format(Locale.ROOT, "%.1f µs", 1e6 * e.seconds() / Math.max(1, e.events())))
            + "  largest model "
            + Numbers.bytes(c.modelBytes())
            + "  tests "
            + Numbers.count(c.tested()));
    List<Continual.Task> tasks = c.tasks();
    row(s, "  task", "events", "online", "after it", "at end", "lowest");
    for (int t = 0; t < tasks.size(); t++) {
      if (tasks.size() > SHOWN && t == SHOWN / 2) {
        t = tasks.size() - SHOWN / 2;
        row(s, "  …", "…", "…", "…", "…", "…");
      }
      Continual.Task k = tasks.get(t);
      row(
          s,
          "  " + k.name(),
          Numbers.count(k.events()),
          percent(k.online()),
          percent(k.after()),
          percent(k.last()),
          percent(k.lowest()));
    }
  }

  /** Names may be longer than the column of names is wide: values end where the others end. */
  private static void metric(StringBuilder s, String name, String value) {
    String gap = " ".repeat(Math.max(1, 31 - name.length() - value.length()));
    s.append("  ").append(name).append(gap).append(value).append('\n');
  }

  private static String percent(double v) {
    return Double.isNaN(v) ? "–" : Numbers.percent(v);
  }

  private static void row(StringBuilder s, String name, String... cells) {
    String shown = name.length() > 22 ? name.substring(0, 21) + "…" : name;
    s.append("  ").append(String.format(Locale.ROOT, "%-22s", shown));
    for (String c : cells) {
      s.append(String.format(Locale.ROOT, "%11s", c));
    }
    s.append('\n');
  }
}
