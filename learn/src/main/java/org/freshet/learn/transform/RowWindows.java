package org.freshet.learn.transform;

import org.freshet.core.Features;
import org.freshet.core.component.Span;
import org.freshet.learn.transform.WindowPlan.Aggregate;

/** Writes what the windows of a key hold into a row; changes nothing but its scratch. */
final class RowWindows {
  private final WindowPlan plan;
  private final WindowStates states;
  private final boolean own;
  private final double empty;
  private final boolean count;
  private final boolean distinct;
  private final Aggregate[] ofNumbers;
  private final Aggregate[] fading;
  private final long[] sum; // a cell of each column, or one
  private final DistinctSet set; // null unless different values of windows of events are counted

  RowWindows(WindowPlan plan, WindowStates states, boolean own, double empty) {
    this.plan = plan;
    this.states = states;
    this.own = own;
    this.empty = empty;
    count = plan.has(Aggregate.COUNT);
    distinct = plan.has(Aggregate.DISTINCT);
    ofNumbers =
        plan.compute.stream()
            .filter(a -> a.compareTo(Aggregate.SUM) >= 0 && a.compareTo(Aggregate.MAX) <= 0)
            .toArray(Aggregate[]::new);
    fading =
        plan.compute.stream()
            .filter(a -> a.compareTo(Aggregate.SUM) >= 0 && a.compareTo(Aggregate.STD) <= 0)
            .toArray(Aggregate[]::new);
    sum = new long[Math.max(states.fading().words(), states.cellWords())];
    set = distinct && plan.ring() > 0 ? new DistinctSet(plan.ring() + 1) : null;
  }

  /** Writes the columns of the key chosen in the states' slots. */
  void write(Features in, double[] y) {
    long time = in.time() == Features.NO_TIME ? states.clock() : in.time();
    int slot = states.find(time);
    long[] a = slot == KeySlots.NONE ? null : states.records().of(slot);
    int at = slot == KeySlots.NONE ? 0 : states.records().at(slot);
    long now = a == null ? time : Math.max(time, a[at + WindowStates.TIME]);
    ofEvents(in, y, a, at);
    ofTime(in, y, a, at, now);
    decayed(in, y, a, at, time);
    last(in, y, a, at, time);
    for (int i : plan.zeros) {
      y[i] = 0;
    }
    for (int i : plan.unknown) {
      y[i] = empty;
    }
  }

  private void ofEvents(Features in, double[] y, long[] a, int at) {
    long before = a == null ? 0 : a[at + WindowStates.EVENTS];
    for (int j = 0; j < plan.events.length && count; j++) {
      y[plan.eventsAt[j]] = Math.min(plan.events[j], before + (own ? 1 : 0));
    }
    if (states.ring() == 0) {
      return;
    }
    int to = count ? 1 : 0; // within a window
    for (int c = 0; c < plan.columns.length; c++) {
      Cell cell = states.cell(c);
      cell.clear(sum, 0);
      if (set != null) {
        set.clear();
      }
      int taken = 0;
      if (own) {
        add(cell, in.get(plan.columns[c]));
        taken = 1;
      }
      int ring = states.ring();
      int first = at + states.ringAt(c);
      int have = (int) Math.min(before, ring);
      int place = (int) (before % ring);
      for (int j = 0; j < plan.events.length; j++) {
        for (; taken < plan.events[j] && have > 0; taken++, have--) {
          place = place == 0 ? ring - 1 : place - 1;
          add(cell, Double.longBitsToDouble(a[first + place]));
        }
        column(y, plan.eventsAt[j] + to, c, 0, set == null ? 0 : set.size());
      }
      to += wide(c);
    }
  }

  private void add(Cell cell, double v) {
    if (Windowed.usable(v)) {
      cell.add(sum, 0, v, 1);
      if (set != null) {
        set.add(v);
      }
    }
  }

  /** Columns written of one column for a window. */
  private int wide(int c) {
    return (plan.category[c] ? 0 : ofNumbers.length) + (distinct ? 1 : 0);
  }

  private void ofTime(Features in, double[] y, long[] a, int at, long now) {
    for (int w = 0; w < plan.pane.length; w++) {
      for (int c = 0; c < plan.columns.length; c++) {
        states.cell(c).clear(sum, states.cellAt(c));
      }
      int head = a == null ? Panes.NONE : (int) a[at + WindowStates.HEADS + w];
      long events = merge(head, Math.floorDiv(now, plan.pane[w]) - states.paneCount());
      for (int c = 0; c < plan.columns.length && own; c++) {
        double v = in.get(plan.columns[c]);
        if (Windowed.usable(v)) {
          states.cell(c).add(sum, states.cellAt(c), v, 1);
        }
      }
      int to = plan.timeAt[w];
      if (count) {
        y[to++] = events + (own ? 1 : 0);
      }
      for (int c = 0; c < plan.columns.length; c++) {
        double values = distinct ? states.cell(c).distinct(sum, states.cellAt(c)) : 0;
        column(y, to, c, states.cellAt(c), values);
        to += wide(c);
      }
    }
  }

  /** Adds up the panes of a list from {@code first} on; returns how many events they hold. */
  private long merge(int head, long first) {
    Panes panes = states.panes();
    long events = 0;
    for (int e = head; e != Panes.NONE && panes.pane(e) >= first; e = panes.next(e)) {
      events += panes.events(e);
      long[] b = panes.of(e);
      int from = panes.cells(e);
      for (int c = 0; c < plan.columns.length; c++) {
        states.cell(c).merge(sum, states.cellAt(c), b, from + states.cellAt(c));
      }
    }
    return events;
  }

  private void column(double[] y, int to, int c, int at, double values) {
    int i = to;
    if (!plan.category[c]) {
      Cell cell = states.cell(c);
      for (Aggregate a : ofNumbers) {
        y[i++] = value(a, cell, at);
      }
    }
    if (distinct) {
      y[i] = values;
    }
  }

  private double value(Aggregate a, Cell cell, int at) {
    double n = cell.n(sum, at);
    if (!(n > 0)) {
      return a == Aggregate.SUM ? 0 : empty;
    }
    return switch (a) {
      case SUM -> cell.sum(sum, at);
      case MEAN -> cell.sum(sum, at) / n;
      case STD -> cell.std(sum, at);
      case MIN -> cell.min(sum, at);
      default -> cell.max(sum, at);
    };
  }

  private void decayed(Features in, double[] y, long[] a, int at, long time) {
    Cell cell = states.fading();
    long ahead = a == null ? 0 : time - a[at + WindowStates.TIME];
    for (int d = 0; d < plan.decays.length; d++) {
      Span half = plan.decays[d];
      double before = Fading.before(half, ahead, own);
      double weight = half.events() ? 1 : Fading.faded(half, -ahead);
      int from = a == null ? 0 : at + states.decayAt(d);
      int to = plan.decayAt[d];
      if (count) {
        double events = a == null ? 0 : Double.longBitsToDouble(a[from]) * before;
        y[to++] = own ? events + weight : events;
      }
      for (int c = 0; c < plan.columns.length; c++) {
        if (plan.category[c]) {
          continue;
        }
        cell.clear(sum, 0);
        if (a != null) {
          System.arraycopy(a, from + 1 + c * cell.words(), sum, 0, cell.words());
          cell.fade(sum, 0, before);
        }
        double v = in.get(plan.columns[c]);
        if (own && Windowed.usable(v)) {
          cell.add(sum, 0, v, weight);
        }
        for (Aggregate which : fading) {
          y[to++] = value(which, cell, 0);
        }
      }
    }
  }

  private void last(Features in, double[] y, long[] a, int at, long time) {
    int to = plan.lastAt;
    for (int c = 0; c < plan.columns.length && plan.has(Aggregate.LAST); c++) {
      double v = in.get(plan.columns[c]);
      if (!own || !Windowed.usable(v)) {
        v = a == null ? Double.NaN : Double.longBitsToDouble(a[at + states.lastAt(c)]);
      }
      y[to++] = Double.isNaN(v) && !plan.category[c] ? empty : v;
    }
    if (plan.has(Aggregate.TIME_SINCE)) {
      y[to] = a == null ? empty : Math.max(0, time - a[at + WindowStates.TIME]) / 1000.0;
    }
  }

  long memoryBytes() {
    long bytes = 72 + 3 * 16 + 4L * (ofNumbers.length + fading.length) + 8L * sum.length;
    return bytes + (set == null ? 0 : set.memoryBytes());
  }
}
