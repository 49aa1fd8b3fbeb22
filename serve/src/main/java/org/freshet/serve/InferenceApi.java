package org.freshet.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.engine.Outcomes;
import org.freshet.runtime.Replica;
import org.freshet.streams.live.JsonBytes;

/**
 * The Open Inference Protocol, version 2, over REST, so that its clients work. {@code infer}
 * predicts and does nothing else: the event is not in the journal, is not learnt from and waits for
 * no label. Who wants that posts to {@code /v1/events}.
 *
 * <p>A column is an input tensor of its own name, of shape {@code [n]} or {@code [n, 1]}, FP64 for
 * a number and BYTES for a name; where all columns are numbers, one tensor of shape {@code [n,
 * width]} does as well, whatever its name. Parameters are passed over. There are no versions, and
 * no extensions: binary tensors are refused. Outputs are {@code prediction}, and for classes {@code
 * scores} of shape {@code [n, classes]} with the names of the classes in its parameters.
 */
final class InferenceApi {
  private static final String MODEL = "/v2/models/{name}";

  private final Door door;
  private final String version;
  private final int maxBody;
  private final int maxBatch;

  InferenceApi(Door door, String version, int maxBody, int maxBatch) {
    this.door = door;
    this.version = version;
    this.maxBody = maxBody;
    this.maxBatch = maxBatch;
  }

  void add(Routes routes) {
    routes.get("/v2", Access.OPEN, this::server);
    routes.get("/v2/health/live", Access.OPEN, this::live);
    routes.get("/v2/health/ready", Access.OPEN, this::ready);
    routes.get(MODEL, Access.ANY, this::model);
    routes.get(MODEL + "/ready", Access.OPEN, this::modelReady);
    routes.post(MODEL + "/infer", Access.PREDICT, this::infer);
  }

  private void server(Context ctx) throws IOException {
    JsonBytes out = Routes.json().ascii("{\"name\":\"freshet\",\"version\":").text(version);
    Routes.send(ctx, out.ascii(",\"extensions\":[]}"));
  }

  private void live(Context ctx) throws IOException {
    boolean live = HealthApi.isLive(door.live());
    JsonBytes out = Routes.json().ascii("{\"live\":").ascii(live ? "true}" : "false}");
    Routes.send(ctx, live ? 200 : 503, out);
  }

  private void ready(Context ctx) throws IOException {
    boolean ready = HealthApi.notReady(door) == null;
    JsonBytes out = Routes.json().ascii("{\"ready\":").ascii(ready ? "true}" : "false}");
    Routes.send(ctx, ready ? 200 : 503, out);
  }

  private String name(Context ctx) {
    String own = door.live().file().name();
    String asked = ctx.pathParam("name");
    if (!asked.equals(own)) {
      throw new Refused(404, "there is no model '" + asked + "'; this service has '" + own + "'");
    }
    return own;
  }

  private void modelReady(Context ctx) throws IOException {
    JsonBytes out = Routes.json().ascii("{\"name\":").text(name(ctx)).ascii(",\"ready\":");
    boolean ready = door.live().running();
    Routes.send(ctx, ready ? 200 : 503, out.ascii(ready ? "true}" : "false}"));
  }

  private void model(Context ctx) throws IOException {
    String name = name(ctx);
    door.known();
    Schema schema = door.live().schema();
    JsonBytes out = Routes.json().ascii("{\"name\":").text(name);
    out.ascii(",\"platform\":\"freshet\",\"inputs\":[");
    for (int c = 0; c < schema.width(); c++) {
      boolean number = schema.column(c).kind() == Column.Kind.NUMERIC;
      out.ascii(c > 0 ? "," : "").ascii("{\"name\":").text(schema.column(c).name());
      out.ascii(",\"datatype\":").text(number ? "FP64" : "BYTES").ascii(",\"shape\":[-1]}");
    }
    boolean classes = schema.labels() != null;
    out.ascii("],\"outputs\":[{\"name\":\"prediction\",\"datatype\":");
    out.text(classes ? "BYTES" : "FP64").ascii(",\"shape\":[-1]}");
    if (classes) {
      out.ascii(",{\"name\":\"scores\",\"datatype\":\"FP64\",\"shape\":[-1,-1]}");
    }
    Routes.send(ctx, out.ascii("]}"));
  }

  private void infer(Context ctx) throws IOException {
    String name = name(ctx);
    door.known();
    if (ctx.req().getHeader("Inference-Header-Content-Length") != null) {
      throw binary();
    }
    JsonNode request = Json.read(Body.of(ctx, maxBody), "inputs");
    Tensors tensors = new Tensors(door.live().schema(), request.get("inputs"), maxBatch);
    Answer a = door.read(r -> predict(r, tensors));
    JsonBytes out = Routes.json().ascii("{\"model_name\":").text(name);
    JsonNode id = request.get("id");
    if (id != null && id.isTextual()) {
      out.ascii(",\"id\":").text(id.textValue());
    }
    out.ascii(",\"outputs\":[");
    Wanted wanted = Wanted.of(request.get("outputs"), a.classes != null);
    String comma = "";
    if (wanted.prediction) {
      prediction(a, out);
      comma = ",";
    }
    if (wanted.scores) {
      scores(a, out.ascii(comma));
    }
    Routes.send(ctx, out.ascii("]}"));
  }

  static Refused binary() {
    return new Refused(
        400,
        "the binary tensor extension is not spoken here (see 'extensions' of /v2); send 'data' as"
            + " JSON");
  }

  private record Wanted(boolean prediction, boolean scores) {
    static Wanted of(JsonNode outputs, boolean classes) {
      if (outputs == null || outputs.isNull() || outputs.isEmpty()) {
        return new Wanted(true, classes);
      }
      boolean prediction = false;
      boolean scores = false;
      if (!outputs.isArray()) {
        throw new Refused(400, "'outputs' is no array");
      }
      for (JsonNode o : outputs) {
        String name = o.path("name").asText();
        prediction |= name.equals("prediction");
        scores |= name.equals("scores") && classes;
        if (!name.equals("prediction") && !(name.equals("scores") && classes)) {
          throw new Refused(
              400,
              "there is no output '"
                  + name
                  + "'; there is prediction"
                  + (classes ? " and scores" : ""));
        }
      }
      return new Wanted(prediction, scores);
    }
  }

  /**
   * @param classes their names; null where numbers are predicted
   */
  private record Answer(String[] classes, double[] predicted, double[] scores) {}

  private static Answer predict(Replica r, Tensors tensors) {
    Schema schema = r.schema();
    Batch batch = new Batch(schema, Math.max(1, tensors.rows()));
    for (int i = 0; i < tensors.rows(); i++) {
      batch.beginRow();
      batch.setTime(Features.NO_TIME);
      tensors.fill(batch, i);
      batch.setLabel(Double.NaN);
      batch.endRow();
    }
    Outcomes out = new Outcomes();
    r.answering().predict(batch, 0, batch.size(), out);
    int n = batch.size();
    boolean classes = schema.labels() != null;
    int known = classes && n > 0 ? out.known(0) : 0;
    double[] predicted = new double[n];
    double[] scores = new double[n * known];
    for (int i = 0; i < n; i++) {
      predicted[i] = out.predicted(i);
      System.arraycopy(out.scores(), out.scoresAt(i), scores, i * known, known);
    }
    String[] names =
        classes ? schema.labels().names().subList(0, known).toArray(new String[0]) : null;
    return new Answer(names, predicted, scores);
  }

  private static void prediction(Answer a, JsonBytes out) {
    out.ascii("{\"name\":\"prediction\",\"shape\":[").number(a.predicted.length);
    out.ascii("],\"datatype\":").text(a.classes == null ? "FP64" : "BYTES").ascii(",\"data\":[");
    for (int i = 0; i < a.predicted.length; i++) {
      out.ascii(i > 0 ? "," : "");
      if (a.classes == null) {
        out.number(a.predicted[i]);
      } else {
        out.text(a.predicted[i] >= 0 ? a.classes[(int) a.predicted[i]] : null);
      }
    }
    out.ascii("]}");
  }

  private static void scores(Answer a, JsonBytes out) {
    out.ascii("{\"name\":\"scores\",\"shape\":[").number(a.predicted.length).ascii(",");
    out.number(a.classes.length).ascii("],\"datatype\":\"FP64\",\"parameters\":{\"classes\":");
    // A parameter is a string, a number or a boolean, so the names are a JSON text in a string.
    JsonBytes names = new JsonBytes().character('[');
    for (int i = 0; i < a.classes.length; i++) {
      names.ascii(i > 0 ? "," : "").text(a.classes[i]);
    }
    out.text(names.character(']').toString()).ascii("},\"data\":[");
    for (int i = 0; i < a.scores.length; i++) {
      out.ascii(i > 0 ? "," : "").number(a.scores[i]);
    }
    out.ascii("]}");
  }
}
