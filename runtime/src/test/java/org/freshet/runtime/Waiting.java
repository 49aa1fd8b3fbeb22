package org.freshet.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;

/** How tests wait for a pipeline, and ask it. */
final class Waiting {
  private Waiting() {}

  /** Until something holds, a minute at most. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited too long");
      }
      Thread.sleep(2);
    }
  }

  static long ask(Live live, ToLongFunction<Replica> question) {
    try {
      return live.read(question::applyAsLong).get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
