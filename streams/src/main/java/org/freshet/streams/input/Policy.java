package org.freshet.streams.input;

import org.freshet.core.ConfigException;
import org.freshet.core.component.Param;

/**
 * Parameters of all readers: what they do with bad records.
 *
 * @param deadLetter path of the dead-letter file, null unless the policy needs one
 * @param deadLetterMax most bytes written to it; what comes later is only counted
 * @param maxRecord bytes of the longest record that is not bad
 */
public record Policy(
    @Param(
            value =
                "What becomes of a bad record: fail stops, skip counts it and goes on, dead_letter"
                    + " also writes it to a file.",
            def = "fail",
            origin = "a silent loss is worse than a stop")
        OnError onError,
    @Param(value = DEAD_LETTER, def = "none") String deadLetter,
    @Param(
            value = DEAD_LETTER_MAX,
            def = "64MB",
            range = "[0, inf)",
            unit = "bytes",
            origin = "room for about a million bad lines")
        long deadLetterMax,
    @Param(
            value = MAX_RECORD,
            def = "8MB",
            range = "[1024, 1073741824]",
            unit = "bytes",
            origin = "bounds the memory of one record")
        int maxRecord) {
  public static final String DEAD_LETTER =
      "File that bad records are appended to as JSON lines, with their cause.";
  public static final String DEAD_LETTER_MAX =
      "Most bytes written to the dead-letter file; later ones are only counted.";
  public static final String MAX_RECORD = "Longest record; a longer one is bad.";

  public Policy {
    if (onError == OnError.DEAD_LETTER && deadLetter == null) {
      throw new ConfigException(
          "", "'on_error: dead_letter' needs a file to write to; set 'dead_letter: bad.jsonl'");
    }
  }
}
