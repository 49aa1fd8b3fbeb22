package org.freshet.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's time as a pipeline takes it. It never goes back. When it jumps far ahead it is
 * doubted for a minute, because what waits for labels would be given up: until then time goes on as
 * if nothing had happened. A machine that slept has such a jump too, and one that lasts is right.
 */
final class Clock {
  private static final Logger LOG = LoggerFactory.getLogger(Clock.class);
  private static final long DOUBT = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier wall;
  private final LongSupplier nanos;
  private final long ahead;
  private boolean begun;
  private boolean doubting;
  private long since; // nanoseconds, when the doubt began
  private long good; // wall time last believed
  private long goodNanos;
  private long now;

  /**
   * @param wall milliseconds since 1970
   * @param nanos of a clock that nobody sets
   * @param ahead milliseconds a jump may have; {@link Long#MAX_VALUE} believes any
   */
  Clock(LongSupplier wall, LongSupplier nanos, long ahead) {
    this.wall = wall;
    this.nanos = nanos;
    this.ahead = ahead;
  }

  /** Milliseconds since 1970. */
  long now() {
    long at = nanos.getAsLong();
    long found = wall.getAsLong();
    long expected = Math.max(now, good + TimeUnit.NANOSECONDS.toMillis(at - goodNanos));
    if (begun && found - expected > ahead && !outlasted(at, found - expected)) {
      now = expected;
      return now;
    }
    if (doubting) {
      LOG.info("the machine's clock is taken again");
      doubting = false;
    }
    begun = true;
    good = found;
    goodNanos = at;
    now = Math.max(now, found);
    return now;
  }

  private boolean outlasted(long at, long jump) {
    if (!doubting) {
      doubting = true;
      since = at;
      LOG.warn(
          "the machine's clock jumped ahead by {} hours; it is not taken for a minute",
          TimeUnit.MILLISECONDS.toHours(jump));
    }
    return at - since >= DOUBT;
  }
}
