package org.freshet.streams.live;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;

/**
 * Writes answers as the API and the sinks give them: {@code {"id","prediction","scores":{label:
 * p},"model"}}; regression has {@code "interval":[low,high]} in place of scores where intervals are
 * answered, else none. An event without an answer has the prediction null; one whose label is asked
 * for has {@code "asked":true} at the end; one that is left to an expert has {@code
 * "deferred_to":"NAME","final":false}, and its final answer, which comes later, the same with
 * {@code true}. One thread uses one instance.
 */
public final class AnswerJson {
  private static final byte[] ID = ascii("{\"id\":");
  private static final byte[] PREDICTION = ascii(",\"prediction\":");
  private static final byte[] SCORES = ascii(",\"scores\":{");
  private static final byte[] INTERVAL = ascii(",\"interval\":[");
  private static final byte[] MODEL = ascii(",\"model\":");
  private static final byte[] DEFERRED = ascii(",\"deferred_to\":");
  private static final byte[] FINAL = ascii(",\"final\":");
  private static final byte[] ASKED = ascii(",\"asked\":true");

  private final Schema schema;
  private final JsonBytes scratch = new JsonBytes();

  /** Names of labels in quotes, by code: labels are only added. */
  private byte[][] labels = new byte[0][];

  public AnswerJson(Schema schema) {
    this.schema = schema;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Appends answer i of a block. */
  public void write(AnswerBlock b, int i, JsonBytes out) {
    out.raw(ID).text(b.ids()[i]);
    answer(b, i, out);
    end(b, i, out);
  }

  /** Appends what stands behind the answer, and the end of the object. */
  public void end(AnswerBlock b, int i, JsonBytes out) {
    out.raw(MODEL).text(b.model(i));
    if (b.asked(i)) {
      out.raw(ASKED);
    }
    if (b.deferredTo(i) != null) {
      out.raw(DEFERRED).text(b.deferredTo(i)).raw(FINAL).ascii(b.last() ? "true" : "false");
    }
    out.character('}');
  }

  /** Appends prediction and scores as members of an object, each after a comma. */
  public void answer(AnswerBlock b, int i, JsonBytes out) {
    out.raw(PREDICTION);
    boolean named = schema.labels() != null;
    double predicted = b.predicted()[i];
    if (named && predicted >= 0) {
      out.raw(label((int) predicted));
    } else {
      out.number(named ? Double.NaN : predicted);
    }
    if (named) {
      out.raw(SCORES);
      for (int k = 0; k < b.known()[i]; k++) {
        if (k > 0) {
          out.character(',');
        }
        out.raw(label(k)).character(':').number(b.score(i, k));
      }
      out.character('}');
    } else if (schema.target() == Schema.Target.NUMBER && b.stride() == 2) {
      out.raw(INTERVAL).number(b.score(i, 0)).character(',').number(b.score(i, 1)).character(']');
    }
  }

  private byte[] label(int code) {
    if (code >= labels.length) {
      labels = Arrays.copyOf(labels, Math.max(code + 1, 2 * labels.length));
    }
    if (labels[code] == null) {
      scratch.clear().text(schema.labels().name(code));
      labels[code] = Arrays.copyOf(scratch.array(), scratch.size());
    }
    return labels[code];
  }
}
