package org.freshet.runtime.watch;

import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Whether events get their labels in time. Labels come in bursts and in another order than events,
 * so counting them beside the events that came meanwhile would say much and mean nothing. An event
 * is judged once labels have moved on: when the label of an event so much later has come that, by
 * the order of the labels before, its own should be there. A detector looks at whether it is.
 *
 * <p>Where labels stop altogether no event is judged any more; that is an alarm by itself, when ten
 * times as many events have come without a label as ever did lately, and ten windows at least.
 * Labels more than {@value #FAR} events behind the newest, as of a timeout, count as missing.
 */
final class LabelRateWatch {
  private static final int RING = 1 << 17;
  private static final int FAR = RING / 4;

  /** What a label forgets of the farthest one before it. */
  private static final double FORGET = 1e-4;

  private static final int MANY = 10;

  private final int window;
  private final DetectorWatch detector;
  private final long[] labelled = new long[RING / Long.SIZE];
  private long first = -1; // event of the first label since the watch began; -1 before it
  private long events; // number of the next one
  private long newest; // event of the newest label
  private long judged; // events before it are
  private double behind; // the farthest that labels came behind the newest lately, in events
  private double apart; // the farthest that the newest label was behind the events lately
  private boolean stopped;

  LabelRateWatch(Spec spec, int window, long seed) {
    this.window = window;
    this.detector = new DetectorWatch(spec, "labels", false, false, window, seed);
  }

  /**
   * A label came.
   *
   * @param event its event, counted from 0
   */
  void label(long event) {
    if (event < events - RING) {
      return;
    }
    if (first < 0 || stopped) {
      first = event; // how labels come is learnt first, or anew
      newest = event;
      stopped = false;
    }
    newest = Math.max(newest, event);
    judged = newest - first < (long) MANY * window ? newest : judged;
    labelled[word(event)] |= 1L << event;
    if (newest - event <= FAR) {
      behind = Math.max(newest - event, behind * (1 - FORGET));
    }
    apart = Math.max(events - newest, apart * (1 - FORGET));
  }

  private static int word(long event) {
    return (int) (event % RING / Long.SIZE);
  }

  /** An event comes. */
  void event(long event, Findings out) {
    labelled[word(event)] &= ~(1L << event);
    events = event + 1;
    if (first < 0 || stopped) {
      return;
    }
    judged = Math.max(judged, events - RING + 1);
    long until = newest - window - 2 * (long) behind;
    for (; judged < until; judged++) {
      boolean has = (labelled[word(judged)] >>> judged & 1) != 0;
      detector.add(has ? 1 : 0, out);
    }
    if (events - newest > MANY * Math.max(apart, window)) {
      out.alarm("label_rate", "labels", 0, Double.NaN);
      stopped = true;
    }
  }

  long memoryBytes() {
    return 100 + RING / 8 + detector.memoryBytes();
  }

  void save(StateWriter out) {
    detector.save(out.child("detector"));
    out.put("labelled", labelled);
    out.put("first", first);
    out.put("events", events);
    out.put("newest", newest);
    out.put("judged", judged);
    out.put("behind", behind);
    out.put("apart", apart);
    out.put("stopped", stopped);
  }

  void load(StateReader in) {
    detector.load(in.child("detector"));
    System.arraycopy(in.longs("labelled", labelled.length), 0, labelled, 0, labelled.length);
    first = in.longValue("first", -1, Long.MAX_VALUE);
    events = in.longValue("events", 0, Long.MAX_VALUE);
    newest = in.longValue("newest", 0, Long.MAX_VALUE);
    judged = in.longValue("judged", 0, Long.MAX_VALUE);
    behind = in.doubleValue("behind");
    apart = in.doubleValue("apart");
    stopped = in.bool("stopped");
    if (!(behind >= 0 && behind <= FAR) || !(apart >= 0)) {
      throw in.corrupt("behind", "is no number of events");
    }
  }
}
