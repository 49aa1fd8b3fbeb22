package org.freshet.evaluate.protocol;

import java.util.Arrays;
import java.util.List;

/** Classes in an order, divided into groups of the same size, the first ones larger by one. */
final class ClassGroups {
  /** In what order classes come. */
  enum Order {
    /** By the value of their names. */
    FIXED,
    /** Drawn from the seed. */
    RANDOM
  }

  static final String ORDER =
      "Order of the classes: fixed is by their names, numbers by value; random is drawn from the seed.";

  private final Split data;
  private final int[] order;
  private final int[] first;
  private final int[] place;

  /**
   * @param groups at most as many as there are classes
   */
  ClassGroups(Split data, int groups, Order how) {
    this.data = data;
    order = data.classes();
    if (how == Order.RANDOM) {
      data.rng("classes", 0).shuffle(order, order.length, order.length);
    }
    first = new int[groups + 1];
    for (int g = 0; g < groups; g++) {
      first[g + 1] = first[g] + (order.length - first[g] + groups - g - 1) / (groups - g);
    }
    place = data.places(order);
  }

  int groups() {
    return first.length - 1;
  }

  /** Place of a class among all, in the order in which they come; -1 when none is learnt. */
  int place(int code) {
    return place[code];
  }

  /** Place of a class inside its group. */
  int placeInGroup(int code) {
    return place[code] - first[group(code)];
  }

  /** Group of a class, or -1. */
  int group(int code) {
    int g = -1;
    while (g + 1 < first.length && place[code] >= first[g + 1]) {
      g++;
    }
    return place[code] < 0 ? -1 : g;
  }

  /** The largest number of classes of a group. */
  int largest() {
    return first[1];
  }

  /** Those of some rows whose class is in a group. */
  int[] of(int group, Dataset in, int[] rows) {
    return Arrays.stream(rows).filter(r -> group(in.label(r)) == group).toArray();
  }

  /** Names of all classes in order. */
  List<String> names() {
    return data.names(order);
  }

  /** Names of the classes of a group. */
  String name(int group) {
    return String.join(", ", names().subList(first[group], first[group + 1]));
  }
}
