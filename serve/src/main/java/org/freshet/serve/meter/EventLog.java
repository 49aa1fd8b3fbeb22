package org.freshet.serve.meter;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.freshet.runtime.Happening;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What happened, newest last: the last {@value #KEPT} entries for the page, all in the log. */
final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger("org.freshet.live");
  private static final int KEPT = 1_000;

  /**
   * An entry.
   *
   * @param number from 0 without gaps
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

  void add(Happening kind, String text) {
    synchronized (this) {
      if (entries.size() == KEPT) {
        entries.removeFirst();
      }
      entries.add(new Entry(next++, System.currentTimeMillis(), kind, text));
      counts.merge(kind, 1L, Long::sum);
    }
    boolean bad = kind == Happening.ALARM || kind == Happening.TROUBLE;
    LOG.atLevel(bad ? Level.WARN : Level.INFO)
        .addKeyValue("kind", kind.name().toLowerCase(Locale.ROOT))
        .addKeyValue("pipeline", pipeline)
        .log(text);
  }

  synchronized long count(Happening kind) {
    return counts.getOrDefault(kind, 0L);
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
}
