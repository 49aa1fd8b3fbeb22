package org.freshet.core.state;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * A store in memory, for replays and tests: it has one user, keeps the newest state of each key,
 * and is part of the snapshot.
 */
public final class HeapModelStore implements ModelStore {
  private record Key(long first, long second) {}

  private record Kept(Key key, long version, byte[] state) {}

  private final Map<Key, Kept> states = new HashMap<>();
  private final Map<String, HeapModelStore> spaces = new LinkedHashMap<>();

  @Override
  public ModelStore space(String name) {
    return spaces.computeIfAbsent(name, n -> new HeapModelStore());
  }

  @Override
  public void put(long first, long second, long version, byte[] state) {
    Key key = new Key(first, second);
    states.put(key, new Kept(key, version, state));
  }

  @Override
  public byte[] get(long first, long second, long after, long upTo) {
    Kept kept = states.get(new Key(first, second));
    return kept == null || kept.version <= after || kept.version > upTo ? null : kept.state;
  }

  @Override
  public void resume(long version) {
    states.values().removeIf(k -> k.version > version);
  }

  /** Takes a state. */
  public interface Taker {
    void take(long first, long second, byte[] state);
  }

  /** Gives out all states, those put longest ago first. */
  public void each(Taker to) {
    states.values().stream()
        .sorted(Comparator.comparingLong(Kept::version))
        .forEach(k -> to.take(k.key.first, k.key.second, k.state));
  }

  /** Forgets the states of keys the first half of whose hash is not wanted. */
  public void retain(LongPredicate wanted) {
    states.keySet().removeIf(k -> !wanted.test(k.first));
  }

  public int size() {
    return states.size();
  }

  @Override
  public void save(StateWriter out) {
    List<Kept> all =
        states.values().stream().sorted(Comparator.comparingLong(Kept::version)).toList();
    long[] keys = new long[3 * all.size()];
    Blobs.Writer blobs = new Blobs.Writer();
    for (int i = 0; i < all.size(); i++) {
      keys[3 * i] = all.get(i).key.first;
      keys[3 * i + 1] = all.get(i).key.second;
      keys[3 * i + 2] = all.get(i).version;
      blobs.add(all.get(i).state);
    }
    out.put("keys", keys);
    blobs.save(out);
  }

  @Override
  public void load(StateReader in) {
    long[] keys = in.longs("keys");
    List<byte[]> blobs = Blobs.load(in, keys.length / 3);
    states.clear();
    for (int i = 0; i < blobs.size(); i++) {
      put(keys[3 * i], keys[3 * i + 1], keys[3 * i + 2], blobs.get(i));
    }
  }
}
