package org.freshet.serve;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.freshet.core.ask.QuestionStore;
import org.freshet.core.ask.QueuedQuestion;
import org.freshet.streams.live.JsonBytes;

/** Questions of the queue, and what was done with them, as JSON. */
final class QuestionJson {
  private QuestionJson() {}

  static void counts(QuestionStore.Counts c, JsonBytes out) {
    out.ascii("{\"open\":").number(c.open()).ascii(",\"leased\":").number(c.leased());
    out.ascii(",\"answered\":").number(c.answered()).ascii(",\"known\":").number(c.known());
    out.ascii(",\"expired\":").number(c.expired()).ascii(",\"skipped\":").number(c.skipped());
    if (c.oldest() > 0) {
      out.ascii(",\"oldest\":").number(c.oldest());
    }
    out.ascii(",\"paid\":").number(c.paid()).character('}');
  }

  static void listed(QuestionStore.Listed q, JsonBytes out) {
    open(q.question(), out);
    out.ascii(",\"state\":\"").ascii(word(q.state())).ascii("\",\"answers\":").number(q.answers());
    out.ascii(",\"held\":").number(q.held()).character('}');
  }

  static void held(QuestionStore.Held h, JsonBytes out) {
    open(h.question(), out);
    out.ascii(",\"lease\":").text(h.lease()).ascii(",\"until\":").number(h.until()).character('}');
  }

  private static void open(QueuedQuestion q, JsonBytes out) {
    out.ascii("{\"id\":").text(q.id()).ascii(",\"asked\":").number(q.asked());
    out.ascii(",\"due\":").number(q.due()).ascii(",\"priority\":").number(q.priority());
    out.ascii(",\"prediction\":").text(q.prediction());
    member("scores", q.scores(), out);
    if (q.candidates() != null) {
      out.ascii(",\"candidates\":[");
      String comma = "";
      for (String c : q.candidates()) {
        out.ascii(comma).text(c);
        comma = ",";
      }
      out.character(']');
    }
    member("features", q.features(), out);
  }

  private static void member(String name, String json, JsonBytes out) {
    if (json != null) {
      out.ascii(",\"").ascii(name).ascii("\":").raw(json.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * @param estimate null where the pipeline does not name the annotator
   */
  static void worker(QuestionStore.Worker w, QuestionsApi.Estimate estimate, JsonBytes out) {
    out.ascii("{\"annotator\":").text(w.annotator()).ascii(",\"held\":").number(w.held());
    out.ascii(",\"answered\":").number(w.answered()).ascii(",\"abstained\":");
    out.number(w.abstained()).ascii(",\"skipped\":").number(w.skipped());
    out.ascii(",\"millis\":").number(w.millis()).ascii(",\"paid\":").number(w.paid());
    if (estimate != null) {
      out.ascii(",\"error\":").number(estimate.error());
      out.ascii(",\"replies\":").number(estimate.questions());
    }
    out.character('}');
  }

  static void entry(QuestionStore.Entry e, JsonBytes out) {
    out.ascii("{\"n\":").number(e.n()).ascii(",\"at\":").number(e.at());
    out.ascii(",\"id\":").text(e.id()).ascii(",\"event\":").number(e.event());
    out.ascii(",\"deed\":\"").ascii(word(e.deed())).character('"');
    if (e.annotator() != null) {
      out.ascii(",\"annotator\":").text(e.annotator());
    }
    if (e.label() != null) {
      out.ascii(",\"label\":").text(e.label());
    }
    if (e.millis() >= 0) {
      out.ascii(",\"millis\":").number(e.millis());
    }
    out.ascii(",\"amount\":").number(e.amount()).character('}');
  }

  private static String word(Enum<?> of) {
    return of.name().toLowerCase(Locale.ROOT);
  }
}
