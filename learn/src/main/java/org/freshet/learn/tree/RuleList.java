package org.freshet.learn.tree;

import java.util.Arrays;

/**
 * Rules in their order and the default one, with the count of their bytes. At the memory limit no
 * rule is added, and the rules that promise least observe no more.
 */
final class RuleList<R extends Rule> {
  private final long limit;
  private Rule[] rules = new Rule[4];
  private int size;
  private R otherwise;
  private long bytes;

  RuleList(long limit) {
    this.limit = limit;
  }

  /**
   * Begins with a default rule alone.
   *
   * @param others bytes that count too
   */
  void begin(R first, long others) {
    size = 0;
    rules = new Rule[4];
    otherwise = first;
    bytes = others + 4L * rules.length + first.bytes();
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }

  /** The rule at a place; at {@link #size()} the default one. */
  @SuppressWarnings("unchecked") // only rules of this kind come in
  R get(int i) {
    return i < size ? (R) rules[i] : otherwise;
  }

  /** Counts what a rule, or what goes with the rules, has grown by. */
  void grown(long more) {
    bytes += more;
  }

  /** Whether another rule may be made. */
  boolean hasRoom() {
    return 2 * otherwise.bytes() + bytes <= limit;
  }

  void insert(int at, R made) {
    if (size == rules.length) {
      bytes += 4L * size;
      rules = Arrays.copyOf(rules, 2 * size);
    }
    System.arraycopy(rules, at, rules, at + 1, size++ - at);
    rules[at] = made;
    bytes += made.bytes();
  }

  void remove(int i) {
    bytes -= rules[i].bytes();
    System.arraycopy(rules, i + 1, rules, i, --size - i);
    rules[size] = null;
  }

  /** Puts another rule in the place of one; at {@link #size()} of the default one. */
  void replace(int i, R by) {
    bytes += by.bytes() - get(i).bytes();
    if (i < size) {
      rules[i] = by;
    } else {
      otherwise = by;
    }
  }

  /** Gives the detector of a rule an error, and takes the rule out when errors became more. */
  boolean takesOut(int i, double error) {
    Rule r = rules[i];
    long before = r.detector.memoryBytes();
    boolean drift = r.watch(error);
    bytes += r.detector.memoryBytes() - before;
    if (drift) {
      remove(i);
    }
    return drift;
  }

  /** Brings the rules back inside the limit, after one has learnt. */
  void enforceLimit(R learnt) {
    while (bytes > limit && learnt.leaf().active) {
      Rule least = otherwise;
      for (int i = 0; i < size; i++) {
        TreeLeaf l = rules[i].leaf();
        boolean less = l.promise() < least.leaf().promise() || !least.leaf().active;
        least = l.active && less ? rules[i] : least;
      }
      bytes -= least.bytes();
      least.stopObserving();
      bytes += least.bytes();
    }
  }
}
