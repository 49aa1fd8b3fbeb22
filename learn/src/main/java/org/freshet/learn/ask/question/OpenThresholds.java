package org.freshet.learn.ask.question;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** By what threshold and level each open question was formed, in the order of events. */
final class OpenThresholds {
  private static final double GONE = Double.NaN;

  private long[] events = new long[16];
  private double[] thresholds = new double[16];
  private double[] levels = new double[16];
  private int first;
  private int end;

  void add(long event, double threshold, double level) {
    if (end == events.length) {
      int n = end - first;
      int room = Math.max(16, 2 * n);
      events = Arrays.copyOf(Arrays.copyOfRange(events, first, end), room);
      thresholds = Arrays.copyOf(Arrays.copyOfRange(thresholds, first, end), room);
      levels = Arrays.copyOf(Arrays.copyOfRange(levels, first, end), room);
      first = 0;
      end = n;
    }
    events[end] = event;
    thresholds[end] = threshold;
    levels[end++] = level;
  }

  /** Where the question about an event is; -1 where there is none. */
  int find(long event) {
    int at = Arrays.binarySearch(events, first, end, event);
    return at >= 0 && !Double.isNaN(thresholds[at]) ? at : -1;
  }

  double threshold(int at) {
    return thresholds[at];
  }

  double level(int at) {
    return levels[at];
  }

  void remove(int at) {
    thresholds[at] = GONE;
    while (first < end && Double.isNaN(thresholds[first])) {
      first++;
    }
    if (first == end) {
      first = 0;
      end = 0;
    }
  }

  void save(StateWriter out) {
    out.put("events", Arrays.copyOfRange(events, first, end));
    out.put("thresholds", Arrays.copyOfRange(thresholds, first, end));
    out.put("levels", Arrays.copyOfRange(levels, first, end));
  }

  void load(StateReader in) {
    long[] saved = in.longs("events");
    for (int i = 1; i < saved.length; i++) {
      if (saved[i] <= saved[i - 1]) {
        throw in.corrupt("events", "does not rise at " + saved[i]);
      }
    }
    end = saved.length;
    first = 0;
    int room = Math.max(16, end);
    events = Arrays.copyOf(saved, room);
    thresholds = Arrays.copyOf(in.doubles("thresholds", end), room);
    levels = Arrays.copyOf(in.doubles("levels", end), room);
  }

  long memoryBytes() {
    return 100 + 24L * events.length;
  }
}
