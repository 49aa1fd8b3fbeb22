package org.freshet.learn.cascade;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * How many questions may be asked by now, and from which uncertainty on, so that they come to a
 * share of the events. While nothing is known yet more is asked; that is given back until {@code
 * settle} events have passed, from when on the questions never exceed their share.
 */
final class CallShare {
  private static final int WINDOW = 500;

  /** Events over which questions too few are made up for. */
  private static final double HASTE = 100;

  /**
   * Questions the threshold stays below what is allowed, so that it decides which are asked: at the
   * limit itself those would be refused that come next. Two standard deviations of the questions in
   * that many events.
   */
  private final double slack;

  private final double share;
  private final long warmUp;
  private final long settle;
  private final double fixed; // NaN where the threshold follows the share

  private long events;
  private long calls;

  // Where the present warm-up began.
  private long baseEvents;
  private long baseCalls;
  private long warm;

  // Uncertainties of the last events: in order of the events, and of size.
  private final double[] ring = new double[WINDOW];
  private final double[] sorted = new double[WINDOW];
  private int count;
  private int next;

  /**
   * @param share of events that may be asked about
   * @param warmUp events that are all asked about at the start
   * @param settle events after which the share is kept exactly
   * @param fixed asks from this uncertainty on whatever the share; NaN follows the share
   */
  CallShare(double share, long warmUp, long settle, double fixed) {
    this.share = share;
    this.slack = 2 * Math.sqrt(HASTE * share * (1 - share));
    this.warmUp = warmUp;
    this.settle = settle;
    this.fixed = fixed;
    begin(1);
  }

  /** More questions from here on, given back within {@code settle} events. */
  void moreForAWhile() {
    begin(0.5);
  }

  private void begin(double part) {
    baseEvents = events;
    baseCalls = calls;
    // Half of what may be asked until it is settled, so that the other half is left for later.
    double most = Math.max(0, share * (events + settle) - calls) / 2;
    warm = (long) Math.min(part * warmUp, most);
  }

  /** Questions that may have been asked once n events have passed. */
  private double allowed(long n) {
    long m = n - baseEvents;
    if (share >= 1) {
      return n;
    }
    if (m <= warm) {
      return baseCalls + m;
    }
    if (m >= settle) {
      return share * n;
    }
    double from = baseCalls + warm;
    double to = share * (baseEvents + settle);
    return from + (Math.max(from, to) - from) * (m - warm) / (settle - warm);
  }

  /** Whether every event is asked about now. */
  private boolean warming() {
    return events - baseEvents < warm || !Double.isNaN(fixed) && events < warmUp;
  }

  /**
   * Uncertainty from which on is asked now; below 0 everything is.
   *
   * @param explored share of the events asked about whatever their uncertainty
   */
  double threshold(double explored) {
    if (warming()) {
      return -1;
    }
    if (!Double.isNaN(fixed)) {
      return fixed;
    }
    double now = allowed(events);
    double rate = allowed(events + 1) - now + (now - calls - slack) / HASTE;
    if (rate >= 1 || count == 0) {
      return -1;
    }
    double rest = explored < 1 ? Math.max(0, (rate - explored) / (1 - explored)) : 0;
    int above = (int) Math.ceil(rest * count);
    return above == 0 ? Double.POSITIVE_INFINITY : sorted[count - above];
  }

  /** Takes in an event; whether to ask about it. */
  boolean ask(double uncertainty, double threshold, boolean anyway) {
    boolean wants = anyway || uncertainty >= threshold;
    boolean may = !Double.isNaN(fixed) || calls + 1 <= allowed(events + 1) + 1e-9;
    push(uncertainty);
    events++;
    if (wants && may) {
      calls++;
      return true;
    }
    return false;
  }

  /** The question just allowed was not put. */
  void giveBack() {
    calls--;
  }

  private void push(double u) {
    if (count == WINDOW) {
      int at = Arrays.binarySearch(sorted, 0, count, ring[next]);
      System.arraycopy(sorted, at + 1, sorted, at, count - at - 1);
      count--;
    }
    ring[next] = u;
    next = (next + 1) % WINDOW;
    int at = Arrays.binarySearch(sorted, 0, count, u);
    at = at < 0 ? ~at : at;
    System.arraycopy(sorted, at, sorted, at + 1, count - at);
    sorted[at] = u;
    count++;
  }

  void save(StateWriter out) {
    out.put("events", events);
    out.put("calls", calls);
    out.put("base-events", baseEvents);
    out.put("base-calls", baseCalls);
    out.put("warm", warm);
    out.put("next", next);
    out.put("last", Arrays.copyOf(ring, count));
  }

  void load(StateReader in) {
    events = in.longValue("events", 0, Long.MAX_VALUE);
    calls = in.longValue("calls", 0, events);
    baseEvents = in.longValue("base-events", 0, events);
    baseCalls = in.longValue("base-calls", 0, Math.min(calls, baseEvents));
    warm = in.longValue("warm", 0, Long.MAX_VALUE);
    double[] last = in.doubles("last");
    if (last.length > WINDOW) {
      throw in.corrupt("last", "has " + last.length + " values, allowed " + WINDOW);
    }
    for (double u : last) {
      if (Double.isNaN(u)) {
        throw in.corrupt("last", "has a value that is no number");
      }
    }
    count = last.length;
    next = in.intValue("next", count < WINDOW ? count : 0, count < WINDOW ? count : WINDOW - 1);
    System.arraycopy(last, 0, ring, 0, count);
    System.arraycopy(last, 0, sorted, 0, count);
    Arrays.sort(sorted, 0, count);
  }

  long memoryBytes() {
    return 120 + 2 * (16 + 8L * WINDOW);
  }
}
