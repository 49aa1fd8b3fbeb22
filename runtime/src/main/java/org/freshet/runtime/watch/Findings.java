package org.freshet.runtime.watch;

import java.util.ArrayList;
import java.util.List;

/** What watches measured and found lately; no part of their state. */
final class Findings {
  final List<Alarm> alarms = new ArrayList<>();
  final List<Measure> measures = new ArrayList<>();
  long event;

  void measured(String watch, String of, double value, double limit) {
    measures.add(new Measure(watch, of, value, limit));
  }

  void alarm(String watch, String of, double value, double limit) {
    alarms.add(new Alarm(watch, of, value, limit, event));
  }

  void clear() {
    alarms.clear();
    measures.clear();
  }
}
