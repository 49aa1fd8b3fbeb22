package org.freshet.evaluate.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.Importance;

/** What the columns mattered to the model over the stream, those that mattered most at any time. */
final class ImportanceCurves {
  /** Columns shown: a page has as many colours. */
  private static final int MOST = 5;

  /** A column that never had this share is not shown. */
  private static final double LEAST = 0.001;

  private static final String NOTHING = "no measurement with a split: the stream was too short";

  private final Evaluation e;
  private final boolean attributed;
  private final List<String> names;

  ImportanceCurves(Evaluation e) {
    this.e = e;
    this.attributed = e.importance().stream().noneMatch(i -> i.attribution().isEmpty());
    Map<String, Double> top = new LinkedHashMap<>();
    for (Importance i : e.importance()) {
      shares(i).forEach((name, share) -> top.merge(name, share, Math::max));
    }
    List<String> all = new ArrayList<>(top.keySet());
    all.removeIf(name -> top.get(name) < LEAST);
    all.sort(Comparator.comparingDouble(name -> -top.get(name)));
    this.names = all.subList(0, Math.min(MOST, all.size()));
  }

  private Map<String, Double> shares(Importance i) {
    return attributed ? i.attribution() : i.splitGain();
  }

  private double[] series(String name) {
    return e.importance().stream().mapToDouble(i -> shares(i).getOrDefault(name, 0.0)).toArray();
  }

  private String what() {
    return attributed
        ? "share in what columns add to the answers (TreeSHAP)"
        : "share in the gain of the splits";
  }

  /** A line a column: its last share and its course. */
  void text(StringBuilder s, int width) {
    if (names.isEmpty()) {
      s.append("  importance            ").append(NOTHING).append('\n');
      return;
    }
    s.append("  importance            ").append(what()).append('\n');
    for (String name : names) {
      double[] y = series(name);
      String shown = name.length() <= 20 ? name : name.substring(0, 19) + "…";
      s.append(
          String.format(
              Locale.ROOT,
              "    %-20s%6.1f %%  %s%n",
              shown,
              100 * y[y.length - 1],
              Sparkline.of(y, Math.max(10, Math.min(width - 36, 60)))));
    }
  }

  String html() {
    if (names.isEmpty()) {
      return "<p>" + NOTHING + "</p>";
    }
    LineChart c = new LineChart("What the columns matter", what(), true).end(e.events());
    long[] x = e.importance().stream().mapToLong(Importance::event).toArray();
    for (int i = names.size() - 1; i >= 0; i--) {
      c.line(Page.shortName(names.get(i)), "c" + i, "", x, series(names.get(i)));
    }
    c.drifts(e.trueDrifts(), e.drifts().stream().mapToLong(Evaluation.Drift::event).toArray());
    return c.html();
  }
}
