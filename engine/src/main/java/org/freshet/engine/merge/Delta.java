package org.freshet.engine.merge;

import org.freshet.core.StateException;
import org.freshet.core.StateException.Verdict;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What a copy has learnt since it last sent, as a learner that has learnt nothing else. It holds
 * what the learner keeps of examples, and no example.
 *
 * @param copy the name of who sends it
 * @param number of the copy's deltas, from 1 up without a gap
 * @param base version of the merged model that the copy had taken in when it sent
 * @param examples events it learnt from since the last
 * @param model what the copies are made of, in words: others are refused
 * @param state of the learner
 */
public record Delta(
    String copy, long number, long base, long examples, String model, byte[] state) {
  private static final int LONGEST_NAME = 256;

  public byte[] toBytes() {
    StateWriter out = new StateWriter();
    save(out);
    return out.toBytes();
  }

  void save(StateWriter out) {
    out.put("copy", copy);
    out.put("number", number);
    out.put("base", base);
    out.put("examples", examples);
    out.put("model", model);
    out.put("state", state);
  }

  /**
   * Reads what {@link #toBytes} wrote; what it holds is checked by {@link Merging#take}.
   *
   * @param source for messages, such as the name of the topic
   * @throws StateException when it is none
   */
  public static Delta of(String source, byte[] bytes) {
    return load(StateReader.open(source, bytes));
  }

  static Delta load(StateReader in) {
    String name = in.string("copy");
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new StateException(
          Verdict.CORRUPT,
          in.source() + ": corrupt: a copy has a name of " + name.length() + " characters");
    }
    return new Delta(
        name,
        in.longValue("number", 1, Long.MAX_VALUE),
        in.longValue("base", 0, Long.MAX_VALUE),
        in.longValue("examples", 0, Long.MAX_VALUE),
        in.string("model"),
        in.bytes("state"));
  }
}
