package org.freshet.serve;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.live.AnswerBlock;
import org.freshet.streams.live.AnswerJson;
import org.freshet.streams.live.JsonBytes;

/**
 * The answers to a request that waits for the final ones, to events that are left to experts: each
 * takes the place of the first when it comes.
 */
final class Finals {
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s)");

  private AnswerBlock first; // null before they are known
  private AnswerBlock[] last;
  private int missing;

  /**
   * Reads how long final answers are waited for.
   *
   * @param given such as {@code 2s}; null for not at all
   * @param patience seconds that a request may take
   * @return nanoseconds
   */
  static long wait(String given, int patience) {
    if (given == null) {
      return 0;
    }
    Matcher m = TIME.matcher(given);
    long n = m.matches() ? Long.parseLong(m.group(1)) : -1;
    long millis = n < 0 || m.group(2).equals("ms") ? n : TimeUnit.SECONDS.toMillis(n);
    if (millis < 0 || millis >= TimeUnit.SECONDS.toMillis(patience)) {
      throw new Refused(
          400,
          "'wait' is '" + given + "', expected a time such as 500ms or 2s, under " + patience + "s",
          0,
          -1,
          "wait");
    }
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Takes the first answers; whether all of them are final. */
  synchronized boolean take(AnswerBlock answers) {
    first = answers;
    last = new AnswerBlock[answers.size()];
    for (int i = 0; i < answers.size(); i++) {
      missing += answers.deferredTo(i) == null ? 0 : 1;
    }
    return missing == 0;
  }

  /** Takes the final answer to event i; whether it was the last that was missing. */
  synchronized boolean take(int i, AnswerBlock answer) {
    if (first == null || last[i] != null) {
      return false;
    }
    last[i] = answer;
    return --missing == 0;
  }

  /** Writes what is known now about event i. */
  synchronized void write(int i, AnswerJson json, JsonBytes out) {
    if (last[i] != null) {
      json.write(last[i], 0, out);
    } else {
      json.write(first, i, out);
    }
  }
}
