package org.freshet.serve.meter;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freshet.engine.Outcomes;

/**
 * Drifts between two looks, gathered by where they were found: an ensemble may find many at once.
 */
final class Drifts {
  private static final int SOURCES = 100;

  private record Found(long times, long event) {}

  private final Map<String, Found> found = new LinkedHashMap<>();
  private volatile long count;
  private volatile long before;

  /** Drifts since the start. */
  long count() {
    return count;
  }

  /** Drifts of all runs. */
  long ever() {
    return before + count;
  }

  /** So many were found by earlier runs. */
  void before(long drifts) {
    before = drifts;
  }

  /** Rarely anything, and nothing is done then. */
  void add(Outcomes out) {
    int n = out.drifts();
    if (n == 0) {
      return;
    }
    synchronized (this) {
      for (int i = 0; i < n; i++) {
        String source = String.valueOf(out.driftSource(i));
        Found f = found.get(source);
        if (f != null || found.size() < SOURCES) {
          found.put(source, new Found(f == null ? 1 : f.times + 1, out.driftEvent(i)));
        }
      }
      count = count + n;
    }
  }

  /** A line about what was found since the last call; null for nothing. */
  synchronized String line() {
    if (found.isEmpty()) {
      return null;
    }
    long times = found.values().stream().mapToLong(Found::times).sum();
    long event = found.values().stream().mapToLong(Found::event).max().orElse(0);
    String where = found.keySet().stream().limit(3).reduce((a, b) -> a + ", " + b).orElse("");
    String more = found.size() > 3 ? " and " + (found.size() - 3) + " more" : "";
    found.clear();
    return times == 1
        ? "drift in " + where + " at event " + event
        : times + " drifts in " + where + more + ", the last at event " + event;
  }
}
