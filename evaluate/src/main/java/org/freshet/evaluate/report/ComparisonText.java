package org.freshet.evaluate.report;

import java.util.Locale;
import org.freshet.evaluate.Comparison;
import org.freshet.evaluate.stats.Ranking;

/** A comparison as plain text for a terminal. */
public final class ComparisonText {
  private ComparisonText() {}

  public static String of(Comparison c) {
    StringBuilder s = new StringBuilder();
    for (int j = 0; j < c.models().size(); j++) {
      s.append("  [").append(j + 1).append("] ").append(c.models().get(j)).append('\n');
    }
    int name =
        Math.max(
            12, c.streams().stream().map(Page::shortName).mapToInt(String::length).max().orElse(0));
    s.append('\n').append(pad(c.metric(), name));
    for (int j = 1; j <= c.models().size(); j++) {
      s.append(right("[" + j + "]", 22));
    }
    s.append(right("no change", 12))
        .append(right(c.higherIsBetter() ? "majority" : "mean", 12))
        .append('\n');
    for (int i = 0; i < c.streams().size(); i++) {
      s.append(pad(Page.shortName(c.streams().get(i)), name));
      for (int j = 0; j < c.models().size(); j++) {
        double half = (c.intervals()[i][j].high() - c.intervals()[i][j].low()) / 2;
        s.append(
            right(
                Numbers.metric(c.metric(), c.scores()[i][j])
                    + " ±"
                    + Numbers.metric(c.metric(), half),
                22));
      }
      s.append(right(Numbers.metric(c.metric(), c.baselines()[i][0]), 12));
      s.append(right(Numbers.metric(c.metric(), c.baselines()[i][1]), 12)).append('\n');
    }
    ranks(s, c, name);
    pairs(s, c);
    return s.toString();
  }

  private static void ranks(StringBuilder s, Comparison c, int name) {
    Ranking r = c.ranking();
    s.append(pad("average rank", name));
    for (double rank : r.averageRanks()) {
      s.append(right(String.format(Locale.ROOT, "%.2f", rank), 22));
    }
    s.append('\n');
    if (c.streams().size() > 1) {
      s.append(
          String.format(
              Locale.ROOT,
              "Friedman (Iman-Davenport) %s; ranks further apart than %.2f differ (Nemenyi, 5 %%)%n",
              Numbers.pValue(r.pValue()),
              r.criticalDifference()));
      if (c.models().size() == 2) {
        s.append("Wilcoxon signed-rank over the streams ")
            .append(Numbers.pValue(c.wilcoxon(0, 1)))
            .append('\n');
      }
    }
  }

  private static void pairs(StringBuilder s, Comparison c) {
    for (Comparison.Pair p : c.pairs()) {
      s.append("  ")
          .append(Page.shortName(c.streams().get(p.stream())))
          .append(": [")
          .append(p.first() + 1)
          .append("] - [")
          .append(p.second() + 1)
          .append("] = ")
          .append(Numbers.metric(c.metric(), p.difference().mean()))
          .append(" (")
          .append(Numbers.metric(c.metric(), p.difference().low()))
          .append(" … ")
          .append(Numbers.metric(c.metric(), p.difference().high()))
          .append("), block bootstrap ")
          .append(Numbers.pValue(p.blocks()))
          .append('\n');
    }
  }

  private static String pad(String v, int width) {
    return v + " ".repeat(Math.max(1, width + 1 - v.length()));
  }

  private static String right(String v, int width) {
    return " ".repeat(Math.max(1, width - v.length())) + v;
  }
}
