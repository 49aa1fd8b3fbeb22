package org.freshet.learn.transform;

/** Copies what is kept of each key to records and panes without one of the windows. */
final class FewerWindows {
  private final WindowStates from;
  private final WindowStates to;
  private final WindowPlan plan;
  private final int event; // which window is left out: its place among those of its kind, or none
  private final int time;
  private final int decay;

  private FewerWindows(WindowPlan plan, WindowStates from, WindowStates to, int window) {
    this.from = from;
    this.to = to;
    this.plan = plan;
    this.event = window;
    this.time = event - plan.events.length;
    this.decay = time - plan.pane.length;
  }

  /**
   * The states without a window.
   *
   * @param plan of {@code from}
   * @param from not used any more
   * @param window of the plan
   */
  static WindowStates of(WindowPlan plan, WindowStates from, WindowPlan less, int window) {
    from.clear(window - plan.events.length);
    WindowStates to = new WindowStates(less, from);
    to.trim(from);
    FewerWindows copy = new FewerWindows(plan, from, to, window);
    KeySlots slots = to.slots();
    for (int slot = 0; slot < slots.opened(); slot++) {
      to.records().reserve(slot);
    }
    for (int slot = slots.oldest(); slot != KeySlots.NONE; slot = slots.after(slot)) {
      copy.record(slot);
    }
    return to;
  }

  private void record(int slot) {
    long[] a = from.records().of(slot);
    int at = from.records().at(slot);
    long[] b = to.records().of(slot);
    int into = to.records().at(slot);
    b[into + WindowStates.TIME] = a[at + WindowStates.TIME];
    b[into + WindowStates.EVENTS] = a[at + WindowStates.EVENTS];
    for (int w = 0, v = 0; w < plan.pane.length; w++) {
      if (w != time) {
        b[into + WindowStates.HEADS + v++] = panes((int) a[at + WindowStates.HEADS + w]);
      }
    }
    int words = from.decayAt(1) - from.decayAt(0);
    for (int d = 0, v = 0; d < plan.decays.length; d++) {
      if (d != decay) {
        System.arraycopy(a, at + from.decayAt(d), b, into + to.decayAt(v++), words);
      }
    }
    int columns = plan.columns.length;
    if (plan.has(WindowPlan.Aggregate.LAST)) {
      System.arraycopy(a, at + from.lastAt(0), b, into + to.lastAt(0), columns);
    }
    for (int c = 0; c < columns; c++) {
      ring(a, at + from.ringAt(c), b, into + to.ringAt(c), a[at + WindowStates.EVENTS]);
    }
  }

  /** The newest values, each at its place in a ring that may be shorter. */
  private void ring(long[] a, int at, long[] b, int into, long events) {
    int shorter = to.ring();
    for (long n = Math.max(0, events - shorter); n < events; n++) {
      b[into + (int) (n % shorter)] = a[at + (int) (n % from.ring())];
    }
  }

  private int panes(int head) {
    int made = Panes.NONE;
    int last = Panes.NONE;
    Panes old = from.panes();
    for (int e = head; e != Panes.NONE; e = old.next(e)) {
      int copy = to.panes().copy(old, e);
      if (last == Panes.NONE) {
        made = copy;
      } else {
        to.panes().setNext(last, copy);
      }
      last = copy;
    }
    return made;
  }
}
