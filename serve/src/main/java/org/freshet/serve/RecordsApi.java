package org.freshet.serve;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.Locale;
import org.freshet.core.Schema;
import org.freshet.core.live.Records;
import org.freshet.streams.live.AnswerJson;
import org.freshet.streams.live.BadEvent;
import org.freshet.streams.live.EventFields;
import org.freshet.streams.live.JsonBytes;
import org.freshet.streams.live.JsonEvents;

/** Events and labels: what goes through the journal. */
final class RecordsApi {
  /** What a thread reads and writes with, made when the columns are known. */
  private record Tools(JsonEvents in, AnswerJson out) {}

  private final Door door;
  private final int maxBody;
  private final int maxBatch;
  private final ThreadLocal<Tools> tools =
      ThreadLocal.withInitial(
          () -> new Tools(new JsonEvents(schema(), EventFields.API), new AnswerJson(schema())));

  RecordsApi(Door door, int maxBody, int maxBatch) {
    this.door = door;
    this.maxBody = maxBody;
    this.maxBatch = maxBatch;
  }

  void add(Routes routes) {
    routes.post("/v1/events", Access.PREDICT, this::events);
    routes.post("/v1/labels", Access.LABEL, this::labels);
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
    long wait = events ? wait(ctx.queryParam("wait")) : 0;
    Records records = parse(body.bytes(), body.length(), events);
    boolean array = body.isArray();
    Finals answers = records.size() == 0 ? null : door.through(records, wait);
    JsonBytes out = Routes.json();
    answer(records, answers, array, events, out);
    Routes.send(ctx, out);
  }

  /** Nanoseconds that final answers are waited for. */
  long wait(String given) {
    return Finals.wait(given, door.patience());
  }

  /**
   * Writes what became of records: the answers to events, the fates of labels.
   *
   * @param array whether they were given as one
   */
  void answer(Records records, Finals answers, boolean array, boolean events, JsonBytes out) {
    out.ascii(array ? "[" : "");
    AnswerJson json = tools.get().out();
    for (int i = 0; i < records.size(); i++) {
      out.ascii(i > 0 ? "," : "");
      if (events) {
        answers.write(i, json, out);
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

  static void fate(Records records, int i, JsonBytes out) {
    out.ascii("{\"id\":")
        .text(records.id(i))
        .ascii(",\"fate\":\"")
        .ascii(records.fate(i).name().toLowerCase(Locale.ROOT))
        .ascii("\"}");
  }
}
