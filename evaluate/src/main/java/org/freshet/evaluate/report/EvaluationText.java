package org.freshet.evaluate.report;

import java.util.Map;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.metrics.BlindLabels;

/** An evaluation as plain text for a terminal. */
public final class EvaluationText {
  private static final int RECALLS = 10;

  private EvaluationText() {}

  /**
   * @param width of the terminal in characters
   */
  public static String of(Evaluation e, int width) {
    StringBuilder s = new StringBuilder();
    s.append(e.setup().stream()).append("  ·  ").append(e.setup().model()).append('\n');
    line(
        s,
        "events",
        Numbers.count(e.events()) + "  labels " + Numbers.count(e.labels()) + delay(e));
    if (e.asked() != null) {
      line(s, "labels asked", asked(e.asked()));
    }
    if (e.labels() > 0) {
      scores(s, e);
      curve(s, e, width);
    }
    drift(s, e);
    if (e.experts() != null) {
      ExpertText.lines(e.experts()).forEach((name, value) -> line(s, name, value));
    }
    if (e.continual() != null) {
      ContinualText.add(e, s);
    }
    if (e.importance() != null) {
      new ImportanceCurves(e).text(s, width);
    }
    line(
        s,
        "time",
        Numbers.seconds(e.seconds())
            + "  "
            + Numbers.compact(e.eventsPerSecond())
            + " events/s  model "
            + Numbers.bytes(e.modelBytes()));
    return s.toString();
  }

  private static String delay(Evaluation e) {
    return e.setup().delay().equals("0 events") ? "" : "  labels " + e.setup().delay() + " late";
  }

  /** How many labels were asked for, of what budget, and by whom. */
  static String asked(Evaluation.Asked a) {
    String cost = a.priced() ? ", which cost " + Numbers.plain(a.spent()) : "";
    String bits =
        a.bits() == a.fullBits()
            ? ""
            : ", in "
                + Numbers.count(Math.rint(a.bits()))
                + " bits where full questions take "
                + Numbers.count(Math.rint(a.fullBits()));
    return Numbers.count(a.labels())
        + ", "
        + Numbers.percent(a.share())
        + " of the events"
        + cost
        + bits
        + "  budget "
        + a.budget()
        + "  by "
        + a.strategy();
  }

  static void line(StringBuilder s, String name, String value) {
    s.append("  ")
        .append(name)
        .append(" ".repeat(Math.max(1, 22 - name.length())))
        .append(value)
        .append('\n');
  }

  private static void scores(StringBuilder s, Evaluation e) {
    String main = e.mainMetric();
    for (Map.Entry<String, Double> m : e.metrics().entrySet()) {
      line(s, m.getKey(), pad(Numbers.metric(m.getKey(), m.getValue())));
    }
    e.baselines()
        .forEach((name, m) -> line(s, "baseline " + name, pad(Numbers.metric(main, m.get(main)))));
    if (e.nearFuture() != null) {
      line(
          s,
          "near future",
          pad(Numbers.metric(main, e.nearFuture().main()))
              + "  labels "
              + e.nearFutureShift()
              + " events late");
    }
    if (e.frozen() != null) {
      line(
          s,
          "frozen",
          pad(Numbers.metric(main, e.frozen().main()))
              + "  after "
              + Numbers.count(e.setup().options().freezeAfter())
              + " records");
    }
    if (e.asked() != null && e.isClassification()) {
      recalls(s, e.classes());
    }
    if (e.isClassification()) {
      line(s, "blind last label", blind(e.classes().blind()));
    }
  }

  /** Recall of each class, which a budget may take from the rare ones. */
  private static void recalls(StringBuilder s, Evaluation.Classes c) {
    for (int k = 0; k < Math.min(c.counts().labels(), RECALLS); k++) {
      if (c.counts().actual(k) > 0) {
        line(s, "recall of " + c.name(k), pad(Numbers.percent(c.counts().recall(k))));
      }
    }
  }

  static String pad(String v) {
    return " ".repeat(Math.max(0, 9 - v.length())) + v;
  }

  private static String blind(BlindLabels b) {
    double now = b.accuracy(0);
    if (Double.isNaN(now)) {
      return "–";
    }
    int falls = b.fallsToChance();
    return pad(Numbers.percent(now))
        + "  at shift 0; "
        + (falls < 0 ? "above chance at every shift" : "falls to chance at shift " + falls);
  }

  private static void curve(StringBuilder s, Evaluation e, int width) {
    if (e.curve().points() < 2) {
      return;
    }
    int room = Math.max(10, Math.min(width - 26, 80));
    line(s, "model over time", Sparkline.of(e.curve().series(0), room));
    line(s, "no change", Sparkline.of(e.curve().series(1), room));
    if (e.coverage() != null) {
      line(s, "coverage over time", Sparkline.of(e.curve().series(3), room));
    }
  }

  private static void drift(StringBuilder s, Evaluation e) {
    if (e.driftsTotal() > 0) {
      line(s, "drifts reported", Numbers.count(e.driftsTotal()));
    }
    if (e.driftScore() != null) {
      line(
          s,
          "true drifts",
          e.driftScore().drifts()
              + ": "
              + e.driftScore().found()
              + " found, "
              + e.driftScore().missed()
              + " missed, "
              + e.driftScore().falseAlarms()
              + " false alarms");
    }
  }
}
