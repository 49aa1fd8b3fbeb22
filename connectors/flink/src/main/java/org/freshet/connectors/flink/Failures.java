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
    return new IOException(
        what + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()), e);
  }
}
