package org.freshet.engine.ask;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * What annotators said of events about which another one is asked too, by the event's number. At
 * most {@value #MOST} events: beyond that nobody else is asked.
 */
final class Replies {
  static final int MOST = 10_000;

  /**
   * Of one event.
   *
   * @param explore whether others are asked to learn how annotators err
   * @param who by number, in the order of their replies
   * @param said class each; -1 for one who does not know
   * @param load of each when it replied
   * @param ranks of all annotators for the next reply, -1 for those who have replied; no part of
   *     the state, null after it was loaded
   */
  record Held(boolean explore, int[] who, int[] said, double[] load, int[] ranks) {
    int find(int annotator) {
      for (int i = 0; i < who.length; i++) {
        if (who[i] == annotator) {
          return i;
        }
      }
      return -1;
    }

    /** Whether anybody named a class. */
    boolean says() {
      for (int label : said) {
        if (label >= 0) {
          return true;
        }
      }
      return false;
    }

    /** The largest class named; -1 where none was. */
    int most() {
      int most = -1;
      for (int label : said) {
        most = Math.max(most, label);
      }
      return most;
    }
  }

  private final TreeMap<Long, Held> held = new TreeMap<>();
  private final TreeMap<Long, String> ids = new TreeMap<>();
  private long replies;

  /** What was said of an event; null for nothing. */
  Held of(long event) {
    return held.get(event);
  }

  /** Ids of events, the oldest first. */
  List<String> ids(int most) {
    return ids.values().stream().limit(most).toList();
  }

  boolean isFull() {
    return held.size() >= MOST;
  }

  void put(long event, String id, Held replies) {
    drop(event);
    held.put(event, replies);
    ids.put(event, id);
    this.replies += replies.who.length;
  }

  void drop(long event) {
    Held old = held.remove(event);
    ids.remove(event);
    replies -= old == null ? 0 : old.who.length;
  }

  /**
   * Goes on with what was said elsewhere.
   *
   * @param now number of each annotator here; -1 for one who is no more, whose replies are lost
   */
  void succeed(Replies old, int[] now) {
    for (Map.Entry<Long, Held> e : old.held.entrySet()) {
      Held h = e.getValue();
      int[] kept = IntStream.range(0, h.who.length).filter(i -> now[h.who[i]] >= 0).toArray();
      if (kept.length > 0) {
        int[] who = Arrays.stream(kept).map(i -> now[h.who[i]]).toArray();
        int[] said = Arrays.stream(kept).map(i -> h.said[i]).toArray();
        double[] load = Arrays.stream(kept).mapToDouble(i -> h.load[i]).toArray();
        put(e.getKey(), old.ids.get(e.getKey()), new Held(h.explore, who, said, load, null));
      }
    }
  }

  long memoryBytes() {
    return 50 + 350L * held.size() + 16 * replies;
  }

  void save(StateWriter out) {
    int n = held.size();
    long[] events = new long[n];
    long[] counts = new long[n];
    long[] who = new long[(int) replies];
    long[] said = new long[(int) replies];
    double[] load = new double[(int) replies];
    int i = 0;
    int at = 0;
    for (var e : held.entrySet()) {
      Held h = e.getValue();
      events[i] = e.getKey();
      counts[i++] = h.explore ? -h.who.length : h.who.length;
      for (int k = 0; k < h.who.length; k++) {
        who[at] = h.who[k];
        said[at] = h.said[k];
        load[at++] = h.load[k];
      }
    }
    out.put("events", events);
    out.put("ids", ids.values().toArray(new String[0]));
    out.put("counts", counts);
    out.put("who", who);
    out.put("said", said);
    out.put("load", load);
  }

  /**
   * @param annotators there are
   */
  void load(StateReader in, int annotators) {
    held.clear();
    ids.clear();
    replies = 0;
    long[] events = in.longs("events");
    long[] counts = in.longs("counts", events.length);
    String[] names = in.strings("ids");
    if (names.length != events.length) {
      throw in.corrupt("ids", "holds " + names.length + " ids of " + events.length + " events");
    }
    long[] who = in.longs("who");
    long[] said = in.longs("said", who.length);
    double[] load = in.doubles("load", who.length);
    int at = 0;
    for (int i = 0; i < events.length; i++) {
      long n = Math.abs(counts[i]);
      if (n < 1 || n > annotators || n > who.length - at || events.length > MOST) {
        throw in.corrupt("counts", "holds " + counts[i]);
      }
      Held h =
          new Held(counts[i] < 0, new int[(int) n], new int[(int) n], new double[(int) n], null);
      for (int k = 0; k < n; k++, at++) {
        if (who[at] < 0 || who[at] >= annotators || said[at] < -1 || said[at] > 1_000_000) {
          throw in.corrupt("who", "holds " + who[at] + " saying " + said[at]);
        }
        h.who[k] = (int) who[at];
        h.said[k] = (int) said[at];
        h.load[k] = load[at];
      }
      put(events[i], names[i], h);
    }
  }
}
