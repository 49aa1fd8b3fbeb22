package org.freshet.connectors.flink;

import java.io.IOException;
import org.freshet.core.FreshetException;

/**
 * What a job failed of, without what Flink put around it; a fault of its surroundings if unknown.
 */
final class Failures {
  private Failures() {}

  /**
   * @param what failed, such as "the job failed"
   */
  static Exception of(String what, Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
      if (cause instanceof FreshetException known) {
        return known;
      }
    }
    return new IOException(what + ": " + line(cause), e);
  }

  /**
   * The same of a job that goes on from a savepoint.
   *
   * @param savepoint null for none
   */
  static Exception of(String what, String savepoint, Throwable e) {
    Exception found = of(what, e);
    boolean known = savepoint == null || found instanceof FreshetException;
    return known || !restoring(e) ? found : Savepoint.damaged(savepoint, found);
  }

  /** Whether Flink was giving a task its state back, as it says in words alone. */
  private static boolean restoring(Throwable e) {
    for (Throwable c = e; c != null && c.getCause() != c; c = c.getCause()) {
      String said = String.valueOf(c.getMessage());
      if (said.contains("creating StreamOperatorStateContext")
          || said.contains("Failed to rollback to checkpoint")) {
        return true;
      }
    }
    return false;
  }

  /** What is said, in one line. */
  static String line(Throwable e) {
    String said = e.getMessage() == null ? e.toString() : e.getMessage();
    return said.lines().findFirst().orElse(e.toString());
  }
}
