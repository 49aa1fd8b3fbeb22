package org.freshet.streams.input;

import org.freshet.core.ConfigException;

/**
 * What a source does with bad records.
 *
 * @param deadLetter path of the dead-letter file, null unless the policy needs one
 * @param deadLetterBytes most bytes written to it; what comes later is only counted
 */
public record Policy(OnError onError, String deadLetter, long deadLetterBytes) {
  public Policy {
    if (onError == OnError.DEAD_LETTER && deadLetter == null) {
      throw new ConfigException(
          "", "'on_error: dead_letter' needs a file to write to; set 'dead_letter: bad.jsonl'");
    }
  }

  public static final Policy FAIL = new Policy(OnError.FAIL, null, 0);
}
