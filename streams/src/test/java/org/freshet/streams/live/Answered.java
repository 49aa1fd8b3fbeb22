package org.freshet.streams.live;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;

/** Blocks of answers for tests: answer n has id {@code e<n>} and says {@code b} where n is odd. */
final class Answered {
  static final Schema SCHEMA =
      Schema.classification(List.of(Column.numeric("x")), "label", "a", "b");

  private Answered() {}

  static AnswerBlock block(long first, int size) {
    String[] ids = new String[size];
    long[] times = new long[size];
    double[] predicted = new double[size];
    int[] known = new int[size];
    double[] scores = new double[2 * size];
    for (int i = 0; i < size; i++) {
      ids[i] = "e" + (first + i);
      times[i] = 1_000 + first + i;
      predicted[i] = (first + i) % 2;
      known[i] = 2;
      scores[2 * i + (int) predicted[i]] = 0.75;
      scores[2 * i + 1 - (int) predicted[i]] = 0.25;
    }
    return new AnswerBlock(
        SCHEMA, "champion", first, size, ids, new String[size], times, predicted, known, scores, 2);
  }

  /** The line of an answer. */
  static String line(long n) {
    return String.format(
        "{\"n\":%d,\"id\":\"e%d\",\"time\":%d,\"prediction\":\"%s\",\"scores\":{\"a\":%s,\"b\":%s},"
            + "\"model\":\"champion\"}",
        n,
        n,
        1000 + n,
        n % 2 == 1 ? "b" : "a",
        n % 2 == 1 ? "0.25" : "0.75",
        n % 2 == 1 ? "0.75" : "0.25");
  }
}
