package org.freshet.evaluate.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.ExpertUse;
import org.freshet.evaluate.Importance;
import org.freshet.evaluate.metrics.BlindLabels;
import org.freshet.evaluate.metrics.ConfusionMatrix;
import org.freshet.evaluate.metrics.Curve;
import org.freshet.evaluate.metrics.DriftScore;

/**
 * An evaluation as JSON for programs. The fields up to {@code drifts} are a contract; a field that
 * does not apply is absent, and so is a metric that is not defined.
 */
public final class EvaluationJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NEW = JsonNodeFactory.instance;

  private EvaluationJson() {}

  /** Pretty text, one field a line. */
  public static String text(Evaluation e) {
    return of(e).toPrettyString() + "\n";
  }

  public static ObjectNode of(Evaluation e) {
    ObjectNode o = MAPPER.createObjectNode();
    contract(e, o);
    more(e, o);
    return o;
  }

  private static void contract(Evaluation e, ObjectNode o) {
    o.put("stream", e.setup().stream());
    o.put("model", e.setup().model());
    o.put("seed", e.setup().seed());
    o.put("events", e.events());
    o.put("labels", e.labels());
    o.put("threads", e.setup().threads());
    o.set("metrics", numbers(e.metrics()));
    if (e.experts() != null) {
      experts(e.experts(), o);
    }
    ObjectNode baselines = o.putObject("baselines");
    e.baselines().forEach((name, m) -> baselines.set(name, numbers(m)));
    o.put("seconds", e.seconds());
    ArrayNode passes = o.putArray("pass_seconds");
    e.passSeconds().forEach(passes::add);
    if (e.eventsPerSecond() > 0) {
      o.put("events_per_second", e.eventsPerSecond());
    }
    o.put("model_bytes", e.modelBytes());
    o.put("ram_hours", e.ramHours());
    ArrayNode drifts = o.putArray("drifts");
    for (Evaluation.Drift d : e.drifts()) {
      drifts.addObject().put("event", d.event()).put("source", d.source());
    }
  }

  private static void more(Evaluation e, ObjectNode o) {
    o.put("drifts_total", e.driftsTotal());
    o.put("delay", e.setup().delay());
    ObjectNode window = numbers(e.window());
    window.put("size", e.setup().options().window());
    o.set("window", window);
    ObjectNode fading = numbers(e.fading());
    fading.put("factor", e.setup().options().fading());
    o.set("fading", fading);
    if (e.driftScore() != null) {
      o.set("drift_detection", drifts(e));
    }
    if (e.asked() != null) {
      o.put("labels_asked", e.asked().labels());
      o.put("labels_asked_share", e.asked().share());
      if (e.asked().priced()) {
        o.put("labels_cost", e.asked().spent());
      }
      if (e.isClassification()) {
        o.put("questions_bits", e.asked().bits());
        o.put("questions_bits_full", e.asked().fullBits());
      }
      o.put("budget", e.asked().budget());
      o.put("ask", e.asked().strategy());
      replies(e.asked().replies(), o);
    }
    if (e.isClassification()) {
      o.set("recall", recall(e.classes()));
      o.set("per_class", perClass(e.classes()));
      o.set("confusion", confusion(e.classes()));
      o.set("blind", blind(e.classes().blind()));
    }
    if (e.nearFuture() != null) {
      ObjectNode near = o.putObject("near_future");
      near.put("shift", e.nearFutureShift());
      e.nearFuture().metrics().forEach(near::put);
    }
    if (e.frozen() != null) {
      ObjectNode frozen = o.putObject("frozen");
      frozen.put("learnt_from", e.setup().options().freezeAfter());
      e.frozen().metrics().forEach(frozen::put);
    }
    if (e.importance() != null) {
      ArrayNode all = o.putArray("importance");
      for (Importance i : e.importance()) {
        ObjectNode one = all.addObject().put("event", i.event());
        if (!i.attribution().isEmpty()) {
          one.set("attribution", numbers(i.attribution()));
        }
        one.set("split_gain", numbers(i.splitGain()));
      }
    }
    if (e.continual() != null) {
      ContinualJson.add(e, o);
    }
    o.set("curve", curve(e));
  }

  private static void experts(ExpertUse use, ObjectNode o) {
    accounts(use.all(), "expert_", o);
    o.put("expert_share", use.share());
    o.put("expert_cost_saved", use.savedCost());
    o.put("expert_seconds_saved", use.savedNanos() / 1e9);
    if (use.each().size() > 1) {
      ArrayNode all = o.putArray("experts");
      use.each().forEach(one -> accounts(one, "", all.addObject().put("name", one.name())));
    }
  }

  private static void accounts(ExpertUse.One one, String prefix, ObjectNode o) {
    o.put(prefix + "calls", one.calls());
    o.put(prefix + "cost", one.cost());
    if (one.judged() > 0) {
      o.put(prefix + "accuracy", one.accuracy());
    }
    o.put(prefix + "tokens", one.tokens());
    o.put(prefix + "useless", one.useless());
    o.put(prefix + "seconds", one.nanos() / 1e9);
  }

  static ObjectNode numbers(Map<String, Double> m) {
    ObjectNode o = NEW.objectNode();
    m.forEach(o::put);
    return o;
  }

  private static ObjectNode drifts(Evaluation e) {
    DriftScore s = e.driftScore();
    ObjectNode o = NEW.objectNode();
    ArrayNode at = o.putArray("true");
    for (long t : e.trueDrifts()) {
      at.add(t);
    }
    o.put("tolerance", e.setup().options().tolerance());
    o.put("found", s.found());
    o.put("missed", s.missed());
    if (s.found() > 0) {
      o.put("mean_delay", s.meanDelay());
    }
    o.put("false_alarms", s.falseAlarms());
    o.put("repeats", s.repeats());
    return o;
  }

  private static ArrayNode perClass(Evaluation.Classes c) {
    ArrayNode all = NEW.arrayNode();
    for (int k = 0; k < Math.min(c.counts().labels(), ConfusionMatrix.LIMIT); k++) {
      all.addObject()
          .put("label", c.name(k))
          .put("support", c.counts().actual(k))
          .put("precision", c.counts().precision(k))
          .put("recall", c.counts().recall(k))
          .put("f1", c.counts().f1(k));
    }
    return all;
  }

  private static void replies(Evaluation.Asked.Replies r, ObjectNode o) {
    o.put("question", r.question());
    if (!Double.isNaN(r.coverage())) {
      o.put("questions_coverage", r.coverage());
      o.put("questions_coverage_promised", r.promised());
    }
    if (!r.annotators().isEmpty()) {
      ArrayNode all = o.putArray("annotators");
      for (Evaluation.Asked.Replies.Annotator a : r.annotators()) {
        ObjectNode one = all.addObject();
        one.put("name", a.name()).put("questions", a.questions()).put("estimated_error", a.error());
      }
    }
  }

  /** By name, of the classes that occurred. */
  private static ObjectNode recall(Evaluation.Classes c) {
    ObjectNode o = NEW.objectNode();
    for (int k = 0; k < Math.min(c.counts().labels(), ConfusionMatrix.LIMIT); k++) {
      if (c.counts().actual(k) > 0) {
        o.put(c.name(k), c.counts().recall(k));
      }
    }
    return o;
  }

  private static ArrayNode confusion(Evaluation.Classes c) {
    ArrayNode rows = NEW.arrayNode();
    for (int label = 0; label < c.confusion().labels(); label++) {
      ArrayNode row = rows.addArray();
      for (int answer = 0; answer < c.confusion().labels(); answer++) {
        row.add(c.confusion().cell(label, answer));
      }
    }
    return rows;
  }

  private static ObjectNode blind(BlindLabels b) {
    ObjectNode o = NEW.objectNode();
    int falls = b.fallsToChance();
    if (falls >= 0) {
      o.put("falls_to_chance", falls);
    }
    ArrayNode shifts = o.putArray("shifts");
    for (int s : BlindLabels.shown()) {
      double a = b.accuracy(s);
      if (Double.isFinite(a)) {
        shifts.addObject().put("shift", s).put("accuracy", a);
      }
    }
    return o;
  }

  private static ObjectNode curve(Evaluation e) {
    ObjectNode o = NEW.objectNode();
    Curve c = e.curve();
    List<String> names = new ArrayList<>();
    names.add(e.mainMetric());
    names.add("no_change");
    names.add(e.otherBaseline());
    if (e.coverage() != null) {
      names.add("coverage");
      names.add(e.coverage().sizeName());
    }
    o.put("window", e.setup().options().window());
    ArrayNode event = o.putArray("event");
    for (int i = 0; i < c.points(); i++) {
      event.add(c.event(i));
    }
    for (int s = 0; s < names.size(); s++) {
      ArrayNode a = o.putArray(names.get(s));
      for (double v : c.series(s)) {
        if (Double.isFinite(v)) {
          a.add(v);
        } else {
          a.addNull();
        }
      }
    }
    return o;
  }
}
