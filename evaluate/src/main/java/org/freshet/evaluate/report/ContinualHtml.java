package org.freshet.evaluate.report;

import java.util.List;
import org.freshet.evaluate.Continual;
import org.freshet.evaluate.Evaluation;

/** What came of a protocol, as a section of the evaluation's page. */
final class ContinualHtml {
  /** More tasks than this are shown by the first and last of them. */
  private static final int SHOWN = 40;

  private ContinualHtml() {}

  static String of(Evaluation e) {
    Continual c = e.continual();
    StringBuilder s = new StringBuilder("<p><code>" + Page.escape(c.protocol()) + "</code></p>");
    if (!c.anytime().isEmpty()) {
      String name = "mean accuracy on the tests of the tasks so far";
      LineChart chart = new LineChart(name, name, true).end(e.events());
      chart.line(
          "tests",
          "c0",
          "",
          c.anytime().stream().mapToLong(Continual.Anytime::event).toArray(),
          c.anytime().stream().mapToDouble(Continual.Anytime::accuracy).toArray());
      s.append(chart.drifts(e.trueDrifts(), new long[0]).html());
    }
    s.append(
        "<div class=\"scroll\"><table><thead><tr><th>metric</th><th>value</th></tr></thead><tbody>");
    c.metrics()
        .forEach(
            (name, v) ->
                s.append("<tr><td>")
                    .append(Page.escape(Numbers.title(name)))
                    .append("</td><td>")
                    .append(Numbers.percent(v))
                    .append("</td></tr>"));
    s.append("</tbody></table></div>");
    tasks(c.tasks(), s);
    return s.append("<p class=\"soft\">The model is not told of tasks. ")
        .append(Numbers.count(c.tested()))
        .append(" answers were given for tests.</p>")
        .toString();
  }

  private static void tasks(List<Continual.Task> tasks, StringBuilder s) {
    s.append("<div class=\"scroll\"><table><thead><tr>");
    for (String head : List.of("task", "events", "online", "after it", "at end", "lowest")) {
      s.append("<th>").append(head).append("</th>");
    }
    s.append("</tr></thead><tbody>");
    for (int t = 0; t < tasks.size(); t++) {
      if (tasks.size() > SHOWN && t == SHOWN / 2) {
        t = tasks.size() - SHOWN / 2;
        s.append("<tr><td>…</td></tr>");
      }
      Continual.Task k = tasks.get(t);
      s.append("<tr><td>").append(Page.escape(k.name())).append("</td><td>");
      s.append(Numbers.count(k.events())).append("</td>");
      for (double v : new double[] {k.online(), k.after(), k.last(), k.lowest()}) {
        s.append("<td>").append(Double.isNaN(v) ? "–" : Numbers.percent(v)).append("</td>");
      }
      s.append("</tr>");
    }
    s.append("</tbody></table></div>");
  }
}
