package org.freshet.streams.live;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;

/**
 * Numbered answers as JSON, the same in every sink: {@code {"n":17,"id":"tx-17",
 * "time":1700000000000,"prediction":"fraud","scores":{"ok":0.2,"fraud":0.8},"model":"champion"}}.
 * {@code n} numbers the answers of a pipeline from 0 without gaps; {@code id}, {@code key} and
 * {@code time} are left out where the event has none; {@code "set"} are the labels of a model that
 * answers sets. The rest is as {@link AnswerJson} says. One thread uses one instance.
 */
public final class AnswerLines {
  private final AnswerJson json;
  private final JsonBytes out = new JsonBytes();

  public AnswerLines(Schema schema) {
    this.json = new AnswerJson(schema);
  }

  /** One answer a line. */
  public byte[] lines(AnswerBlock answers) {
    out.clear();
    boolean sets = hasSets(answers);
    for (int i = 0; i < answers.size(); i++) {
      write(answers, i, sets);
      out.character('\n');
    }
    return Arrays.copyOf(out.array(), out.size());
  }

  /** Answers {@code from} to {@code to-1} as an array. */
  public byte[] array(AnswerBlock answers, int from, int to) {
    out.clear().character('[');
    boolean sets = hasSets(answers);
    for (int i = from; i < to; i++) {
      if (i > from) {
        out.character(',');
      }
      write(answers, i, sets);
    }
    out.character(']');
    return Arrays.copyOf(out.array(), out.size());
  }

  /** The scores of one answer as an object, null where it has none. */
  public String scores(AnswerBlock answers, int i) {
    if (answers.schema().labels() == null || answers.known()[i] == 0) {
      return null;
    }
    out.clear().character('{');
    for (int k = 0; k < answers.known()[i]; k++) {
      if (k > 0) {
        out.character(',');
      }
      out.text(answers.schema().labels().name(k)).character(':').number(answers.score(i, k));
    }
    return out.character('}').toString();
  }

  /** Whether behind the scores of a row stands which labels are in its set. */
  private static boolean hasSets(AnswerBlock b) {
    int most = 0;
    for (int k : b.known()) {
      most = Math.max(most, k);
    }
    return b.schema().labels() != null && most > 0 && b.stride() == 2 * most;
  }

  private void write(AnswerBlock b, int i, boolean sets) {
    int begin = out.size();
    if (b.first() >= 0) {
      out.ascii(",\"n\":").number(b.first() + i);
    }
    if (b.ids()[i] != null) {
      out.ascii(",\"id\":").text(b.ids()[i]);
    }
    if (b.keys()[i] != null) {
      out.ascii(",\"key\":").text(b.keys()[i]);
    }
    if (b.times()[i] != Features.NO_TIME) {
      out.ascii(",\"time\":").number(b.times()[i]);
    }
    json.answer(b, i, out);
    out.array()[begin] = '{'; // in place of the first comma
    if (sets) {
      set(b, i);
    }
    json.end(b, i, out);
  }

  private void set(AnswerBlock b, int i) {
    out.ascii(",\"set\":[");
    boolean more = false;
    for (int k = 0; k < b.known()[i]; k++) {
      if (b.score(i, b.known()[i] + k) > 0) {
        if (more) {
          out.character(',');
        }
        more = true;
        out.text(b.schema().labels().name(k));
      }
    }
    out.character(']');
  }
}
