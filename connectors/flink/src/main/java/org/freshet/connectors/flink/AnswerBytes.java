package org.freshet.connectors.flink;

import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.engine.Outcomes;
import org.freshet.streams.live.AnswerLines;

/** Makes answers as sinks write them: a JSON object and the end of the line. */
final class AnswerBytes {
  /** Name of the model, as in the single process. */
  private static final String MODEL = "main-1";

  private final Schema schema;
  private final AnswerLines lines;

  AnswerBytes(Schema schema) {
    this.schema = schema;
    this.lines = new AnswerLines(schema);
  }

  /**
   * The answer to the event that is the only row of a batch.
   *
   * @param record its number in the source; -1 for none
   */
  Answer of(Batch batch, Outcomes out, long record) {
    int width = out.answers().width(out.known(0));
    double[] scores = new double[width];
    System.arraycopy(out.scores(), out.scoresAt(0), scores, 0, width);
    String id = batch.id(0);
    String key = batch.key(0);
    boolean[] asked = out.asked(0) ? new boolean[] {true} : null;
    AnswerBlock one =
        new AnswerBlock(
            schema,
            MODEL,
            record,
            1,
            new String[] {id},
            new String[] {key},
            new long[] {batch.time(0)},
            new double[] {out.predicted(0)},
            new int[] {out.known(0)},
            scores,
            width,
            null,
            asked,
            null,
            false);
    return new Answer(key != null ? key : id, lines.lines(one));
  }
}
