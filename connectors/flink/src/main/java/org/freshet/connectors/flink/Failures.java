package org.freshet.connectors.flink;

import org.freshet.core.FreshetException;

/** What a job failed of, without what Flink put around it. */
final class Failures {
  private Failures() {}

  static Exception of(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
      if (cause instanceof FreshetException known) {
        return known;
      }
    }
    return new IllegalStateException("the job failed: " + cause.getMessage(), e);
  }
}
