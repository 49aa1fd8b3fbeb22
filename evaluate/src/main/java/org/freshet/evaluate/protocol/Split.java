package org.freshet.evaluate.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.freshet.core.Rng;

/**
 * Events to learn from and events to test, each by its row in a dataset.
 *
 * @param train where the events learnt lie
 * @param rows of those, in the order of the stream
 * @param test where the events tested lie, with the same codes
 * @param tests rows of those
 * @param seed of what a protocol draws
 * @param shuffle whether the events of a task come in random order
 */
record Split(Dataset train, int[] rows, Dataset test, int[] tests, long seed, boolean shuffle) {
  /** Names in the order of their values: numbers before words. */
  static final Comparator<String> BY_VALUE =
      Comparator.comparingDouble(Split::number).thenComparing(Comparator.naturalOrder());

  /** All events of a stream are learnt, those of another are tested; or none, when it is null. */
  static Split of(Dataset train, Dataset test, long seed, boolean shuffle) {
    int[] tests = test == null ? new int[0] : upTo(test.rows());
    return new Split(train, upTo(train.rows()), test == null ? train : test, tests, seed, shuffle);
  }

  /** A share of each class is held back, one event at least where there are two. */
  static Split holdBack(Dataset all, double share, long seed, boolean shuffle) {
    boolean[] held = new boolean[all.rows()];
    int classes = all.schema().labels().size();
    for (int k = 0; k < classes; k++) {
      int[] own = of(all, upTo(all.rows()), k);
      int n = own.length < 2 ? 0 : (int) Math.max(1, Math.round(share * own.length));
      n = Math.min(n, own.length - 1);
      new Rng(Rng.childSeed(seed, "held back", k)).shuffle(own, own.length, n);
      for (int i = 0; i < n; i++) {
        held[own[i]] = true;
      }
    }
    int[] tests = where(held, true);
    return new Split(all, where(held, false), all, tests, seed, shuffle);
  }

  private static int[] where(boolean[] held, boolean which) {
    int[] all = new int[held.length];
    int n = 0;
    for (int r = 0; r < held.length; r++) {
      if (held[r] == which) {
        all[n++] = r;
      }
    }
    return Arrays.copyOf(all, n);
  }

  static int[] upTo(int n) {
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    return all;
  }

  /** Those of some rows that have a class. */
  static int[] of(Dataset data, int[] rows, int label) {
    return Arrays.stream(rows).filter(r -> data.label(r) == label).toArray();
  }

  /** Rows in the order in which they come: drawn, or as they are. */
  int[] order(int[] some, String what, long index) {
    int[] a = some.clone();
    if (shuffle) {
      rng(what, index).shuffle(a, a.length, a.length);
    }
    return a;
  }

  Rng rng(String what, long index) {
    return new Rng(Rng.childSeed(seed, what, index));
  }

  /** Codes of the classes that occur, by the value of their names, numbers before words. */
  int[] classes() {
    boolean[] seen = new boolean[train.schema().labels().size()];
    for (int r : rows) {
      seen[train.label(r)] = true;
    }
    List<Integer> codes = new ArrayList<>();
    for (int k = 0; k < seen.length; k++) {
      if (seen[k]) {
        codes.add(k);
      }
    }
    codes.sort(Comparator.comparing(this::name, BY_VALUE));
    return codes.stream().mapToInt(k -> k).toArray();
  }

  /** For each code its place among some; -1 where it is none of them. */
  int[] places(int[] codes) {
    int[] place = new int[train.schema().labels().size()];
    Arrays.fill(place, -1);
    for (int i = 0; i < codes.length; i++) {
      place[codes[i]] = i;
    }
    return place;
  }

  /** Names of classes. */
  List<String> names(int[] codes) {
    return Arrays.stream(codes).mapToObj(this::name).toList();
  }

  String name(int code) {
    return train.schema().labels().name(code);
  }

  private static double number(String name) {
    try {
      double v = Double.parseDouble(name);
      return Double.isNaN(v) ? Double.POSITIVE_INFINITY : v;
    } catch (NumberFormatException word) {
      return Double.POSITIVE_INFINITY;
    }
  }
}
