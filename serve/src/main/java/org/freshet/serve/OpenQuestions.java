package org.freshet.serve;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.engine.OpenQuestion;
import org.freshet.runtime.Replica;
import org.freshet.serve.meter.Meters;
import org.freshet.streams.live.AnswerJson;
import org.freshet.streams.live.JsonBytes;

/** The events that wait, as the engine knows them: the questions where there is no queue. */
final class OpenQuestions {
  private static final int WITH_FEATURES = 50;

  private final Door door;
  private final Meters meters;
  private final ThreadLocal<AnswerJson> json =
      ThreadLocal.withInitial(() -> new AnswerJson(schema()));

  OpenQuestions(Door door, Meters meters) {
    this.door = door;
    this.meters = meters;
  }

  private Schema schema() {
    return door.live().schema();
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

  /** Writes the most uncertain of them. */
  void write(int most, JsonBytes out) {
    Found found = door.read(r -> found(r, most));
    out.ascii("{\"waiting\":").number(found.waiting).ascii(",\"questions\":[");
    for (int i = 0; i < found.questions.size(); i++) {
      out.ascii(i > 0 ? "," : "");
      OpenQuestion q = found.questions.get(i);
      question(q, found.features.get(q.id()), out);
    }
    out.ascii("]}");
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
    json.get().answer(one, 0, out);
    out.ascii(",\"uncertainty\":").number(q.uncertainty());
    if (q.asked()) {
      out.ascii(",\"asked\":true");
    }
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
}
