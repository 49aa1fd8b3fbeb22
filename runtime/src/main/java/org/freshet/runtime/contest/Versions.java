package org.freshet.runtime.contest;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** The last {@value #MOST} versions of the model that answers, the newest last. */
final class Versions {
  static final int MOST = 100;

  private final List<Version> all = new ArrayList<>();

  void add(Version v) {
    all.add(v);
    if (all.size() > MOST) {
      all.remove(0);
    }
  }

  List<Version> all() {
    return List.copyOf(all);
  }

  void clear() {
    all.clear();
  }

  /** One that is still known; null for another number. */
  Version of(int number) {
    return all.stream().filter(v -> v.number() == number).findFirst().orElse(null);
  }

  /** Number of the oldest still known. */
  int oldest() {
    return all.get(0).number();
  }

  void save(StateWriter out) {
    out.put("number", all.stream().mapToInt(Version::number).toArray());
    out.put("model", all.stream().map(Version::model).toArray(String[]::new));
    out.put("spec", all.stream().map(Version::spec).toArray(String[]::new));
    out.put("why", all.stream().map(Version::why).toArray(String[]::new));
    out.put("entry", all.stream().mapToLong(Version::entry).toArray());
    out.put("event", all.stream().mapToLong(Version::event).toArray());
    out.put("time", all.stream().mapToLong(Version::time).toArray());
    out.put("recent", all.stream().mapToDouble(Version::recent).toArray());
    out.put("from", all.stream().mapToInt(Version::from).toArray());
  }

  void load(StateReader in) {
    int[] number = in.ints("number");
    int n = number.length;
    String[][] texts = new String[3][];
    int k = 0;
    for (String name : new String[] {"model", "spec", "why"}) {
      texts[k] = in.strings(name);
      if (texts[k++].length != n || n == 0 || n > MOST) {
        throw in.corrupt(name, "has not as many as there are versions, or too many");
      }
    }
    long[] entry = in.longs("entry", n);
    long[] event = in.longs("event", n);
    long[] time = in.longs("time", n);
    double[] recent = in.doubles("recent", n);
    int[] from = in.ints("from", n);
    all.clear();
    for (int i = 0; i < n; i++) {
      all.add(
          new Version(
              number[i],
              texts[0][i],
              texts[1][i],
              texts[2][i],
              entry[i],
              event[i],
              time[i],
              recent[i],
              from[i]));
    }
  }
}
