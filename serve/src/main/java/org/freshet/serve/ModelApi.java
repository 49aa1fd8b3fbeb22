package org.freshet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.engine.Engine;
import org.freshet.engine.LabelCounts;
import org.freshet.runtime.KeptVersion;
import org.freshet.runtime.Live;
import org.freshet.runtime.Replica;
import org.freshet.runtime.contest.Standing;
import org.freshet.runtime.contest.Version;
import org.freshet.serve.meter.ExpertVitals;
import org.freshet.streams.live.JsonBytes;

/** The state of the model, and what an operator does with it. */
final class ModelApi {
  /** Characters of a note. */
  private static final int MOST_NOTE = 200;

  private final Door door;
  private final int maxBody;

  ModelApi(Door door, int maxBody) {
    this.door = door;
    this.maxBody = maxBody;
  }

  void add(Routes routes) {
    routes.get("/v1/model", Access.ANY, this::model);
    routes.post("/v1/model/promote", Access.ADMIN, this::promote);
    routes.post("/v1/model/rollback", Access.ADMIN, this::rollback);
    routes.post("/v1/model/publish", Access.ADMIN, this::publish);
    routes.post("/v1/model/pause", Access.ADMIN, ctx -> pause(ctx, true));
    routes.post("/v1/model/resume", Access.ADMIN, ctx -> pause(ctx, false));
    routes.post("/v1/snapshots", Access.ADMIN, this::snapshot);
    routes.post("/v1/drain", Access.ADMIN, this::drain);
  }

  private void model(Context ctx) throws IOException {
    JsonBytes out = Routes.json();
    byte[] replica = door.read(ModelApi::describe);
    Live live = door.live();
    out.raw(replica).ascii(",\"paused\":").ascii(live.paused() ? "true" : "false");
    out.ascii(",\"waiting\":").number(live.waiting()).ascii(",\"shed\":").number(live.shed());
    if (live.lastSnapshot() > 0) {
      out.ascii(",\"last_snapshot\":").number(live.lastSnapshot());
    }
    out.ascii(",\"trouble\":").text(live.trouble()).ascii(",\"feeds\":[");
    String comma = "";
    for (Feed f : live.feeds()) {
      out.ascii(comma).ascii("{\"name\":").text(f.name());
      out.ascii(",\"bad_records\":").number(f.badRecords());
      out.ascii(",\"lag\":").number(f.lag()).character('}');
      comma = ",";
    }
    versions(out.ascii("],\"versions\":["));
    Routes.send(ctx, out.ascii("]}"));
  }

  private void versions(JsonBytes out) {
    String comma = "";
    for (KeptVersion k : door.live().versions()) {
      Version v = k.version();
      out.ascii(comma).ascii("{\"version\":").number(v.number());
      out.ascii(",\"name\":").text(v.name()).ascii(",\"why\":").text(v.why());
      out.ascii(",\"made\":").number(k.made()).ascii(",\"entry\":").number(v.entry());
      out.ascii(",\"event\":").number(v.event()).ascii(",\"recent\":").number(v.recent());
      out.ascii(",\"pipeline\":").text(v.spec());
      out.ascii(",\"kept\":").ascii(Boolean.toString(k.file() != null)).character('}');
      comma = ",";
    }
  }

  /** On the pipeline's thread; the object is left open for what other threads know. */
  private static byte[] describe(Replica r) {
    Engine e = r.engine();
    LabelCounts c = e.counts();
    JsonBytes out = new JsonBytes().ascii("{\"model\":").text(r.model());
    out.ascii(",\"pipeline\":").text(e.spec().toString());
    out.ascii(",\"events\":").number(e.events()).ascii(",\"answers\":").number(r.answers());
    out.ascii(",\"pending\":").number(e.pending()).ascii(",\"dropped\":").number(e.dropped());
    out.ascii(",\"labels\":{\"learnt\":").number(c.labels());
    out.ascii(",\"early\":").number(e.earlyLabels());
    out.ascii(",\"duplicates\":").number(c.duplicates());
    out.ascii(",\"corrections\":").number(c.corrections());
    out.ascii(",\"relearnt\":").number(c.relearnt());
    out.ascii(",\"late\":").number(c.late()).ascii(",\"unknown\":").number(c.unknown());
    out.ascii(",\"timed_out\":").number(c.timedOut()).ascii(",\"imputed\":").number(c.imputed());
    out.ascii(",\"refused\":").number(c.refused()).character('}');
    experts(ExpertVitals.of(r), out);
    out.ascii(",\"entry\":").number(r.entry());
    out.ascii(",\"memory_bytes\":").number(r.memoryBytes());
    columns(r.schema(), out);
    out.ascii(",\"models\":[");
    String comma = "";
    for (Standing s : r.contest().standings()) {
      standing(s, r.givenUp().get(s.name()), out.ascii(comma));
      comma = ",";
    }
    out.character(']');
    byte[] bytes = new byte[out.size()];
    System.arraycopy(out.array(), 0, bytes, 0, bytes.length);
    return bytes;
  }

  private static void experts(ExpertVitals v, JsonBytes out) {
    if (v == null) {
      return;
    }
    out.ascii(",\"experts\":{\"in_flight\":").number(v.inFlight());
    out.ascii(",\"declined\":").number(v.declined());
    out.ascii(",\"saved_seconds\":").number(v.savedSeconds());
    out.ascii(",\"saved_cost\":").number(v.savedCost()).ascii(",\"each\":[");
    String comma = "";
    for (ExpertVitals.One e : v.each()) {
      out.ascii(comma).ascii("{\"name\":").text(e.name());
      out.ascii(",\"calls\":").number(e.calls()).ascii(",\"useless\":").number(e.useless());
      out.ascii(",\"tokens\":").number(e.tokens()).ascii(",\"cost\":").number(e.cost());
      out.ascii(",\"seconds\":").number(e.seconds()).character('}');
      comma = ",";
    }
    out.ascii("]}");
  }

  private static void standing(Standing s, List<String> givenUp, JsonBytes out) {
    out.ascii("{\"name\":").text(s.name());
    out.ascii(",\"champion\":").ascii(Boolean.toString(s.champion()));
    out.ascii(",\"answers\":").ascii(Boolean.toString(s.answers()));
    out.ascii(",\"fallback\":").ascii(Boolean.toString(s.fallback()));
    out.ascii(",\"recent\":").number(s.recent()).ascii(",\"labels\":").number(s.labels());
    out.ascii(",\"better\":").number(s.better()).ascii(",\"worse\":").number(s.worse());
    out.ascii(",\"p\":").number(s.p());
    out.ascii(",\"model_bytes\":").number(s.modelBytes()).ascii(",\"given_up\":[");
    for (int i = 0; i < givenUp.size(); i++) {
      out.ascii(i > 0 ? "," : "").text(givenUp.get(i));
    }
    out.ascii("]}");
  }

  private static void columns(Schema schema, JsonBytes out) {
    out.ascii(",\"columns\":[");
    for (int i = 0; i < schema.width(); i++) {
      Column c = schema.column(i);
      out.ascii(i > 0 ? "," : "").ascii("{\"name\":").text(c.name()).ascii(",\"kind\":");
      out.text(c.kind().toString().toLowerCase(Locale.ROOT)).character('}');
    }
    out.ascii("],\"label\":").text(schema.labelName());
    if (schema.labels() != null) {
      out.ascii(",\"classes\":[");
      for (int i = 0; i < schema.labels().size(); i++) {
        out.ascii(i > 0 ? "," : "").text(schema.labels().name(i));
      }
      out.character(']');
    }
  }

  /** The challenger named in the body; the only one where there is no body. */
  private void promote(Context ctx) throws IOException {
    contested();
    Body body = Body.of(ctx, maxBody);
    JsonNode name = body.length() == 0 ? null : Json.read(body, "challenger").get("challenger");
    if (name != null && !name.isTextual()) {
      throw new Refused(
          400, "'challenger' is " + Json.shown(name) + ", expected a name", 0, -1, "challenger");
    }
    String asked = name == null ? onlyOne() : name.textValue();
    door.order("promote " + asked);
    done(ctx, "promoted " + asked);
  }

  private String onlyOne() {
    List<String> names =
        door.read(
            r ->
                r.contest().standings().stream()
                    .filter(s -> !s.champion() && !s.fallback())
                    .map(Standing::name)
                    .toList());
    if (names.size() != 1) {
      throw new Refused(
          400,
          "there are the challengers "
              + String.join(", ", names)
              + "; name one: {\"challenger\": \"NAME\"}",
          0,
          -1,
          "challenger");
    }
    return names.get(0);
  }

  /** To the champion before; to the model of the version the body names, as it was then. */
  private void rollback(Context ctx) throws IOException {
    Body body = Body.of(ctx, maxBody);
    JsonNode version = body.length() == 0 ? null : Json.read(body, "version").get("version");
    if (version == null) {
      contested();
      door.order("rollback");
      done(ctx, "rolled back");
      return;
    }
    if (!version.canConvertToInt() || !version.isIntegralNumber() || version.intValue() < 1) {
      throw new Refused(
          400,
          "'version' is " + Json.shown(version) + ", expected the number of a version",
          0,
          -1,
          "version");
    }
    door.order("rollback " + version.intValue());
    done(ctx, "restored version " + version.intValue());
  }

  /** The model as it is now becomes a version, to which one can go back. */
  private void publish(Context ctx) throws IOException {
    Body body = Body.of(ctx, maxBody);
    JsonNode note = body.length() == 0 ? null : Json.read(body, "note").get("note");
    if (note != null && (!note.isTextual() || note.textValue().length() > MOST_NOTE)) {
      throw new Refused(
          400,
          "'note' is " + Json.shown(note) + ", expected a text of at most " + MOST_NOTE,
          0,
          -1,
          "note");
    }
    String text = note == null ? "" : note.textValue().replaceAll("\\p{Cntrl}+", " ").strip();
    door.order("publish " + (text.isEmpty() ? "by hand" : text));
    done(ctx, "published " + door.read(Replica::model));
  }

  private void contested() {
    if (door.live().file().live().challengers().isEmpty()) {
      throw new Refused(409, "this pipeline has no 'challengers'");
    }
  }

  private void pause(Context ctx, boolean pause) throws IOException {
    door.order(pause ? "pause" : "resume");
    done(ctx, pause ? "paused" : "running");
  }

  /** Answered when it is on the disk. */
  private void snapshot(Context ctx) throws IOException {
    door.order("snapshot");
    done(ctx, "a snapshot was made");
  }

  /** Closes the feeds, answers what waits, makes a last snapshot; then the program ends. */
  private void drain(Context ctx) throws IOException {
    Thread drain = new Thread(door.live()::close, "drain");
    drain.setDaemon(false);
    drain.start();
    Routes.send(ctx, 202, Routes.json().ascii("{\"state\":\"draining\"}"));
  }

  private static void done(Context ctx, String state) throws IOException {
    Routes.send(ctx, Routes.json().ascii("{\"state\":").text(state).character('}'));
  }
}
