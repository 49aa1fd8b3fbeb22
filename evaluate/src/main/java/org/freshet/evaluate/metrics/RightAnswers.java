package org.freshet.evaluate.metrics;

import java.util.Arrays;

/**
 * One bit an event: whether the answer was right. For paired tests; up to {@link #LIMIT} events.
 */
public final class RightAnswers {
  /** The most events kept: 8 MB. */
  public static final long LIMIT = 1L << 26;

  private long[] bits = new long[64];
  private long events;

  public void add(boolean right) {
    if (events >= LIMIT) {
      events = LIMIT + 1;
      return;
    }
    int word = (int) (events >>> 6);
    if (word == bits.length) {
      bits = Arrays.copyOf(bits, 2 * word);
    }
    if (right) {
      bits[word] |= 1L << events;
    }
    events++;
  }

  /** Whether every event is in it. */
  public boolean isWhole() {
    return events <= LIMIT;
  }

  public long events() {
    return Math.min(events, LIMIT);
  }

  /** Events this one has right and the other wrong. */
  public long onlyHere(RightAnswers other) {
    long n = 0;
    for (int i = 0; i < Math.min(bits.length, other.bits.length); i++) {
      n += Long.bitCount(bits[i] & ~other.bits[i]);
    }
    return n;
  }
}
