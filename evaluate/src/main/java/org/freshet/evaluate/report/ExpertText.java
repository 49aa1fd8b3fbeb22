package org.freshet.evaluate.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.freshet.evaluate.ExpertUse;

/** What experts were asked, in words; the same lines for the terminal and the page. */
final class ExpertText {
  private ExpertText() {}

  static Map<String, String> lines(ExpertUse use) {
    ExpertUse.One all = use.all();
    Map<String, String> lines = new LinkedHashMap<>();
    String useless =
        all.useless() == 0 ? "" : "; " + Numbers.count(all.useless()) + " answers of no use";
    lines.put(
        "expert asked",
        Numbers.count(all.calls())
            + " times, "
            + Numbers.percent(use.share())
            + " of the events"
            + useless);
    if (all.judged() > 0) {
      lines.put(
          "expert accuracy", Numbers.percent(all.accuracy()) + " on the events it was asked about");
    }
    lines.put("expert cost", cost(use, all));
    if (all.nanos() > 0) {
      lines.put(
          "expert time",
          Numbers.seconds(all.nanos() / 1e9)
              + ", saved against always asking "
              + Numbers.seconds(use.savedNanos() / 1e9));
    }
    for (int i = 0; use.each().size() > 1 && i < use.each().size(); i++) {
      ExpertUse.One one = use.each().get(i);
      lines.put(
          one.name().isEmpty() ? "expert " + (i + 1) : one.name(),
          Numbers.count(one.calls())
              + " times, cost "
              + money(one.cost())
              + (one.judged() > 0 ? ", accuracy " + Numbers.percent(one.accuracy()) : ""));
    }
    return lines;
  }

  static String html(ExpertUse use) {
    StringBuilder s = new StringBuilder("<div class=\"scroll\"><table><tbody>");
    lines(use)
        .forEach(
            (name, value) ->
                s.append("<tr><td>")
                    .append(Page.escape(name))
                    .append("</td><td>")
                    .append(Page.escape(value))
                    .append("</td></tr>"));
    return s.append("</tbody></table></div>").toString();
  }

  private static String cost(ExpertUse use, ExpertUse.One all) {
    return money(all.cost())
        + (all.tokens() > 0 ? " for " + Numbers.count(all.tokens()) + " tokens" : "")
        + ", saved against always asking "
        + (use.each().size() > 1 ? "the dearest " : "")
        + money(use.savedCost());
  }

  private static String money(double v) {
    return v == Math.rint(v) && v < 1e15
        ? Numbers.count((long) v)
        : String.format(Locale.ROOT, "%.4g", v);
  }
}
