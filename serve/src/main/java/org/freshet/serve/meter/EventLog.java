package org.freshet.serve.meter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.runtime.Happening;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happened, newest last: the last {@value #KEPT} entries, for the page. */
final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger("org.freshet.live");
  private static final int KEPT = 1_000;

  /** Characters of an entry; the rest of a longer one is in the log of the process. */
  private static final int LONGEST = 500;

  /**
   * An entry.
   *
   * @param number from 0 without gaps, over all runs
   * @param time milliseconds since 1970
   */
  record Entry(long number, long time, Happening kind, String text) {}

  private final String pipeline;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);
  private long next;

  EventLog(String pipeline) {
    this.pipeline = pipeline;
  }

  /** Keeps what nobody has said yet, and writes it to the log. */
  void say(Happening kind, String text) {
    keep(kind, text);
    kind.log(LOG, pipeline, text);
  }

  /** Keeps what is in the log already. */
  synchronized void keep(Happening kind, String text) {
    put(System.currentTimeMillis(), kind, text);
    counts.merge(kind, 1L, Long::sum);
  }

  private void put(long time, Happening kind, String text) {
    if (entries.size() == KEPT) {
      entries.removeFirst();
    }
    String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    entries.add(new Entry(next++, time, kind, shown));
  }

  /** Since the start. */
  synchronized long count(Happening kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** Number of the entry to come. */
  synchronized long next() {
    return next;
  }

  /** Entries from a number on. */
  synchronized List<Entry> from(long number) {
    List<Entry> all = new ArrayList<>();
    for (Entry e : entries) {
      if (e.number() >= number) {
        all.add(e);
      }
    }
    return all;
  }

  synchronized void save(StateWriter out) {
    out.put("next", next);
    out.put("times", entries.stream().mapToLong(Entry::time).toArray());
    out.put("kinds", entries.stream().map(e -> e.kind().name()).toArray(String[]::new));
    out.put("texts", entries.stream().map(Entry::text).toArray(String[]::new));
  }

  /** Puts what an earlier run kept before what this one has kept so far. */
  synchronized void load(StateReader in) {
    long[] times = in.longs("times");
    String[] kinds = in.strings("kinds");
    String[] texts = in.strings("texts");
    if (times.length > KEPT || kinds.length != times.length || texts.length != times.length) {
      throw in.corrupt("times", "are not one for each of at most " + KEPT + " entries");
    }
    List<Entry> own = new ArrayList<>(entries);
    entries.clear();
    next = in.longValue("next", times.length, Long.MAX_VALUE / 2) - times.length;
    for (int i = 0; i < times.length; i++) {
      put(times[i], Happening.valueOf(kinds[i]), texts[i]);
    }
    own.forEach(e -> put(e.time(), e.kind(), e.text()));
  }
}
