package org.freshet.evaluate.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.metrics.BlindLabels;
import org.freshet.evaluate.metrics.Calibration;
import org.freshet.evaluate.metrics.ConfusionMatrix;
import org.freshet.evaluate.metrics.Curve;
import org.freshet.evaluate.metrics.DriftScore;

/** An evaluation as one self-contained page. */
public final class EvaluationHtml {
  private static final int SHOWN_CLASSES = 20;
  private final Evaluation e;
  private final boolean classes;

  private EvaluationHtml(Evaluation e) {
    this.e = e;
    this.classes = e.isClassification();
  }

  /** The whole page. */
  public static String of(Evaluation e) {
    return new EvaluationHtml(e).page();
  }

  private String page() {
    Page page = new Page("Freshet: " + Page.shortName(e.setup().stream()));
    page.html(
        "<p class=\"soft\">Freshet · prequential evaluation: every event is predicted before its label is learnt</p>");
    page.html("<h1>" + Page.escape(Page.shortName(e.setup().stream())) + "</h1>");
    page.html("<p><code>" + Page.escape(e.setup().model()) + "</code></p>");
    if (e.labels() == 0) {
      page.section(
          "Nothing to score",
          "<p>The stream gave " + Numbers.count(e.events()) + " events and no label.</p>");
    } else {
      page.html(tiles());
      if (e.continual() != null) {
        page.section("What is kept of each task", ContinualHtml.of(e));
      }
      page.section("Over the stream", verdict() + chart());
      if (e.coverage() != null) {
        page.section("How often the truth was inside", coverage());
      }
      page.section("Metrics", metrics());
      if (classes) {
        page.section("How much the labels alone give away", blind());
        page.html("<div class=\"pair\">");
        page.section("Classes", perClass());
        page.section("Calibration", calibration());
        page.html("</div>");
        page.section("Confusion", confusion());
      }
    }
    if (e.driftScore() != null || e.driftsTotal() > 0) {
      page.section("Drift", drift());
    }
    if (e.experts() != null) {
      page.section("What the expert was asked", ExpertText.html(e.experts()));
    }
    if (e.importance() != null) {
      page.section("What the columns matter", new ImportanceCurves(e).html());
    }
    page.section("What was run", setup());
    return page.toString();
  }

  private static String tile(String value, String name) {
    return "<div class=\"tile\"><b>"
        + Page.escape(value)
        + "</b><span>"
        + Page.escape(name)
        + "</span></div>";
  }

  private String tiles() {
    StringBuilder s = new StringBuilder("<div class=\"tiles\">");
    Map<String, Double> m = e.metrics();
    boolean sets = m.containsKey("f1_micro");
    if (classes) {
      s.append(tile(Numbers.percent(m.get("accuracy")), "accuracy"));
      s.append(tile(Numbers.percent(baseline("no_change")), "no change"));
      s.append(tile(Numbers.plain(m.getOrDefault("kappa_t", Double.NaN)), "kappa-T"));
    } else {
      s.append(tile(Numbers.plain(e.main()), Numbers.title(e.mainMetric())));
      s.append(tile(Numbers.plain(baseline("no_change")), "no change"));
      s.append(
          tile(
              Numbers.plain(m.getOrDefault(sets ? "f1_micro" : "r2", Double.NaN)),
              sets ? "F1, micro" : "R²"));
    }
    s.append(tile(Numbers.count(e.events()), "events"));
    if (e.asked() != null) {
      s.append(tile(Numbers.percent(e.asked().share()), "labels asked"));
    }
    s.append(tile(Numbers.compact(e.eventsPerSecond()), "events a second"));
    s.append(tile(Numbers.bytes(e.modelBytes()), "model"));
    return s.append("</div>").toString();
  }

  private double baseline(String name) {
    Map<String, Double> m = e.baselines().getOrDefault(name, Map.of());
    return m.getOrDefault(e.mainMetric(), Double.NaN);
  }

  private String other() {
    return e.otherBaseline();
  }

  /** Says plainly whether the model beats the better baseline. */
  private String verdict() {
    double same = baseline("no_change");
    double most = baseline(other());
    double best = classes ? Math.max(same, most) : Math.min(same, most);
    String name = best == same ? "“same as the last one”" : "“the " + other() + " so far”";
    double gain = classes ? e.main() - best : best - e.main();
    String by =
        classes
            ? String.format(Locale.ROOT, "%.2f points", 100 * Math.abs(gain))
            : Numbers.plain(Math.abs(gain)) + " of " + Numbers.title(e.mainMetric());
    return gain > 0
        ? "<p><b class=\"good\">Better</b> than "
            + name
            + ", the stronger baseline, by "
            + by
            + ".</p>"
        : "<p><b class=\"bad\">Not better</b> than "
            + name
            + ", which needs no features: behind by "
            + by
            + ".</p>";
  }

  private String chart() {
    String what = Numbers.title(e.mainMetric());
    int window = e.setup().options().window();
    String name = what + " of the last " + Numbers.count(window) + " labels";
    LineChart c = new LineChart(name, name, classes).end(e.events());
    long[] x = events(e.curve());
    c.line(other(), "c2", "2 4", x, e.curve().series(2));
    c.line("no change", "c1", "6 4", x, e.curve().series(1));
    if (e.frozen() != null) {
      c.line("frozen", "c3", "", events(e.frozen().curve()), e.frozen().curve().series(0));
    }
    if (e.nearFuture() != null) {
      c.line(
          "near future",
          "c4",
          "",
          events(e.nearFuture().curve()),
          e.nearFuture().curve().series(0));
    }
    c.line("model", "c0", "", x, e.curve().series(0));
    c.drifts(e.trueDrifts(), e.drifts().stream().mapToLong(Evaluation.Drift::event).toArray());
    return c.html();
  }

  private String coverage() {
    int window = e.setup().options().window();
    String name = "coverage of the last " + Numbers.count(window) + " labels";
    LineChart c = new LineChart(name, name, true).end(e.events());
    long[] x = events(e.curve());
    double[] nominal = new double[x.length];
    Arrays.fill(nominal, e.coverage().nominal());
    c.line("nominal", "c1", "6 4", x, nominal);
    c.line("coverage", "c0", "", x, e.curve().series(3));
    c.drifts(e.trueDrifts(), e.drifts().stream().mapToLong(Evaluation.Drift::event).toArray());
    String sizeName = e.coverage().sizeName();
    String what = Numbers.title(sizeName) + " over the last " + Numbers.count(window) + " labels";
    LineChart size = new LineChart(what, what, false).end(e.events());
    size.line("mean", "c0", "", x, e.curve().series(4));
    Map<String, Double> m = e.metrics();
    return "<p>"
        + (classes ? "Sets" : "Intervals")
        + " meant to hold "
        + Numbers.percent(e.coverage().nominal())
        + " of the truths held "
        + Numbers.percent(m.getOrDefault("coverage", Double.NaN))
        + "; "
        + Page.escape(Numbers.title(sizeName))
        + " "
        + Numbers.plain(m.getOrDefault(sizeName, Double.NaN))
        + ".</p>"
        + c.html()
        + size.html();
  }

  private static long[] events(Curve c) {
    long[] x = new long[c.points()];
    for (int i = 0; i < x.length; i++) {
      x[i] = c.event(i);
    }
    return x;
  }

  private String metrics() {
    StringBuilder s =
        new StringBuilder(
            "<div class=\"scroll\"><table><thead><tr><th>metric</th><th>whole stream</th><th>last ");
    s.append(Numbers.count(e.setup().options().window())).append("</th><th>fading</th>");
    e.baselines()
        .keySet()
        .forEach(b -> s.append("<th>").append(Page.escape(b.replace('_', ' '))).append("</th>"));
    if (e.nearFuture() != null) {
      s.append("<th>near future</th>");
    }
    if (e.frozen() != null) {
      s.append("<th>frozen</th>");
    }
    s.append("</tr></thead><tbody>");
    for (String name : e.metrics().keySet()) {
      s.append("<tr><td>").append(Page.escape(Numbers.title(name))).append("</td>");
      cell(s, name, e.metrics());
      cell(s, name, e.window());
      cell(s, name, e.fading());
      e.baselines().values().forEach(b -> cell(s, name, b));
      if (e.nearFuture() != null) {
        cell(s, name, e.nearFuture().metrics());
      }
      if (e.frozen() != null) {
        cell(s, name, e.frozen().metrics());
      }
      s.append("</tr>");
    }
    s.append("</tbody></table></div><p class=\"soft\">");
    return s.append(notes()).append("</p>").toString();
  }

  private String notes() {
    String s =
        "Fading: an event i steps back counts " + e.setup().options().fading() + "<sup>i</sup>.";
    if (e.nearFuture() != null) {
      s +=
          " Near future: the same model with labels "
              + Numbers.count(e.nearFutureShift())
              + " events late, its baselines too.";
    }
    if (e.frozen() != null) {
      s +=
          " Frozen: the same model, learning from the first "
              + Numbers.count(e.setup().options().freezeAfter())
              + " records only.";
    }
    return s;
  }

  private static void cell(StringBuilder s, String name, Map<String, Double> m) {
    Double v = m.get(name);
    s.append("<td>").append(v == null ? "" : Page.escape(Numbers.metric(name, v))).append("</td>");
  }

  private String blind() {
    BlindLabels b = e.classes().blind();
    StringBuilder s =
        new StringBuilder(
            "<p class=\"soft\">Accuracy of the label of S + 1 events ago, without any feature.");
    s.append(" Always answering the most frequent label gives ")
        .append(Numbers.percent(b.chance()))
        .append(". ");
    int falls = b.fallsToChance();
    s.append(
        falls < 0
            ? "The blind answer does not fall to that at any shift looked at."
            : "The blind answer has fallen to that at shift " + falls + ".");
    s.append("</p><div class=\"scroll\"><table><thead><tr><th>shift S</th>");
    StringBuilder row = new StringBuilder("<tr><td>blind last label</td>");
    for (int shift : BlindLabels.shown()) {
      double a = b.accuracy(shift);
      if (!Double.isNaN(a)) {
        s.append("<th>").append(shift).append("</th>");
        row.append("<td>").append(Numbers.percent(a)).append("</td>");
      }
    }
    return s.append("</tr></thead><tbody>")
        .append(row)
        .append("</tr></tbody></table></div>")
        .toString();
  }

  private String perClass() {
    StringBuilder s =
        new StringBuilder(
            "<div class=\"scroll\"><table><thead><tr><th>class</th><th>events</th><th>precision</th><th>recall</th><th>F1</th></tr></thead><tbody>");
    int n = e.classes().counts().labels();
    for (int k = 0; k < Math.min(n, SHOWN_CLASSES); k++) {
      s.append("<tr><td>")
          .append(Page.escape(e.classes().name(k)))
          .append("</td><td>")
          .append(Numbers.count(e.classes().counts().actual(k)))
          .append("</td><td>")
          .append(Numbers.percent(e.classes().counts().precision(k)))
          .append("</td><td>")
          .append(Numbers.percent(e.classes().counts().recall(k)))
          .append("</td><td>")
          .append(Numbers.percent(e.classes().counts().f1(k)))
          .append("</td></tr>");
    }
    return s.append("</tbody></table></div>").append(left(n)).toString();
  }

  private static String left(int n) {
    return n <= SHOWN_CLASSES
        ? ""
        : "<p class=\"soft\">" + (n - SHOWN_CLASSES) + " more classes are not shown.</p>";
  }

  private String calibration() {
    Calibration c = e.classes().calibration();
    StringBuilder s =
        new StringBuilder(
            "<svg class=\"plot\" viewBox=\"0 0 300 216\" role=\"img\" aria-label=\"calibration\">");
    s.append(
        "<path stroke=\"var(--line)\" fill=\"none\" d=\"M46 170L286 10\"/><path stroke=\"var(--soft)\" fill=\"none\" d=\"M46 10V170H286\"/>");
    double most = 0;
    for (int b = 0; b < Calibration.BINS; b++) {
      most = Math.max(most, c.weight(b));
    }
    for (int b = 0; b < Calibration.BINS; b++) {
      if (c.weight(b) > 0) {
        double r = 2 + 6 * Math.sqrt(c.weight(b) / most);
        s.append(
            String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"var(--c0)\" fill-opacity=\".75\"/>",
                46 + 240 * c.promised(b),
                170 - 160 * c.kept(b),
                r));
      }
    }
    for (int i = 0; i <= 100; i += 50) {
      s.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.0f\" y=\"186\" text-anchor=\"middle\">%d %%</text>",
              46 + 2.4 * i,
              i));
      s.append(
          String.format(
              Locale.ROOT,
              "<text x=\"40\" y=\"%.0f\" text-anchor=\"end\">%d %%</text>",
              174 - 1.6 * i,
              i));
    }
    s.append(
        "<text x=\"166\" y=\"208\" text-anchor=\"middle\">probability given to the answer</text>");
    s.append("<text x=\"52\" y=\"20\">share that was right</text></svg>");
    return s
        + "<p class=\"soft\">On the diagonal, answers are right as often as promised; the size of a dot is the share of answers. Expected calibration error "
        + Numbers.percent(c.error())
        + ".</p>";
  }

  private String confusion() {
    ConfusionMatrix m = e.classes().confusion();
    int n = Math.min(m.labels(), SHOWN_CLASSES);
    StringBuilder s =
        new StringBuilder(
            "<div class=\"scroll\"><table class=\"heat\"><thead><tr><th>true ↓ answer →</th>");
    for (int k = 0; k < n; k++) {
      s.append("<th>").append(Page.escape(e.classes().name(k))).append("</th>");
    }
    s.append("</tr></thead><tbody>");
    for (int r = 0; r < n; r++) {
      double all = Math.max(e.classes().counts().actual(r), 1e-300);
      s.append("<tr><td>").append(Page.escape(e.classes().name(r))).append("</td>");
      for (int k = 0; k < n; k++) {
        double share = m.cell(r, k) / all;
        s.append(
            String.format(
                Locale.ROOT,
                "<td style=\"background:rgba(var(--hot),%.2f)\" title=\"%.2f %% of its row\">%s</td>",
                0.55 * share,
                100 * share,
                m.cell(r, k) == 0 ? "·" : Numbers.count(m.cell(r, k))));
      }
      s.append("</tr>");
    }
    s.append("</tbody></table></div><p class=\"soft\">The shade is the share of the row.</p>");
    return s.append(left(m.labels())).toString();
  }

  private String drift() {
    StringBuilder s = new StringBuilder();
    DriftScore d = e.driftScore();
    if (d != null) {
      s.append("<p>Of ")
          .append(d.drifts())
          .append(" true drifts ")
          .append(d.found())
          .append(" found within ")
          .append(Numbers.count(e.setup().options().tolerance()))
          .append(" events, ")
          .append(d.missed())
          .append(" missed");
      s.append(
          d.found() > 0
              ? ", mean delay " + Numbers.count(Math.rint(d.meanDelay())) + " events"
              : "");
      s.append("; ")
          .append(d.falseAlarms())
          .append(" false alarms, ")
          .append(d.repeats())
          .append(" repeats.</p>");
    }
    s.append("<p>The model reported ")
        .append(Numbers.count(e.driftsTotal()))
        .append(e.driftsTotal() == 1 ? " drift" : " drifts");
    int shown = Math.min(12, e.drifts().size());
    for (int i = 0; i < shown; i++) {
      Evaluation.Drift f = e.drifts().get(i);
      s.append(i == 0 ? ": " : ", ")
          .append(Numbers.count(f.event()))
          .append(" <span class=\"soft\">")
          .append(Page.escape(f.source()))
          .append("</span>");
    }
    return s.append(shown < e.driftsTotal() && shown > 0 ? ", …</p>" : ".</p>").toString();
  }

  private String setup() {
    StringBuilder s = new StringBuilder("<dl>");
    row(s, "model", e.setup().model());
    row(s, "stream", e.setup().stream());
    row(s, "events", Numbers.count(e.events()) + ", labels scored " + Numbers.count(e.labels()));
    row(
        s,
        "labels arrive",
        e.setup().delay().equals("0 events") ? "at once" : "after " + e.setup().delay());
    if (e.asked() != null) {
      row(s, "labels asked", EvaluationText.asked(e.asked()) + "; metrics and baselines see all");
    }
    row(s, "seed", Long.toString(e.setup().seed()));
    row(s, "threads", Integer.toString(e.setup().threads()));
    row(
        s,
        "time",
        Numbers.seconds(e.seconds())
            + " of prediction and learning, "
            + Numbers.count(Math.rint(e.eventsPerSecond()))
            + " events a second; reading and metrics not counted");
    row(
        s,
        "memory",
        Numbers.bytes(e.modelBytes())
            + " at the end, "
            + String.format(Locale.ROOT, "%.2e", e.ramHours())
            + " GB-hours");
    row(s, "machine", Machine.words());
    return s.append("</dl>").toString();
  }

  private static void row(StringBuilder s, String name, String value) {
    s.append("<dt>")
        .append(Page.escape(name))
        .append("</dt><dd>")
        .append(Page.escape(value))
        .append("</dd>");
  }
}
