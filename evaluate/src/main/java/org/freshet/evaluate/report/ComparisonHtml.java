package org.freshet.evaluate.report;

import org.freshet.evaluate.Comparison;
import org.freshet.evaluate.stats.BlockBootstrap.Interval;
import org.freshet.evaluate.stats.Ranking;

/** A comparison as one self-contained page. */
public final class ComparisonHtml {
  private ComparisonHtml() {}

  public static String of(Comparison c) {
    Page page = new Page("Freshet: comparison");
    page.html(
        "<p class=\"soft\">Freshet · the same events in the same order for every model</p><h1>"
            + c.models().size()
            + " models on "
            + c.streams().size()
            + (c.streams().size() == 1 ? " stream" : " streams")
            + "</h1>");
    page.section(Numbers.title(c.metric()), scores(c));
    if (c.streams().size() > 1) {
      page.section("Average ranks", ranks(c));
    }
    page.section("Two by two", pairs(c));
    page.section(
        "What was run", "<p>Seeds " + c.seeds() + ". " + Page.escape(Machine.words()) + "</p>");
    return page.toString();
  }

  private static String scores(Comparison c) {
    StringBuilder s =
        new StringBuilder(
            "<div class=\"scroll\"><table class=\"models\"><thead><tr><th>stream</th>");
    c.models().forEach(m -> s.append("<th>").append(Page.escape(m)).append("</th>"));
    s.append("<th>no change</th><th>")
        .append(c.higherIsBetter() ? "majority" : "mean")
        .append("</th></tr></thead><tbody>");
    for (int i = 0; i < c.streams().size(); i++) {
      s.append("<tr><td>").append(Page.escape(Page.shortName(c.streams().get(i)))).append("</td>");
      double[] ranks = Ranking.ranks(c.scores()[i], c.higherIsBetter());
      for (int j = 0; j < c.models().size(); j++) {
        Interval ci = c.intervals()[i][j];
        String v = Numbers.metric(c.metric(), c.scores()[i][j]);
        s.append("<td>")
            .append(ranks[j] == 1 ? "<b>" + v + "</b>" : v)
            .append("<br><span class=\"soft\">")
            .append(Numbers.metric(c.metric(), ci.low()))
            .append(" … ")
            .append(Numbers.metric(c.metric(), ci.high()))
            .append("</span></td>");
      }
      s.append("<td>")
          .append(Numbers.metric(c.metric(), c.baselines()[i][0]))
          .append("</td><td>")
          .append(Numbers.metric(c.metric(), c.baselines()[i][1]))
          .append("</td></tr>");
    }
    return s.append(
            "</tbody></table></div><p class=\"soft\">Mean over the seeds; below it the 95 % interval of the first seed, by block bootstrap.</p>")
        .toString();
  }

  private static String ranks(Comparison c) {
    Ranking r = c.ranking();
    String friedman =
        "<p>Friedman's test with the correction of Iman and Davenport: "
            + Page.escape(Numbers.pValue(r.pValue()))
            + ". Models under one bar do not differ at 5 % by Nemenyi's test.</p>";
    return "<div class=\"scroll\">" + RankDiagram.svg(r, c.models()) + "</div>" + friedman;
  }

  private static String pairs(Comparison c) {
    StringBuilder s =
        new StringBuilder(
            "<div class=\"scroll\"><table><thead><tr><th>stream</th><th>first</th><th>second</th><th>difference</th>"
                + "<th>95 % interval</th><th>block bootstrap</th><th>McNemar</th></tr></thead><tbody>");
    for (Comparison.Pair p : c.pairs()) {
      s.append("<tr><td>")
          .append(Page.escape(Page.shortName(c.streams().get(p.stream()))))
          .append("</td><td>")
          .append(Page.escape(c.models().get(p.first())))
          .append("</td><td>")
          .append(Page.escape(c.models().get(p.second())))
          .append("</td><td>")
          .append(Numbers.metric(c.metric(), p.difference().mean()))
          .append("</td><td>")
          .append(Numbers.metric(c.metric(), p.difference().low()))
          .append(" … ")
          .append(Numbers.metric(c.metric(), p.difference().high()))
          .append("</td><td>")
          .append(Page.escape(Numbers.pValue(p.blocks())))
          .append("</td><td>")
          .append(Page.escape(Numbers.pValue(p.mcNemar())))
          .append("</td></tr>");
    }
    return s.append(
            "</tbody></table></div><p class=\"soft\">McNemar's test takes events as independent and is too sure of itself on a stream; the block bootstrap does not.</p>")
        .toString();
  }
}
