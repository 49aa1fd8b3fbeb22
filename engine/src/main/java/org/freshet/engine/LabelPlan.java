package org.freshet.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Span;
import org.freshet.engine.ask.AskPlan;

/**
 * When the label of an event arrives, and what happens when it does not, or comes again.
 *
 * <ul>
 *   <li>{@code delay} of D events: after event t+D was predicted and before event t+D+1; with 0 at
 *       once.
 *   <li>{@code delay} of a duration: before the first event at which the event clock, the largest
 *       event time seen, has reached the event's own time plus the delay.
 *   <li>{@code byLabelTime}: before the first event at which the clock has reached the label's own
 *       time of arrival; {@code delay} is not used.
 *   <li>An event without a label but with an id waits for a later record with that id and a label.
 *       With a {@code timeout}, it waits until the event clock has gone on by so much since the
 *       event came.
 * </ul>
 *
 * <p>Labels due at once arrive in the order of their due times, then of their events.
 *
 * @param delay from an event to its label
 * @param byLabelTime whether the stream gives each label's time of arrival
 * @param pending the most events that wait for their labels at a time; beyond it the oldest is
 *     dropped, its label is never learnt, and it is counted
 * @param timeout how long an event waits for its label; null is without end
 * @param onTimeout what happens then
 * @param negative name of the class learnt then with {@link OnTimeout#NEGATIVE}; null otherwise
 * @param corrections what happens with another label for an event that had one
 * @param ask which labels are asked for; null where all that come are learnt
 */
public record LabelPlan(
    Span delay,
    boolean byLabelTime,
    int pending,
    Span timeout,
    OnTimeout onTimeout,
    String negative,
    Corrections corrections,
    AskPlan ask) {
  /** The most events that wait unless told otherwise. */
  public static final int DEFAULT_PENDING = 1_000_000;

  /** The largest number of waiting events that may be asked for. */
  public static final int MAX_PENDING = 100_000_000;

  /** The word that stands for a delay when the stream gives each label's own time of arrival. */
  public static final String LABEL_TIME = "label_time";

  /** Each label comes at once. */
  public static final LabelPlan IMMEDIATE = new LabelPlan(Span.events(0), false, DEFAULT_PENDING);

  /** What happens when an event waited too long for its label. */
  public enum OnTimeout {
    /** Nothing is learnt; a label that comes later is counted as late, and not learnt. */
    DROP,
    /** The class {@code negative} is learnt; a later label is a confirmation or a correction. */
    NEGATIVE,
    /**
     * The label last known for the event's key is learnt, nothing where none is known; a later
     * label is a confirmation or a correction.
     */
    LAST_KNOWN
  }

  /** What happens with another label for an event that had one. */
  public enum Corrections {
    /** It is counted. */
    IGNORE,
    /**
     * It is learnt too, from the row as it was predicted, while that is among the last {@value
     * Pending#REMEMBERED} joined. What was learnt from the first label is not unlearnt.
     */
    RELEARN
  }

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
    if (timeout != null && (timeout.events() || timeout.length() == 0)) {
      throw new ConfigException(
          "labels.timeout", "is " + timeout + ", expected a length of event time such as 7d");
    }
    if (timeout == null && onTimeout != OnTimeout.DROP) {
      throw new ConfigException(
          "labels.on_timeout", "needs 'timeout', the time an event waits for its label");
    }
    if ((negative != null) != (onTimeout == OnTimeout.NEGATIVE)) {
      throw new ConfigException(
          "labels.negative",
          negative == null
              ? "is missing; on_timeout: negative needs the class that is learnt"
              : "is '" + negative + "', which belongs to on_timeout: negative");
    }
  }

  /** Labels without a timeout, corrections ignored. */
  public LabelPlan(Span delay, boolean byLabelTime, int pending) {
    this(delay, byLabelTime, pending, null, OnTimeout.DROP, null, Corrections.IGNORE, null);
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

  /** The same with a timeout that drops or takes the label last known. */
  public LabelPlan withTimeout(Span after, OnTimeout then) {
    return new LabelPlan(delay, byLabelTime, pending, after, then, null, corrections, ask);
  }

  /** The same with a timeout after which a class is learnt. */
  public LabelPlan withTimeout(Span after, String learnt) {
    return new LabelPlan(
        delay, byLabelTime, pending, after, OnTimeout.NEGATIVE, learnt, corrections, ask);
  }

  public LabelPlan withCorrections(Corrections policy) {
    return new LabelPlan(delay, byLabelTime, pending, timeout, onTimeout, negative, policy, ask);
  }

  public LabelPlan withPending(int most) {
    return new LabelPlan(delay, byLabelTime, most, timeout, onTimeout, negative, corrections, ask);
  }

  /** The same with labels that are asked for. */
  public LabelPlan withAsk(AskPlan plan) {
    return new LabelPlan(
        delay, byLabelTime, pending, timeout, onTimeout, negative, corrections, plan);
  }

  /**
   * Reads what {@link AskPlan#texts} wrote.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static AskPlan asking(List<String> texts) {
    AskPlan read =
        texts.size() < 3
            ? null
            : AskFields.parse(
                texts.get(0),
                texts.get(1),
                texts.get(2),
                texts.subList(3, texts.size()).toArray(new String[0]));
    if (read == null) {
      throw new IllegalArgumentException("'" + texts + "' does not say what is asked");
    }
    return read;
  }

  /** Whether every label that comes with its event is known at once. */
  public boolean immediate() {
    return !byLabelTime && delay.length() == 0;
  }

  /** Whether labels arrive by the clock of event times. */
  public boolean timed() {
    return byLabelTime || !delay.events() && delay.length() > 0;
  }

  /** Whether anything goes by the clock of event times. */
  public boolean clocked() {
    return timed() || timeout != null || ask != null && ask.budget().timed();
  }

  /** The fields of a pipeline file besides delay and pending, those given. */
  public Map<String, String> waiting() {
    Map<String, String> given = new LinkedHashMap<>();
    if (timeout != null) {
      given.put("timeout", timeout.toString());
      given.put("on_timeout", LabelFields.word(onTimeout));
    }
    if (negative != null) {
      given.put("negative", negative);
    }
    if (corrections != Corrections.IGNORE) {
      given.put("corrections", LabelFields.word(corrections));
    }
    if (ask != null) {
      given.put("budget", ask.budget().toString());
      given.put("ask", ask.strategy().toString());
      if (!ask.isWhole()) {
        given.put("question", ask.question().toString());
      }
      if (!ask.annotators().isEmpty()) {
        given.put("annotators", ask.annotators().toString());
      }
    }
    return given;
  }

  /** When labels come that come with their events. */
  @Override
  public String toString() {
    return byLabelTime ? LABEL_TIME : delay.toString();
  }
}
