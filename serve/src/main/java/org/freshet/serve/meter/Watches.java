package org.freshet.serve.meter;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** What the watches measured last, with the measurements before; of at most a thousand. */
final class Watches {
  private static final int MOST = 1_000;
  private static final int TRAIL = 40;

  /** Which watch, and what it looks at. */
  record Key(String watch, String of) {}

  /** Newest last in the trail. */
  record Measured(double value, double limit, float[] trail) {}

  private final Map<Key, Measured> all = new LinkedHashMap<>();
  private BiConsumer<Key, Watches> whenNew = (k, w) -> {};

  /** Told of each new watch, once, by the thread that measured. */
  void whenNew(BiConsumer<Key, Watches> then) {
    whenNew = then;
  }

  void measured(String watch, String of, double value, double limit) {
    Key key = new Key(watch, of);
    boolean fresh;
    synchronized (this) {
      Measured before = all.get(key);
      fresh = before == null;
      if (fresh && all.size() >= MOST) {
        return;
      }
      float[] trail = fresh ? new float[0] : before.trail;
      int kept = Math.min(trail.length, TRAIL - 1);
      float[] longer = Arrays.copyOfRange(trail, trail.length - kept, trail.length + 1);
      longer[kept] = (float) value;
      all.put(key, new Measured(value, limit, longer));
    }
    if (fresh) {
      whenNew.accept(key, this);
    }
  }

  synchronized void save(StateWriter out) {
    int i = 0;
    for (Map.Entry<Key, Measured> e : all.entrySet()) {
      StateWriter one = out.child("w" + i++);
      one.put("watch", e.getKey().watch());
      one.put("of", e.getKey().of());
      one.put("limit", e.getValue().limit());
      one.put("trail", e.getValue().trail());
    }
    out.put("n", i);
  }

  void load(StateReader in) {
    int n = in.intValue("n", 0, MOST);
    for (int i = 0; i < n; i++) {
      StateReader one = in.child("w" + i);
      double limit = one.doubleValue("limit");
      for (float v : one.floats("trail")) {
        measured(one.string("watch"), one.string("of"), v, limit);
      }
    }
  }

  synchronized Measured get(Key key) {
    return all.get(key);
  }

  synchronized Map<Key, Measured> all() {
    return new LinkedHashMap<>(all);
  }
}
