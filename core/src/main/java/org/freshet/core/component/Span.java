package org.freshet.core.component;

/**
 * A length of stream: a number of events, or a length of event time in milliseconds. Written {@code
 * 48 events}, {@code 500ms}, {@code 30s}, {@code 5m}, {@code 12h}, {@code 7d}; a bare whole number
 * counts events.
 *
 * @param events whether it counts events rather than milliseconds
 * @param length how many, 0 or more
 */
public record Span(boolean events, long length) {
  public Span {
    if (length < 0) {
      throw new IllegalArgumentException("a span cannot be negative: " + length);
    }
  }

  public static Span events(long n) {
    return new Span(true, n);
  }

  public static Span millis(long n) {
    return new Span(false, n);
  }

  @Override
  public String toString() {
    if (events) {
      return length + " events";
    }
    if (length % 86_400_000 == 0) {
      return length / 86_400_000 + "d";
    }
    if (length % 3_600_000 == 0) {
      return length / 3_600_000 + "h";
    }
    if (length % 60_000 == 0) {
      return length / 60_000 + "m";
    }
    return length % 1000 == 0 ? length / 1000 + "s" : length + "ms";
  }
}
