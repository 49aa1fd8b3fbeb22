package org.freshet.serve.meter;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.engine.Rolling;
import org.freshet.engine.section.LimitsSection;
import org.freshet.runtime.Live;
import org.freshet.runtime.SinkState;
import org.freshet.runtime.contest.Standing;

/** What the page asks for each second of a live pipeline. */
final class PageJson extends PageWriter {
  private final Meters meters;
  private final Live live;

  PageJson(Meters meters) {
    this.meters = meters;
    this.live = meters.live();
  }

  @Override
  void fields(long after, long from) throws IOException {
    state();
    models();
    labels();
    budgets();
    places();
    experts();
    watches();
    points(meters.history(), meters.qualities().keySet(), after);
    log(meters.log(), from);
  }

  private void state() throws IOException {
    Schema schema = meters.schema();
    out.writeObjectFieldStart("state");
    out.writeStringField("name", meters.file().name());
    out.writeNumberField("begun", meters.begun());
    out.writeBooleanField("running", live.running() && !live.stopping());
    out.writeBooleanField("paused", live.paused());
    out.writeStringField("trouble", live.trouble());
    out.writeStringField("task", task(schema));
    out.writeStringField("label", schema == null ? null : schema.labelName());
    out.writeArrayFieldStart("classes");
    for (int i = 0; schema != null && schema.labels() != null && i < schema.labels().size(); i++) {
      out.writeString(schema.labels().name(i));
    }
    out.writeEndArray();
    out.writeStringField("model", meters.vitals().model());
    out.writeNumberField("answers", meters.vitals().answers());
    out.writeNumberField("events", meters.events());
    out.writeNumberField("waiting", live.waiting());
    out.writeNumberField("shed", live.shed());
    out.writeNumberField("drifts", meters.drifts().ever());
    out.writeEndObject();
  }

  private static String task(Schema schema) {
    if (schema == null) {
      return null;
    }
    return switch (schema.target()) {
      case CLASS -> "classification";
      case NUMBER -> "regression";
      default -> "several";
    };
  }

  private void models() throws IOException {
    out.writeArrayFieldStart("models");
    for (Map.Entry<String, Rolling> e : meters.qualities().entrySet()) {
      Rolling q = e.getValue();
      out.writeStartObject();
      out.writeStringField("name", e.getKey());
      standing(e.getKey());
      number("short", q.ofShort());
      number("long", q.ofLong());
      out.writeNumberField("labels", q.labels());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /** What a model is now, and how it does beside the champion. */
  private void standing(String name) throws IOException {
    List<Standing> all = meters.vitals().standings();
    boolean contest = all.size() > 1;
    for (Standing s : all) {
      if (contest && s.name().equals(name)) {
        String role = s.champion() ? "champion" : s.fallback() ? "fallback" : "challenger";
        out.writeStringField("role", role);
        out.writeBooleanField("answers", s.answers());
        if (!s.champion()) {
          out.writeNumberField("better", s.better());
          out.writeNumberField("worse", s.worse());
          number("p", s.p());
        }
        return;
      }
    }
    boolean answered = name.equals(Meters.CHAMPION);
    out.writeStringField("role", !answered ? "baseline" : contest ? "answered" : "champion");
  }

  private void labels() throws IOException {
    Vitals v = meters.vitals();
    out.writeObjectFieldStart("labels");
    out.writeNumberField("pending", v.pending());
    out.writeNumberField("limit", meters.file().labels().pending());
    out.writeNumberField("spilled", v.spilled());
    out.writeNumberField("dropped", v.dropped());
    out.writeNumberField("learnt", v.labels().learnt());
    out.writeNumberField("early", v.labels().early());
    out.writeNumberField("duplicate", v.labels().duplicate());
    out.writeNumberField("corrected", v.labels().corrected());
    out.writeNumberField("unknown", v.labels().unknown());
    out.writeNumberField("late", v.labels().late());
    out.writeNumberField("timed_out", v.labels().timedOut());
    out.writeNumberField("refused", v.labels().refused());
    out.writeNumberField("delays", v.delays());
    number("delay50", v.delay50());
    number("delay90", v.delay90());
    number("delay99", v.delay99());
    out.writeEndObject();
  }

  private void budgets() throws IOException {
    LimitsSection.Parameters limits = meters.file().live().limits();
    out.writeArrayFieldStart("budgets");
    budget("memory", meters.vitals().memoryBytes(), limits.memory(), "bytes");
    budget("disk", meters.disk().all(), limits.disk(), "bytes");
    double latency = limits.latency() == null ? 0 : limits.latency().length() / 1000.0;
    budget("latency", Double.NaN, latency, "seconds"); // the page has it from the points
    budget("waiting labels", meters.vitals().pending(), meters.file().labels().pending(), "");
    if (meters.file().labels().ask() != null) {
      Vitals.Asked asked = meters.vitals().asked();
      budget("labels asked", asked.spent(), asked.limit(), "");
    }
    ExpertVitals experts = meters.vitals().experts();
    if (experts != null) {
      budget("questions to experts", experts.inFlight(), limits.inFlight(), "");
    }
    budget("queue", live.waiting(), limits.queue(), "");
    out.writeEndArray();
    out.writeObjectFieldStart("snapshot");
    number("age", meters.snapshotAge());
    out.writeNumberField("bytes", meters.snapshotBytes());
    number("seconds", meters.snapshotSeconds());
    out.writeNumberField("journal", meters.disk().journal());
    out.writeEndObject();
  }

  private void experts() throws IOException {
    ExpertVitals v = meters.vitals().experts();
    if (v == null) {
      return;
    }
    out.writeArrayFieldStart("experts");
    for (ExpertVitals.One e : v.each()) {
      out.writeStartObject();
      out.writeStringField("name", e.name());
      out.writeNumberField("calls", e.calls());
      out.writeNumberField("useless", e.useless());
      number("cost", e.cost());
      number("accuracy", meters.experts().accuracy(e.name()));
      out.writeEndObject();
    }
    out.writeEndArray();
    number("saved_seconds", v.savedSeconds());
    number("saved_cost", v.savedCost());
  }

  private void places() throws IOException {
    out.writeArrayFieldStart("feeds");
    for (Feed f : live.feeds()) {
      out.writeStartObject();
      out.writeStringField("name", f.name());
      out.writeNumberField("lag", f.lag());
      out.writeNumberField("bad", f.badRecords());
      out.writeStringField("trouble", f.trouble());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("sinks");
    for (SinkState s : live.sinks()) {
      out.writeStartObject();
      out.writeStringField("name", s.name());
      out.writeNumberField("waiting", s.waiting());
      out.writeNumberField("written", s.written());
      out.writeStringField("trouble", s.trouble());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private void watches() throws IOException {
    out.writeArrayFieldStart("watches");
    for (Map.Entry<Watches.Key, Watches.Measured> e : meters.watches().all().entrySet()) {
      out.writeStartObject();
      out.writeStringField("watch", e.getKey().watch());
      out.writeStringField("of", e.getKey().of());
      number("value", e.getValue().value());
      number("limit", e.getValue().limit());
      out.writeArrayFieldStart("trail");
      for (float v : e.getValue().trail()) {
        number(v);
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
