package org.freshet.engine.ask;

import java.util.Arrays;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What is spent of a budget. Money is counted in millionths, so that sums are exact. A window
 * slides: each question is remembered until it has left the window, {@value #MOST} at the most;
 * were there more, none is asked until one has left. Events in a window of time are counted in
 * {@value #PANES} panes, those that lie in it whole.
 *
 * <p>A question costs the most a label costs until its label has come; what was too much is given
 * back then.
 */
final class Spending {
  private static final double MICRO = 1e6;

  /** Questions of a window that are remembered. */
  static final int MOST = 1_000_000;

  private static final int PANES = 64;

  /** Events over which a share of the whole stream is caught up with. */
  private static final long HORIZON = 1000;

  /** Changes of the budget that are remembered. */
  private static final int CHANGES = 64;

  private final Budget budget;
  private final long cheapest;
  private final long dearest;
  private final double limit; // in millionths; of a share, of one event
  private long seen;
  private long asked;
  private long spent;
  private long last = -1; // event

  // What questions were charged under budgets before: of events below until[i], charged[i].
  private long[] until = new long[0];
  private long[] charged = new long[0];

  // The questions in the window, the oldest first, in a ring.
  private long[] events = new long[0];
  private long[] times = new long[0];
  private long[] costs = new long[0];
  private int first;
  private int size;
  private long inWindow;

  // Events in a window of time.
  private final long paneLength;
  private final long[] panes;
  private long pane; // number of the last
  private long inPanes;
  private long begin = Features.NO_TIME;
  private long before; // events seen until then
  private long clock = Features.NO_TIME;

  Spending(Budget budget) {
    this(budget, budget.cheapest(), budget.dearest());
  }

  /**
   * @param cheapest the least a label costs
   * @param dearest the most
   */
  Spending(Budget budget, double cheapest, double dearest) {
    this.budget = budget;
    this.cheapest = Math.round(cheapest * MICRO);
    this.dearest = Math.round(dearest * MICRO);
    double most = budget.amount() * MICRO;
    this.limit = budget.unit() == Budget.Unit.SHARE ? most : Math.rint(most);
    long span = budget.timed() ? budget.window().length() : 0;
    this.panes = new long[(int) Math.min(PANES, span)];
    this.paneLength = budget.timed() ? span / panes.length : 0;
  }

  /** Events seen. */
  long seen() {
    return seen;
  }

  /** Questions asked. */
  long asked() {
    return asked;
  }

  /** What they cost. */
  double spent() {
    return spent / MICRO;
  }

  /** What the questions of the window cost; of all without a window. */
  double spentInWindow() {
    return (budget.window() == null ? spent : inWindow) / MICRO;
  }

  /**
   * What may be spent in the window as it is now, or over the stream as far as it has gone: in
   * labels, or in money.
   */
  double allowed() {
    return budget.unit() == Budget.Unit.SHARE ? budget.amount() * seenInWindow() : budget.amount();
  }

  /** An event comes. */
  void see(long event, long now) {
    seen++;
    last = event;
    if (budget.window() == null) {
      return;
    }
    long since;
    if (budget.timed()) {
      if (begin == Features.NO_TIME) {
        begin = now;
        before = seen - 1;
      }
      clock = now;
      turn(now);
      since = now - budget.window().length();
    } else {
      since = event - budget.window().length();
    }
    while (size > 0 && times[first] <= since) {
      inWindow -= costs[first];
      first = first + 1 == times.length ? 0 : first + 1;
      size--;
    }
  }

  private void turn(long now) {
    long number = Math.floorDiv(now, paneLength);
    if (number - pane >= panes.length || seen - before == 1) {
      Arrays.fill(panes, 0);
      inPanes = 0;
      pane = number;
    }
    while (pane < number) {
      int k = Math.floorMod(++pane, panes.length);
      inPanes -= panes[k];
      panes[k] = 0;
    }
    panes[Math.floorMod(pane, panes.length)]++;
    inPanes++;
  }

  private long seenInWindow() {
    if (budget.window() == null) {
      return seen;
    }
    return budget.timed() ? inPanes : Math.min(seen, budget.window().length());
  }

  /** Whether one more may be asked. */
  boolean allows() {
    long now = budget.window() == null ? spent : inWindow;
    if (budget.unit() == Budget.Unit.SHARE) {
      return now < limit * seenInWindow() && size < MOST;
    }
    return now + cheapest <= limit && size < MOST;
  }

  /** See {@link org.freshet.core.ask.Candidate#rate}. */
  double rate() {
    double rate;
    if (budget.unit() == Budget.Unit.SHARE) {
      double horizon = budget.window() == null ? HORIZON : Math.max(1, eventsInWindow());
      double left = allowed() - spentInWindow();
      rate = budget.amount() + left / horizon;
    } else {
      double mean = asked > 0 && spent > 0 ? spent / MICRO / asked : Math.max(1e-6, budget.price());
      double labels = budget.amount() / mean;
      double left = (budget.amount() - spentInWindow()) / mean;
      rate =
          budget.window() == null
              ? left / Math.max(1, Math.max(left, seen)) // as if half of the stream were over
              : (labels + left) / Math.max(1, eventsInWindow());
    }
    return Math.max(0, Math.min(1, rate));
  }

  /** Events of a whole window, as far as that can be told. */
  private double eventsInWindow() {
    if (!budget.timed()) {
      return budget.window().length();
    }
    long elapsed = clock - begin;
    return elapsed >= budget.window().length()
        ? (double) inPanes * budget.window().length() / (paneLength * panes.length)
        : (double) (seen - before) * budget.window().length() / Math.max(1, elapsed);
  }

  /** The label of an event is asked for, which {@link #see} told last. */
  void ask(long event, long now) {
    asked++;
    spent += dearest;
    if (budget.window() == null) {
      return;
    }
    if (size == times.length) {
      grow();
    }
    int at = (first + size) % times.length;
    events[at] = event;
    times[at] = budget.timed() ? now : event;
    costs[at] = dearest;
    size++;
    inWindow += dearest;
  }

  private void grow() {
    int more = Math.min(MOST, Math.max(16, 2 * size));
    events = unrolled(events, more);
    times = unrolled(times, more);
    costs = unrolled(costs, more);
    first = 0;
  }

  private long[] unrolled(long[] ring, int room) {
    long[] a = new long[room];
    for (int i = 0; i < size; i++) {
      a[i] = ring[(first + i) % ring.length];
    }
    return a;
  }

  /**
   * What the label of an event that was asked for has cost in the end; once for each.
   *
   * @param price at most the dearest
   */
  void paid(long event, double price) {
    long less = charge(event) - Math.round(price * MICRO);
    if (less == 0) {
      return;
    }
    spent -= less;
    int lo = 0;
    int hi = size - 1;
    while (lo <= hi) {
      int mid = (lo + hi) >>> 1;
      int at = (first + mid) % events.length;
      if (events[at] == event) {
        costs[at] -= less;
        inWindow -= less;
        return;
      }
      if (events[at] < event) {
        lo = mid + 1;
      } else {
        hi = mid - 1;
      }
    }
  }

  /** What a question was charged when it was asked. */
  private long charge(long event) {
    for (int i = 0; i < until.length; i++) {
      if (event < until[i]) {
        return charged[i];
      }
    }
    return dearest;
  }

  /**
   * Goes on after another budget. Money that was spent counts on; where one counts labels and the
   * other money, each label asked for so far counts as one, or costs the price. A window begins
   * with the questions the one before remembers, by events where one goes by events and the other
   * by time; else empty.
   */
  void succeed(Spending old) {
    boolean money = budget.unit() == Budget.Unit.MONEY;
    boolean recount = money != (old.budget.unit() == Budget.Unit.MONEY);
    long each = money ? Math.round(budget.price() * MICRO) : Math.round(MICRO);
    seen = old.seen;
    asked = old.asked;
    spent = recount ? asked * each : old.spent;
    int n = Math.min(CHANGES - 1, old.until.length);
    int from = old.until.length - n;
    until = Arrays.copyOf(Arrays.copyOfRange(old.until, from, old.until.length), n + 1);
    charged = Arrays.copyOf(Arrays.copyOfRange(old.charged, from, old.charged.length), n + 1);
    charged[n] = old.dearest;
    until[n] = Math.max(old.last + 1, n == 0 ? 0 : until[n - 1]);
    if (recount) {
      Arrays.fill(charged, each);
    }
    last = old.last;
    if (budget.window() == null || old.budget.window() == null) {
      return;
    }
    if (budget.timed() && old.budget.timed()) {
      begin = old.begin;
      before = old.before;
      clock = old.clock;
      pane = Long.MIN_VALUE / 2; // the events of the window are counted anew
    } else if (budget.timed()) {
      return;
    }
    size = old.size;
    events = old.unrolled(old.events, size);
    times = budget.timed() ? old.unrolled(old.times, size) : events.clone();
    costs = old.unrolled(old.costs, size);
    if (recount) {
      Arrays.fill(costs, each);
    }
    inWindow = Arrays.stream(costs).sum();
  }

  long memoryBytes() {
    return 200 + 24L * times.length + 8L * panes.length;
  }

  void save(StateWriter out) {
    out.put("seen", seen);
    out.put("asked", asked);
    out.put("spent", spent);
    out.put("events", unrolled(events, size));
    out.put("times", unrolled(times, size));
    out.put("costs", unrolled(costs, size));
    out.put("panes", panes);
    out.put("pane", pane);
    out.put("begin", begin);
    out.put("before", before);
    out.put("last", last);
    out.put("until", until);
    out.put("charged", charged);
    out.put("clock", clock);
  }

  void load(StateReader in) {
    seen = in.longValue("seen", 0, Long.MAX_VALUE);
    asked = in.longValue("asked", 0, seen);
    spent = in.longValue("spent", 0, Long.MAX_VALUE);
    until = in.has("until") ? in.longs("until") : new long[0];
    charged = in.has("charged") ? in.longs("charged", until.length) : new long[0];
    before = in.has("before") ? in.longValue("before", 0, seen) : 0;
    last = in.has("last") ? in.longValue("last", -1, Long.MAX_VALUE) : -1;
    if (until.length > CHANGES || Arrays.stream(charged).anyMatch(c -> c < 0)) {
      throw in.corrupt("until", "has " + until.length + " changes of the budget");
    }
    events = in.longs("events");
    size = events.length;
    first = 0;
    times = in.longs("times", size);
    costs = in.longs("costs", size);
    if (size > Math.min(MOST, asked)) {
      throw in.corrupt(
          "events", "has " + size + " questions, the limit is " + Math.min(MOST, asked));
    }
    inWindow = 0;
    long most = Math.max(dearest, Arrays.stream(charged).max().orElse(0));
    for (int i = 0; i < size; i++) {
      if (costs[i] < 0 || costs[i] > most || i > 0 && events[i] <= events[i - 1]) {
        throw in.corrupt("costs", "has " + costs[i] + " of event " + events[i]);
      }
      inWindow += costs[i];
    }
    System.arraycopy(in.longs("panes", panes.length), 0, panes, 0, panes.length);
    inPanes = 0;
    for (long n : panes) {
      if (n < 0 || n > seen) {
        throw in.corrupt("panes", "has " + n + " events of " + seen);
      }
      inPanes += n;
    }
    pane = in.longValue("pane");
    begin = in.longValue("begin");
    clock = in.longValue("clock");
  }
}
