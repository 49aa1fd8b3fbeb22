package org.freshet.runtime;

import java.util.Arrays;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.engine.Outcomes;

/** Makes blocks of answers of what an engine brought. */
final class Answering {
  private Answering() {}

  /**
   * The answers to the events of a batch, in order; all of them were predicted in this call.
   *
   * @param first number of the first
   */
  static AnswerBlock block(Batch batch, Outcomes out, Schema schema, String model, long first) {
    int n = out.predictions();
    String[] ids = new String[n];
    String[] keys = new String[n];
    long[] times = new long[n];
    int at = 0;
    for (int r = 0; r < batch.size() && at < n; r++) {
      if (batch.kind(r) == Batch.Kind.EVENT) {
        ids[at] = batch.id(r);
        keys[at] = batch.key(r);
        times[at++] = batch.time(r);
      }
    }
    double[] predicted = new double[n];
    int[] known = new int[n];
    int stride = n == 0 ? 0 : n == 1 ? widest(out) : out.scoresAt(1);
    for (int i = 0; i < n; i++) {
      predicted[i] = out.predicted(i);
      known[i] = out.known(i);
    }
    double[] scores = Arrays.copyOf(out.scores(), n * stride);
    return new AnswerBlock(
        schema, model, first, n, ids, keys, times, predicted, known, scores, stride);
  }

  private static int widest(Outcomes out) {
    return Math.min(out.scores().length, Math.max(2, 2 * out.known(0)));
  }

  /** The answers of a block from the i-th on. */
  static AnswerBlock from(AnswerBlock b, int i) {
    if (i == 0) {
      return b;
    }
    int n = b.size() - i;
    return new AnswerBlock(
        b.schema(),
        b.model(),
        b.first() + i,
        n,
        Arrays.copyOfRange(b.ids(), i, i + n),
        Arrays.copyOfRange(b.keys(), i, i + n),
        Arrays.copyOfRange(b.times(), i, i + n),
        Arrays.copyOfRange(b.predicted(), i, i + n),
        Arrays.copyOfRange(b.known(), i, i + n),
        Arrays.copyOfRange(b.scores(), i * b.stride(), (i + n) * b.stride()),
        b.stride());
  }
}
