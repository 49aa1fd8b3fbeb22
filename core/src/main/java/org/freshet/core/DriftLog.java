package org.freshet.core;

import java.util.Arrays;

/**
 * The drifts a learner found since {@link #clear()}, each with the ordinal of the learn call it was
 * found at and a short name of where. Not part of the state. Keeps at most {@value #LIMIT} entries
 * between two clears; further ones are only counted.
 */
public final class DriftLog {
  /** The most entries kept between two clears. */
  public static final int LIMIT = 4096;

  private long[] ordinals = new long[4];
  private String[] sources = new String[4];
  private int size;
  private long ordinal;
  private long total;

  /** The learner calls this once at the start of every learn call. */
  public void tick() {
    ordinal++;
  }

  /** Learn calls since the last clear. */
  public long ticks() {
    return ordinal;
  }

  /** Notes a drift at the current learn call. */
  public void add(String source) {
    add(ordinal, source);
  }

  /** Notes a drift at a given learn call, counted from 1 since the last clear. */
  public void add(long at, String source) {
    total++;
    if (size == LIMIT) {
      return;
    }
    if (size == ordinals.length) {
      ordinals = Arrays.copyOf(ordinals, 2 * size);
      sources = Arrays.copyOf(sources, 2 * size);
    }
    ordinals[size] = at;
    sources[size++] = source;
  }

  /** Number of entries kept. */
  public int size() {
    return size;
  }

  /** Learn call of entry i, counted from 1 since the last clear. */
  public long ordinal(int i) {
    return ordinals[i];
  }

  public String source(int i) {
    return sources[i];
  }

  /** Drifts noted since the learner was made, also those not kept. */
  public long total() {
    return total;
  }

  /** Forgets the entries and counts learn calls from 0 again. */
  public void clear() {
    size = 0;
    ordinal = 0;
  }
}
