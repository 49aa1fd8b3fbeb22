package org.freshet.runtime.budget;

import java.util.Arrays;

/**
 * Keeps the time of an event under its limit by the fallback stage. The time is from when an event
 * enters the pipeline to its answer; what counts is that of the slowest of twenty among the last
 * {@value #EVENTS} events.
 *
 * <p>When it is over the limit the fallback answers. The pipeline is tried again when some time has
 * passed and the fallback is below half of the limit; where that was too early the next time is
 * twice as long, from {@value #FIRST_SECONDS} seconds to {@value #MOST_SECONDS}, and short again
 * once the pipeline has held out as long.
 *
 * <p>It reads clocks, so what it decides goes into the journal, as a command, and is obeyed from
 * there.
 */
public final class LatencyGuard {
  static final int EVENTS = 512;
  static final int FIRST_SECONDS = 5;
  static final int MOST_SECONDS = 300;

  private final long limit;
  private final long[] ring = new long[EVENTS];
  private final long[] sorted = new long[EVENTS];
  private int next;
  private int fresh; // events since the last look
  private long p95;
  private long held = FIRST_SECONDS * 1_000_000_000L;
  private long since; // of the last switch
  private boolean begun;
  private boolean tried; // the pipeline answers after the fallback did
  private boolean falling;

  /**
   * @param limitMillis time an event may take
   * @param falling whether the fallback answers now
   */
  public LatencyGuard(long limitMillis, boolean falling) {
    this.limit = limitMillis * 1_000_000;
    this.falling = falling;
  }

  /**
   * Notes events that were answered.
   *
   * @param nanos each took
   */
  public void answered(int events, long nanos) {
    int n = Math.min(events, EVENTS);
    for (int i = 0; i < n; i++) {
      ring[next] = nanos;
      next = next + 1 == EVENTS ? 0 : next + 1;
    }
    fresh = Math.min(EVENTS, fresh + n);
  }

  /**
   * What is to be done, {@code fallback on} or {@code fallback off}; null for nothing.
   *
   * @param now of a clock that never goes back, nanoseconds
   */
  public String decide(long now) {
    if (!begun) {
      begun = true;
      since = now;
    }
    if (fresh < EVENTS) { // a whole window of what answers now
      return null;
    }
    fresh = EVENTS / 2;
    System.arraycopy(ring, 0, sorted, 0, EVENTS);
    Arrays.sort(sorted);
    p95 = sorted[EVENTS * 95 / 100];
    if (!falling && p95 > limit) {
      held =
          tried && now - since < held ? Math.min(MOST_SECONDS * 1_000_000_000L, 2 * held) : first();
      return become(true, now);
    }
    if (falling && now - since >= held && p95 < limit / 2) {
      return become(false, now);
    }
    return null;
  }

  private static long first() {
    return FIRST_SECONDS * 1_000_000_000L;
  }

  private String become(boolean to, long now) {
    falling = to;
    tried = !to;
    since = now;
    fresh = 0;
    return to ? "fallback on" : "fallback off";
  }

  /** The time that one event of twenty exceeded when it was looked at last, nanoseconds. */
  public long p95() {
    return p95;
  }
}
