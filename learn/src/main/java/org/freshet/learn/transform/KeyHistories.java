package org.freshet.learn.transform;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The last k labels of each key, newest first, for a bounded number of keys. At the limit a new key
 * takes the place of the one that got its last label longest ago. The null key is a key.
 */
final class KeyHistories {
  private static final int NONE = -1;

  private final int k;
  private final int maxKeys;
  private final double initial;
  private final Map<String, Integer> places = new HashMap<>();
  private String[] keys;
  private double[] labels; // place · k + lag
  private int[] older; // of a place, in the order of last labels
  private int[] newer;
  private int newest = NONE;
  private int oldest = NONE;
  private int size;
  private long keyBytes;

  KeyHistories(int k, int maxKeys, double initial) {
    this.k = k;
    this.maxKeys = maxKeys;
    this.initial = initial;
    reserve(Math.min(maxKeys, 16));
  }

  private void reserve(int n) {
    keys = keys == null ? new String[n] : Arrays.copyOf(keys, n);
    labels = labels == null ? new double[n * k] : Arrays.copyOf(labels, Math.multiplyExact(n, k));
    older = older == null ? new int[n] : Arrays.copyOf(older, n);
    newer = newer == null ? new int[n] : Arrays.copyOf(newer, n);
  }

  /** Writes the k labels of a key, newest first, to {@code out} from {@code at} on. */
  void copyTo(String key, double[] out, int at) {
    Integer place = places.get(key);
    if (place == null) {
      Arrays.fill(out, at, at + k, initial);
    } else {
      System.arraycopy(labels, place * k, out, at, k);
    }
  }

  /** A label of a key arrived. */
  void add(String key, double label) {
    Integer known = places.get(key);
    int place = known == null ? open(key) : known;
    if (known != null) {
      unlink(place);
    }
    link(place);
    int at = place * k;
    System.arraycopy(labels, at, labels, at + 1, k - 1);
    labels[at] = label;
  }

  private int open(String key) {
    int place;
    if (size == maxKeys) {
      place = oldest;
      unlink(place);
      places.remove(keys[place]);
      keyBytes -= bytes(keys[place]);
    } else {
      if (size == keys.length) {
        reserve((int) Math.min(maxKeys, 2L * size));
      }
      place = size++;
    }
    keys[place] = key;
    places.put(key, place);
    keyBytes += bytes(key);
    Arrays.fill(labels, place * k, (place + 1) * k, initial);
    return place;
  }

  private void link(int place) {
    older[place] = newest;
    newer[place] = NONE;
    if (newest == NONE) {
      oldest = place;
    } else {
      newer[newest] = place;
    }
    newest = place;
  }

  private void unlink(int place) {
    if (newer[place] == NONE) {
      newest = older[place];
    } else {
      older[newer[place]] = older[place];
    }
    if (older[place] == NONE) {
      oldest = newer[place];
    } else {
      newer[older[place]] = newer[place];
    }
  }

  /** A map entry, its boxed place, and the key itself: about what they take on a 64-bit JVM. */
  private static long bytes(String key) {
    return 32 + 16 + 8 + (key == null ? 0 : 24 + 16 + (key.length() + 7L) / 8 * 8);
  }

  int size() {
    return size;
  }

  /** Keys and labels from the oldest to the newest. */
  void save(StateWriter out) {
    String[] names = new String[size];
    double[] all = new double[size * k];
    int i = 0;
    for (int place = oldest; place != NONE; place = newer[place]) {
      names[i] = keys[place];
      System.arraycopy(labels, place * k, all, i * k, k);
      i++;
    }
    out.put("keys", names);
    out.put("labels", all);
  }

  void load(StateReader in) {
    String[] names = in.strings("keys");
    if (names.length > maxKeys) {
      throw in.corrupt("keys", "has " + names.length + " keys, allowed " + maxKeys);
    }
    double[] all = in.doubles("labels", names.length * k);
    for (int i = 0; i < names.length; i++) {
      if (places.containsKey(names[i])) {
        throw in.corrupt("keys", "has the key '" + names[i] + "' twice");
      }
      int place = open(names[i]);
      link(place);
      System.arraycopy(all, i * k, labels, place * k, k);
    }
  }

  long memoryBytes() {
    return 80 + 5 * 16 + 48 + keys.length * (4L + 8 + 8L * k) + keyBytes;
  }
}
