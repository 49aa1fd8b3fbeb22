package org.freshet.testkit;

import org.junit.jupiter.api.function.Executable;

/** One check of the contract: what holds, and what shows it. */
record Check(String name, Executable body) {

  /** Fails with a message that says what was expected and what was found. */
  static void that(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new AssertionError(arguments.length == 0 ? message : String.format(message, arguments));
    }
  }

  static void same(Trace expected, Trace found, String message) {
    String difference = expected.difference(found);
    that(difference == null, "%s: %s", message, difference);
  }
}
