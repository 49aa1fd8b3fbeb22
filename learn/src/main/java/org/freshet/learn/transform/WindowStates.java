package org.freshet.learn.transform;

import java.util.Arrays;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.component.Span;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What {@link Windowed} keeps of each key: a record of a fixed number of words, and the panes of
 * its windows of time. A record holds the newest time and the number of events, the heads of the
 * lists of panes, the decayed cells, the last values, and a ring of values for windows of events,
 * column by column.
 */
final class WindowStates {
  static final int TIME = 0;
  static final int EVENTS = 1;
  static final int HEADS = 2;

  /** Panes every key has room for on average, for each window, where memory is short. */
  private static final int LEAST_PANES = 3;

  private final WindowPlan plan;
  private final int paneCount;
  private final long ttl;
  private final int minCount;
  private final KeySlots slots;
  private final Slab records;
  private final Panes panes;
  private final FrequencySketch sketch; // null where every key is kept
  private final int keys;
  private final long maxBytes;
  private final int spare; // panes free from which on all goes well
  private final Cell[] cells; // of each column, in a pane
  private final Cell fading = new Cell(true, true, false, false, false);
  private final int[] cellAt;
  private final int cellWords;
  private final int decaysAt;
  private final int lastsAt;
  private final int ringAt;
  private final int ring;
  private long clock = Features.NO_TIME;
  private long dropped;
  private long expired;
  private long filtered;
  private long late;

  WindowStates(WindowPlan plan, int paneCount, int keys, long ttl, int minCount, long maxBytes) {
    this(plan, paneCount, keys, ttl, minCount, maxBytes, null);
  }

  /**
   * @param before the same keys with a window more, whose state is taken over; it is not used any
   *     more
   */
  WindowStates(WindowPlan plan, WindowStates before) {
    this(plan, before.paneCount, before.keys, before.ttl, before.minCount, before.maxBytes, before);
    clock = before.clock;
    dropped = before.dropped;
    expired = before.expired;
    filtered = before.filtered;
    late = before.late;
  }

  private WindowStates(
      WindowPlan plan,
      int paneCount,
      int keys,
      long ttl,
      int minCount,
      long maxBytes,
      WindowStates before) {
    this.plan = plan;
    this.keys = keys;
    this.maxBytes = maxBytes;
    this.paneCount = paneCount;
    this.ttl = ttl;
    this.minCount = minCount;
    cells = new Cell[plan.columns.length];
    cellAt = new int[cells.length];
    int at = 0;
    for (int c = 0; c < cells.length; c++) {
      cells[c] = cell(plan, c);
      cellAt[c] = at;
      at += cells[c].words();
    }
    cellWords = at;
    decaysAt = HEADS + plan.pane.length;
    lastsAt = decaysAt + plan.decays.length * decayWords();
    ringAt = lastsAt + (plan.has(WindowPlan.Aggregate.LAST) ? cells.length : 0);
    ring = plan.ring();
    long words = ringAt + (long) ring * cells.length;
    sketch = before != null ? before.sketch : minCount > 1 ? new FrequencySketch(keys) : null;
    long room = maxBytes - (sketch == null ? 0 : sketch.memoryBytes());
    long perKey = 8 * words + KeySlots.bytesPerKey();
    long perPane = paneBytes();
    int windows = plan.pane.length;
    long most = (long) windows * (paneCount + 1); // panes of one key
    long usual = windows * Math.min(paneCount + 1L, LEAST_PANES);
    long fit = Math.min(keys, (room - most * perPane) / (perKey + usual * perPane));
    if (fit < 1 || words > 1 << 24) {
      throw new ConfigException(
          "",
          "windowed: one key takes "
              + (perKey + most * perPane)
              + " bytes, more than there are for all ("
              + Math.max(0, room)
              + "); give more by 'max_bytes', or fewer columns, windows or panes");
    }
    slots = before != null ? before.slots : new KeySlots((int) fit);
    slots.raise((int) fit);
    records = new Slab((int) words, (int) fit);
    long pool = Math.min(fit * most, (room - fit * perKey) / perPane);
    panes = new Panes(cellWords, (int) Math.min(1 << 30, pool));
    spare = pool < fit * most ? 2 * windows : 0;
  }

  private long paneBytes() {
    return 8L * Panes.words(cellWords);
  }

  /** Whether the next keys or panes would take those of others, for want of memory alone. */
  boolean isShort() {
    boolean few = slots.isFull() && slots.limit() < keys;
    return few || spare > 0 && panes.isNearlyFull(spare);
  }

  /**
   * Bytes a window takes for each key, about: what its parts in the record take, and the panes it
   * has, or those a key has room for where they are fewer.
   */
  double bytesPerKey(int window) {
    int t = window - plan.events.length;
    int d = t - plan.pane.length;
    if (t < 0) {
      return 8.0 * (ring - plan.without(window).ring()) * cells.length;
    }
    if (d >= 0) {
      return 8.0 * decayWords();
    }
    double usual = Math.min(paneCount + 1.0, LEAST_PANES);
    return 8 + paneBytes() * Math.max(usual, (double) panesOf(t) / Math.max(1, slots.size()));
  }

  private static Cell cell(WindowPlan plan, int c) {
    boolean std = plan.has(WindowPlan.Aggregate.STD);
    boolean min = plan.has(WindowPlan.Aggregate.MIN);
    boolean max = plan.has(WindowPlan.Aggregate.MAX);
    boolean distinct = plan.has(WindowPlan.Aggregate.DISTINCT);
    return new Cell(!plan.category[c], std, min, max, distinct);
  }

  /** Words of one decay: the weight of the events, then a cell for each column. */
  private int decayWords() {
    return 1 + plan.columns.length * fading.words();
  }

  KeySlots slots() {
    return slots;
  }

  Panes panes() {
    return panes;
  }

  Slab records() {
    return records;
  }

  Cell cell(int c) {
    return cells[c];
  }

  int cellAt(int c) {
    return cellAt[c];
  }

  int paneCount() {
    return paneCount;
  }

  int cellWords() {
    return cellWords;
  }

  Cell fading() {
    return fading;
  }

  /** Where a decay begins in a record. */
  int decayAt(int d) {
    return decaysAt + d * decayWords();
  }

  int lastAt(int c) {
    return lastsAt + c;
  }

  /** Where the ring of a column begins in a record, and how many values it has. */
  int ringAt(int c) {
    return ringAt + c * ring;
  }

  int ring() {
    return ring;
  }

  long clock() {
    return clock;
  }

  /** The slot of the key chosen in {@link #slots}, or NONE where it has no state at this time. */
  int find(long time) {
    int slot = slots.find();
    return slot != KeySlots.NONE && isExpired(slot, time) ? KeySlots.NONE : slot;
  }

  /** Whether the last event of a key is too long ago; differences that overflow are none. */
  private boolean isExpired(int slot, long time) {
    return ttl > 0 && time - ttl > records.of(slot)[records.at(slot) + TIME];
  }

  /** Learns an event of the key chosen in {@link #slots}. */
  void learn(Features in) {
    long time = in.time();
    if (time == Features.NO_TIME) {
      if (clock == Features.NO_TIME && (ttl > 0 || plan.needsTime())) {
        throw new ConfigException(
            "",
            "windowed has spans of time, but the events have no time; name the time column of the"
                + " source with 'time', or give spans of events");
      }
      time = clock;
    }
    clock = Math.max(clock, time);
    int slot = slot(time);
    if (slot == KeySlots.NONE) {
      return;
    }
    long[] a = records.of(slot);
    int at = records.at(slot);
    fade(a, at, time, in);
    panes(a, at, time, in);
    values(a, at, in);
    a[at + TIME] = Math.max(a[at + TIME], time);
    a[at + EVENTS]++;
    forget(slot, time);
  }

  /** The slot of the key, opened if it is new and frequent enough; the newest now. */
  private int slot(long time) {
    int slot = slots.find();
    if (slot != KeySlots.NONE) {
      slots.touch(slot);
      if (isExpired(slot, time)) {
        expired++;
        release(slot);
        clear(slot, time);
      }
      return slot;
    }
    if (sketch != null && sketch.add(slots.hash(), slots.otherHash()) < minCount) {
      filtered++;
      return KeySlots.NONE;
    }
    if (slots.isFull()) {
      drop(slots.oldest());
      dropped++;
    }
    slot = slots.open();
    records.reserve(slot);
    clear(slot, time);
    return slot;
  }

  private void clear(int slot, long time) {
    long[] a = records.of(slot);
    int at = records.at(slot);
    Arrays.fill(a, at, at + records.words(), 0);
    a[at + TIME] = time;
    Arrays.fill(a, at + HEADS, at + decaysAt, Panes.NONE);
    Arrays.fill(a, at + lastsAt, at + ringAt, Double.doubleToRawLongBits(Double.NaN));
  }

  private void release(int slot) {
    long[] a = records.of(slot);
    int at = records.at(slot);
    for (int w = 0; w < plan.pane.length; w++) {
      panes.release((int) a[at + HEADS + w]);
    }
  }

  private void drop(int slot) {
    release(slot);
    slots.remove(slot);
  }

  /** Gives back the panes of a window of time; nothing where there is no such window. */
  void clear(int t) {
    for (int slot = slots.oldest(); slot != KeySlots.NONE; slot = slots.after(slot)) {
      if (t >= 0 && t < plan.pane.length) {
        long[] a = records.of(slot);
        int at = records.at(slot) + HEADS + t;
        panes.release((int) a[at]);
        a[at] = Panes.NONE;
      }
    }
  }

  /** Drops keys of another, the one used longest ago first, until its panes fit here. */
  void trim(WindowStates other) {
    while (other.panes.used() > panes.limit()) {
      other.drop(slots.oldest());
      dropped++;
    }
  }

  /** Panes that a window has. */
  private long panesOf(int t) {
    long n = 0;
    for (int slot = slots.oldest(); slot != KeySlots.NONE; slot = slots.after(slot)) {
      n += panes.length((int) records.of(slot)[records.at(slot) + HEADS + t]);
    }
    return n;
  }

  /** Two of the oldest keys at most, so that no event waits for many. */
  private void forget(int slot, long time) {
    for (int k = 0; k < 2 && ttl > 0; k++) {
      int oldest = slots.oldest();
      if (oldest == slot || !isExpired(oldest, time)) {
        return;
      }
      drop(oldest);
      expired++;
    }
  }

  private void fade(long[] a, int at, long time, Features in) {
    for (int d = 0; d < plan.decays.length; d++) {
      Span half = plan.decays[d];
      long ahead = time - a[at + TIME];
      double before = Fading.before(half, ahead, true);
      double weight = half.events() ? 1 : Fading.faded(half, -ahead);
      int here = at + decayAt(d);
      double events = Double.longBitsToDouble(a[here]) * before + weight;
      a[here] = Double.doubleToRawLongBits(events);
      for (int c = 0; c < cells.length; c++) {
        int cell = here + 1 + c * fading.words();
        fading.fade(a, cell, before);
        double v = in.get(plan.columns[c]);
        if (!plan.category[c] && Windowed.usable(v)) {
          fading.add(a, cell, v, weight);
        }
      }
    }
  }

  private void values(long[] a, int at, Features in) {
    int place = ring == 0 ? 0 : (int) (a[at + EVENTS] % ring);
    boolean last = ringAt > lastsAt;
    for (int c = 0; c < cells.length && (last || ring > 0); c++) {
      double v = in.get(plan.columns[c]);
      boolean known = Windowed.usable(v);
      if (last && known) {
        a[at + lastsAt + c] = Double.doubleToRawLongBits(v);
      }
      if (ring > 0) {
        a[at + ringAt(c) + place] = Double.doubleToRawLongBits(known ? v : Double.NaN);
      }
    }
  }

  private void panes(long[] a, int at, long time, Features in) {
    boolean tooLate = false;
    for (int w = 0; w < plan.pane.length; w++) {
      int pane = pane(a, at + HEADS + w, Math.floorDiv(time, plan.pane[w]));
      if (pane == Panes.NONE) {
        tooLate = true;
        continue;
      }
      panes.count(pane);
      long[] b = panes.of(pane);
      int from = panes.cells(pane);
      for (int c = 0; c < cells.length; c++) {
        double v = in.get(plan.columns[c]);
        if (Windowed.usable(v)) {
          cells[c].add(b, from + cellAt[c], v, 1);
        }
      }
    }
    late += tooLate ? 1 : 0;
  }

  /** The pane of this number in a list, made if there is none; NONE if it lies too far back. */
  private int pane(long[] a, int headAt, long number) {
    int head = (int) a[headAt];
    if (head == Panes.NONE || number > panes.pane(head)) {
      head = outdated(head, number - paneCount);
      a[headAt] = head; // whole before others are dropped
      head = open(number, head);
      a[headAt] = head;
      return head;
    }
    if (number < panes.pane(head) - paneCount) {
      return Panes.NONE;
    }
    int before = head;
    int e = head;
    while (e != Panes.NONE && panes.pane(e) > number) {
      before = e;
      e = panes.next(e);
    }
    if (e != Panes.NONE && panes.pane(e) == number) {
      return e;
    }
    int made = open(number, e);
    panes.setNext(before, made);
    return made;
  }

  /** A list without its panes before {@code first}, which are given back. */
  private int outdated(int head, long first) {
    if (head == Panes.NONE || panes.pane(head) < first) {
      panes.release(head);
      return Panes.NONE;
    }
    int e = head;
    while (panes.next(e) != Panes.NONE && panes.pane(panes.next(e)) >= first) {
      e = panes.next(e);
    }
    panes.release(panes.next(e));
    panes.setNext(e, Panes.NONE);
    return head;
  }

  /**
   * A new pane; where there are no more, keys used longest ago give theirs. The newest keeps its
   * own.
   */
  private int open(long number, int next) {
    while (panes.isFull()) {
      drop(slots.oldest());
      dropped++;
    }
    int e = panes.open(number, next);
    for (int c = 0; c < cells.length; c++) {
      cells[c].clear(panes.of(e), panes.cells(e) + cellAt[c]);
    }
    return e;
  }

  long dropped() {
    return dropped;
  }

  long expired() {
    return expired;
  }

  long filtered() {
    return filtered;
  }

  long late() {
    return late;
  }

  /** Keys from the oldest to the newest; a record has the lengths of its lists for their heads. */
  void save(StateWriter out) {
    out.put("clock", clock);
    out.put("counted", new long[] {dropped, expired, filtered, late});
    slots.save(out);
    int words = records.words();
    long[] all = new long[Math.multiplyExact(slots.size(), words)];
    long[] inPanes = new long[Math.multiplyExact(panes.used(), panes.saved())];
    int i = 0;
    int p = 0;
    for (int slot = slots.oldest(); slot != KeySlots.NONE; slot = slots.after(slot)) {
      System.arraycopy(records.of(slot), records.at(slot), all, i, words);
      for (int w = 0; w < plan.pane.length; w++) {
        int n = panes.write((int) all[i + HEADS + w], inPanes, p);
        all[i + HEADS + w] = n;
        p += n * panes.saved();
      }
      i += words;
    }
    out.put("records", all);
    out.put("panes", inPanes);
    if (sketch != null) {
      sketch.save(out.child("sketch"));
    }
  }

  void load(StateReader in) {
    clock = in.longValue("clock");
    long[] counted = in.longs("counted", 4);
    dropped = counted[0];
    expired = counted[1];
    filtered = counted[2];
    late = counted[3];
    long[] all = in.longs("records");
    long[] inPanes = in.longs("panes");
    slots.load(in);
    int words = records.words();
    if (all.length != (long) slots.size() * words) {
      throw in.corrupt("records", "has " + all.length + " values, which do not fit the keys");
    }
    int p = 0;
    for (int slot = 0; slot < slots.size(); slot++) {
      records.reserve(slot);
      long[] a = records.of(slot);
      int at = records.at(slot);
      System.arraycopy(all, slot * words, a, at, words);
      if (a[at + EVENTS] < 0 || a[at + EVENTS] == Long.MAX_VALUE) {
        throw in.corrupt("records", "has " + a[at + EVENTS] + " events of a key");
      }
      for (int w = 0; w < plan.pane.length; w++) {
        long n = a[at + HEADS + w];
        if (n < 0 || n > paneCount + 1 || n * panes.saved() > inPanes.length - p) {
          throw in.corrupt("records", "has a list of " + n + " panes, which do not fit");
        }
        a[at + HEADS + w] = list(in, inPanes, p, (int) n);
        p += (int) n * panes.saved();
      }
    }
    if (p != inPanes.length) {
      throw in.corrupt("panes", "has " + inPanes.length + " values, expected " + p);
    }
    if (sketch != null) {
      sketch.load(in.child("sketch"));
    }
  }

  private int list(StateReader in, long[] inPanes, int at, int n) {
    int last = at + (n - 1) * panes.saved();
    if (n > 0 && inPanes[last] < inPanes[at] - paneCount) {
      throw in.corrupt("panes", "has panes of one window too far apart");
    }
    return panes.read(inPanes, at, n, in);
  }

  long memoryBytes() {
    long bytes = 184 + 16 + 16 + 8L * cells.length + 40 + 40L * cells.length;
    bytes += slots.memoryBytes() + records.memoryBytes() + panes.memoryBytes();
    return bytes + (sketch == null ? 0 : sketch.memoryBytes());
  }
}
