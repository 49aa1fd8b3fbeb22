package org.freshet.learn.transform;

import org.freshet.core.state.StateReader;

/**
 * The panes of sliding windows of time, in lists, one for a key and a window, the newest first. A
 * pane holds the number of its stretch of time, how many events fell into it, and its cells; only
 * those with events exist. All lists share one pool.
 */
final class Panes {
  static final int NONE = -1;
  private static final int PANE = 0;
  private static final int NEXT = 1;
  private static final int EVENTS = 2;

  /** Where the cells of a pane begin. */
  static final int CELLS = 3;

  private final Slab slab;
  private final int limit;
  private int free = NONE;
  private int opened;
  private int used;

  /**
   * @param cells words of all cells of a pane
   * @param limit the most panes of all lists
   */
  Panes(int cells, int limit) {
    this.slab = new Slab(CELLS + cells, limit);
    this.limit = limit;
  }

  static int words(int cells) {
    return CELLS + cells;
  }

  /** Whether fewer than {@code panes} more fit. */
  boolean isNearlyFull(int panes) {
    return used > limit - panes;
  }

  boolean isFull() {
    return used >= limit;
  }

  /** A pane with no events, between its neighbours; its cells are not cleared. */
  int open(long pane, int next) {
    int e = free;
    if (e != NONE) {
      free = next(e);
    } else {
      e = opened++;
      slab.reserve(e);
    }
    used++;
    long[] a = slab.of(e);
    int at = slab.at(e);
    a[at + PANE] = pane;
    a[at + NEXT] = next;
    a[at + EVENTS] = 0;
    return e;
  }

  /** A copy of a pane of another pool with as large cells, the last of its list. */
  int copy(Panes other, int pane) {
    int e = open(other.pane(pane), NONE);
    System.arraycopy(
        other.slab.of(pane),
        other.slab.at(pane) + EVENTS,
        slab.of(e),
        slab.at(e) + EVENTS,
        slab.words() - EVENTS);
    return e;
  }

  /** Gives back a pane and all behind it. */
  void release(int head) {
    int e = head;
    while (e != NONE) {
      int next = next(e);
      setNext(e, free);
      free = e;
      used--;
      e = next;
    }
  }

  long[] of(int e) {
    return slab.of(e);
  }

  /** Where the cells of a pane begin in {@link #of}. */
  int cells(int e) {
    return slab.at(e) + CELLS;
  }

  long pane(int e) {
    return slab.of(e)[slab.at(e) + PANE];
  }

  int next(int e) {
    return (int) slab.of(e)[slab.at(e) + NEXT];
  }

  void setNext(int e, int next) {
    slab.of(e)[slab.at(e) + NEXT] = next;
  }

  long events(int e) {
    return slab.of(e)[slab.at(e) + EVENTS];
  }

  void count(int e) {
    slab.of(e)[slab.at(e) + EVENTS]++;
  }

  int limit() {
    return limit;
  }

  int used() {
    return used;
  }

  /** Words {@link #write} writes for a pane. */
  int saved() {
    return slab.words() - 1;
  }

  /** Writes a list without its links; returns how many panes. */
  int write(int head, long[] into, int at) {
    int n = 0;
    for (int e = head; e != NONE; e = next(e), n++) {
      int to = at + n * saved();
      into[to] = pane(e);
      System.arraycopy(slab.of(e), slab.at(e) + EVENTS, into, to + 1, saved() - 1);
    }
    return n;
  }

  /** Makes a list of {@code n} panes as {@link #write} wrote them, checked; returns its head. */
  int read(long[] from, int at, int n, StateReader in) {
    int head = NONE;
    for (int i = n - 1; i >= 0; i--) {
      int here = at + i * saved();
      boolean ordered = head == NONE || from[here] > pane(head);
      if (!ordered || from[here + 1] < 0 || isFull()) {
        throw in.corrupt("panes", "has panes that are not in order, or too many");
      }
      head = open(from[here], head);
      System.arraycopy(from, here + 1, slab.of(head), slab.at(head) + EVENTS, saved() - 1);
    }
    return head;
  }

  int length(int head) {
    int n = 0;
    for (int e = head; e != NONE; e = next(e)) {
      n++;
    }
    return n;
  }

  long memoryBytes() {
    return 40 + slab.memoryBytes();
  }
}
