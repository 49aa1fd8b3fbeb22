package org.freshet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.freshet.core.Batch;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Fate;
import org.freshet.core.live.Records;
import org.freshet.engine.OpenQuestion;
import org.freshet.runtime.Replica;
import org.freshet.serve.meter.Meters;
import org.freshet.streams.live.AnswerJson;
import org.freshet.streams.live.BadEvent;
import org.freshet.streams.live.EventFields;
import org.freshet.streams.live.JsonBytes;
import org.freshet.streams.live.JsonEvents;

/** Events, labels and questions: what goes through the journal. */
final class RecordsApi {
  private static final int QUESTIONS = 20;
  private static final int WITH_FEATURES = 50;
  private static final int MOST_QUESTIONS = 1000;

  /** What a thread reads and writes with, made when the columns are known. */
  private record Tools(JsonEvents in, AnswerJson out) {}

  private final Door door;
  private final Meters meters;
  private final int maxBody;
  private final int maxBatch;
  private final ThreadLocal<Tools> tools =
      ThreadLocal.withInitial(
          () -> new Tools(new JsonEvents(schema(), EventFields.API), new AnswerJson(schema())));

  RecordsApi(Door door, Meters meters, int maxBody, int maxBatch) {
    this.door = door;
    this.meters = meters;
    this.maxBody = maxBody;
    this.maxBatch = maxBatch;
  }

  void add(Routes routes) {
    routes.post("/v1/events", Access.PREDICT, this::events);
    routes.post("/v1/labels", Access.LABEL, this::labels);
    routes.get("/v1/questions", Access.LABEL, this::questions);
    routes.post("/v1/questions/<id>", Access.LABEL, this::answer);
  }

  private Schema schema() {
    return door.live().schema();
  }

  private void events(Context ctx) throws IOException {
    HttpFeed feed = door.events();
    if (feed == null) {
      throw new Refused(
          409,
          "the events of this pipeline come from "
              + door.live().feeds().get(0).name()
              + "; with 'source: { http: {} }' they come here");
    }
    Body body = Body.of(ctx, maxBody);
    if (feed.wantsFirst() && !door.live().running() && !door.live().stopping()) {
      first(feed, body);
    }
    door.open();
    through(ctx, body, true);
  }

  private void through(Context ctx, Body body, boolean events) throws IOException {
    Records records = parse(body.bytes(), body.length(), events);
    boolean array = body.isArray();
    AnswerBlock answers = records.size() == 0 ? null : door.through(records);
    JsonBytes out = Routes.json();
    answer(records, answers, array, events, out);
    Routes.send(ctx, out);
  }

  /**
   * Writes what became of records: the answers to events, the fates of labels.
   *
   * @param array whether they were given as one
   */
  void answer(Records records, AnswerBlock answers, boolean array, boolean events, JsonBytes out) {
    out.ascii(array ? "[" : "");
    AnswerJson json = tools.get().out();
    for (int i = 0; i < records.size(); i++) {
      out.ascii(i > 0 ? "," : "");
      if (events) {
        json.write(answers, i, out);
      } else {
        fate(records, i, out);
      }
    }
    out.ascii(array ? "]" : "");
  }

  private void first(HttpFeed feed, Body body) {
    try {
      feed.first(body.copy());
    } catch (BadEvent e) {
      feed.refused();
      throw bad(e, "event");
    }
    door.begin();
  }

  /**
   * @throws Refused when anything is wrong with them: then none of them is taken
   */
  Records parse(byte[] json, int length, boolean events) {
    try {
      JsonEvents in = tools.get().in();
      return events ? in.events(json, 0, length, maxBatch) : in.labels(json, 0, length, maxBatch);
    } catch (BadEvent e) {
      if (events) {
        door.events().refused();
      }
      throw bad(e, events ? "event" : "label");
    }
  }

  private static Refused bad(BadEvent e, String what) {
    return new Refused(
        400, what + " " + e.index() + ": " + e.getMessage(), 0, e.index(), e.field());
  }

  private void labels(Context ctx) throws IOException {
    door.open();
    through(ctx, Body.of(ctx, maxBody), false);
  }

  private static void fate(Records records, int i, JsonBytes out) {
    out.ascii("{\"id\":")
        .text(records.id(i))
        .ascii(",\"fate\":\"")
        .ascii(records.fate(i).name().toLowerCase(Locale.ROOT))
        .ascii("\"}");
  }

  /** Features by id, without those of events that came too long ago. */
  private record Found(
      int waiting, List<OpenQuestion> questions, Map<String, Map<String, Object>> features) {}

  /** On the pipeline's thread, which does not look up the features of very many. */
  private Found found(Replica r, int most) {
    List<OpenQuestion> questions = r.engine().questions(most);
    Set<String> ids = new HashSet<>();
    questions.stream().limit(WITH_FEATURES).forEach(q -> ids.add(q.id()));
    return new Found(r.engine().pending(), questions, meters.features(ids));
  }

  private void questions(Context ctx) throws IOException {
    int most = limit(ctx.queryParam("limit"));
    Found found = door.read(r -> found(r, most));
    JsonBytes out =
        Routes.json().ascii("{\"waiting\":").number(found.waiting).ascii(",\"questions\":[");
    for (int i = 0; i < found.questions.size(); i++) {
      out.ascii(i > 0 ? "," : "");
      OpenQuestion q = found.questions.get(i);
      question(q, found.features.get(q.id()), out);
    }
    Routes.send(ctx, out.ascii("]}"));
  }

  private static int limit(String given) {
    if (given == null) {
      return QUESTIONS;
    }
    if (!given.matches("\\d{1,4}")
        || Integer.parseInt(given) < 1
        || Integer.parseInt(given) > MOST_QUESTIONS) {
      throw new Refused(400, "'limit' is no number from 1 to " + MOST_QUESTIONS);
    }
    return Integer.parseInt(given);
  }

  private void question(OpenQuestion q, Map<String, Object> features, JsonBytes out) {
    AnswerBlock one =
        new AnswerBlock(
            schema(),
            "",
            -1,
            1,
            new String[] {q.id()},
            new String[1],
            new long[] {q.time()},
            new double[] {q.predicted()},
            new int[] {q.scores().length},
            q.scores(),
            q.scores().length);
    out.ascii("{\"id\":").text(q.id());
    if (q.time() != Features.NO_TIME) {
      out.ascii(",\"time\":").number(q.time());
    }
    tools.get().out().answer(one, 0, out);
    out.ascii(",\"uncertainty\":").number(q.uncertainty());
    if (features != null) {
      out.ascii(",\"features\":{");
      String comma = "";
      for (Map.Entry<String, Object> f : features.entrySet()) {
        out.ascii(comma).text(f.getKey()).character(':');
        if (f.getValue() instanceof Double v) {
          out.number(v.doubleValue());
        } else {
          out.text(f.getValue().toString());
        }
        comma = ",";
      }
      out.character('}');
    }
    out.character('}');
  }

  /** An answer to a question is the event's label. */
  private void answer(Context ctx) throws IOException {
    String id = ctx.pathParam("id");
    door.open();
    JsonNode given = Json.read(Body.of(ctx, maxBody), "label");
    Records records = new Records(schema(), 1);
    records.begin(Batch.Kind.LABEL, id, Features.NO_TIME);
    label(given.get("label"), records);
    records.end();
    if (!door.read(r -> r.engine().waits(id))) {
      throw new Refused(404, "no event of the id '" + id + "' waits for a label");
    }
    door.through(records);
    if (records.fate(0) == Fate.REFUSED) {
      throw new Refused(400, "'label' is none this model can learn");
    }
    JsonBytes out = Routes.json();
    fate(records, 0, out);
    Routes.send(ctx, out);
  }

  private void label(JsonNode label, Records into) {
    boolean number = schema().target() == Schema.Target.NUMBER;
    if (label == null || !label.isValueNode() || label.isNull()) {
      throw new Refused(400, "has no 'label'", 0, -1, "label");
    }
    if (number && !(label.isNumber() && Double.isFinite(label.doubleValue()))) {
      throw new Refused(
          400, "'label' is " + Json.shown(label) + ", expected a number", 0, -1, "label");
    }
    if (number) {
      into.label(label.doubleValue());
      return;
    }
    String name = label.asText();
    if (name.isEmpty() || name.length() > JsonEvents.LONGEST_ID) {
      throw new Refused(
          400,
          "'label' has " + name.length() + " characters, allowed 1 to " + JsonEvents.LONGEST_ID,
          0,
          -1,
          "label");
    }
    if (JsonEvents.halfCharacter(name) >= 0) {
      throw new Refused(400, "'label' has half a surrogate pair", 0, -1, "label");
    }
    into.label(name);
  }
}
