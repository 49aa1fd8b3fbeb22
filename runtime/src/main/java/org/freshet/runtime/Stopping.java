package org.freshet.runtime;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Whether a pipeline was told to stop, and how long it still waits for a disk and its sinks. */
final class Stopping {
  private volatile long patience = TimeUnit.SECONDS.toNanos(30);
  private volatile boolean asked;
  private volatile long since;

  synchronized void ask() {
    if (!asked) {
      since = System.nanoTime();
      asked = true;
    }
  }

  void patience(Duration given) {
    patience = given.toNanos();
  }

  boolean asked() {
    return asked;
  }

  /** Whether it waited long enough since it was told. */
  boolean outOfPatience() {
    return asked && left() < 0;
  }

  /** Nanoseconds it still waits. */
  long left() {
    return since + patience - System.nanoTime();
  }
}
