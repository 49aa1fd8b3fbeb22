package org.freshet.engine;

import org.freshet.core.ConfigException;
import org.freshet.core.component.Span;

/**
 * When the label of an event arrives.
 *
 * <ul>
 *   <li>{@code delay} of D events: after event t+D was predicted and before event t+D+1; with 0 at
 *       once.
 *   <li>{@code delay} of a duration: before the first event at which the event clock, the largest
 *       event time seen, has reached the event's own time plus the delay.
 *   <li>{@code byLabelTime}: before the first event at which the clock has reached the label's own
 *       time of arrival; {@code delay} is not used.
 *   <li>An event without a label but with an id waits for a later record with that id and a label.
 * </ul>
 *
 * <p>Labels due at once arrive in the order of their due times, then of their events.
 *
 * @param delay from an event to its label
 * @param byLabelTime whether the stream gives each label's time of arrival
 * @param pending the most events that wait for their labels at a time; beyond it the oldest is
 *     dropped, its label is never learnt, and it is counted
 */
public record LabelPlan(Span delay, boolean byLabelTime, int pending) {
  /** The most events that wait unless told otherwise. */
  public static final int DEFAULT_PENDING = 1_000_000;

  /** The largest number of waiting events that may be asked for. */
  public static final int MAX_PENDING = 100_000_000;

  /** The word that stands for a delay when the stream gives each label's own time of arrival. */
  public static final String LABEL_TIME = "label_time";

  /** Each label comes at once. */
  public static final LabelPlan IMMEDIATE = new LabelPlan(Span.events(0), false, DEFAULT_PENDING);

  public LabelPlan {
    if (pending < 1) {
      throw new ConfigException("labels.pending", "is " + pending + ", allowed 1 or more");
    }
    if (!byLabelTime && delay.events() && delay.length() >= pending) {
      throw new ConfigException(
          "labels.delay",
          "is "
              + delay
              + ", but only "
              + pending
              + " events may wait for a label; raise labels.pending");
    }
  }

  public static LabelPlan after(Span delay) {
    return new LabelPlan(delay, false, DEFAULT_PENDING);
  }

  public static LabelPlan afterEvents(long n) {
    return after(Span.events(n));
  }

  public static LabelPlan atLabelTime() {
    return new LabelPlan(Span.events(0), true, DEFAULT_PENDING);
  }

  /** Whether every label that comes with its event is known at once. */
  public boolean immediate() {
    return !byLabelTime && delay.length() == 0;
  }

  /** Whether labels arrive by the clock of event times. */
  public boolean timed() {
    return byLabelTime || !delay.events() && delay.length() > 0;
  }

  @Override
  public String toString() {
    return byLabelTime ? LABEL_TIME : delay.toString();
  }
}
