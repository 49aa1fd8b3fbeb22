package org.freshet.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Outcomes;

/** Drifts a model reported: all are counted, the first {@link #LIMIT} kept. */
final class Drifts {
  static final int LIMIT = 10_000;
  private final List<Evaluation.Drift> kept = new ArrayList<>();
  private long total;

  void take(Outcomes out) {
    for (int i = 0; i < out.drifts(); i++) {
      total++;
      if (kept.size() < LIMIT) {
        kept.add(new Evaluation.Drift(out.driftEvent(i), out.driftSource(i)));
      }
    }
  }

  List<Evaluation.Drift> kept() {
    return List.copyOf(kept);
  }

  /** Those found since {@code n} were kept. */
  List<Evaluation.Drift> since(int n) {
    return List.copyOf(kept.subList(n, kept.size()));
  }

  int size() {
    return kept.size();
  }

  long total() {
    return total;
  }

  void save(StateWriter out) {
    out.put("total", total);
    out.put("events", kept.stream().mapToLong(Evaluation.Drift::event).toArray());
    out.put("sources", kept.stream().map(Evaluation.Drift::source).toArray(String[]::new));
  }

  void load(StateReader in) {
    total = in.longValue("total", 0, Long.MAX_VALUE);
    long[] events = in.longs("events");
    String[] sources = in.strings("sources");
    if (events.length > LIMIT || sources.length != events.length) {
      throw in.corrupt(
          "events", "has " + events.length + " drifts with " + sources.length + " sources");
    }
    kept.clear();
    for (int i = 0; i < events.length; i++) {
      kept.add(new Evaluation.Drift(events[i], sources[i]));
    }
  }
}
