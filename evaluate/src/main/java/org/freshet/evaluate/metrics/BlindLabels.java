package org.freshet.evaluate.metrics;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * How far one gets without looking at the features: the accuracy of "the label of S + 1 events
 * ago", for many shifts S at once. Labels of real streams follow each other; near-future accuracy
 * (Hammoud, Prabhu, Lim, Torr, Bibi, Ghanem, "Rapid Adaptation in Online Continual Learning: Are We
 * Evaluating It Right?", ICCV 2023) is the accuracy when labels come S events late, with S the
 * smallest shift at which this blind answer is no better than chance. Chance is the share of the
 * most frequent label; the blind answer has fallen to it when it is at most {@link #MARGIN} above.
 *
 * <p>Shifts 0 to 64, then about every tenth part more, up to {@link #MAX_SHIFT}. An event without a
 * label so far back is left out of that shift. Weights are not used.
 */
public final class BlindLabels {
  /** The largest shift looked at. */
  public static final int MAX_SHIFT = 4096;

  /** How much better than chance the blind answer may be and still count as fallen to it. */
  public static final double MARGIN = 0.01;

  private static final int[] SHIFTS = shifts();
  private final int[] ring = new int[2 * MAX_SHIFT];
  private final long[] hits = new long[SHIFTS.length];
  private long[] counts = new long[4];
  private long events;

  private static int[] shifts() {
    int[] all = new int[256];
    int n = 0;
    int[] round = {100, 336, 500, 672, 1000, 2000, MAX_SHIFT};
    for (int s = 0; s <= 64; s++) {
      all[n++] = s;
    }
    for (double s = 70; s < MAX_SHIFT; s *= 1.1) {
      all[n++] = (int) s;
    }
    for (int s : round) {
      all[n++] = s;
    }
    return Arrays.stream(all, 0, n).sorted().distinct().toArray();
  }

  /** Takes in the next label. */
  public void add(int label) {
    int mask = ring.length - 1;
    long e = events;
    for (int k = 0; k < SHIFTS.length && SHIFTS[k] < e; k++) {
      if (ring[(int) (e - 1 - SHIFTS[k]) & mask] == label) {
        hits[k]++;
      }
    }
    ring[(int) e & mask] = label;
    if (label >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(label + 1, 2 * counts.length));
    }
    counts[label]++;
    events++;
  }

  /** Shifts looked at, rising. */
  public static int[] allShifts() {
    return SHIFTS.clone();
  }

  /** The few shifts worth printing. */
  public static int[] shown() {
    return new int[] {0, 1, 2, 5, 10, 24, 48, 100, 336, 1000};
  }

  /** Accuracy at a shift; NaN when it is not one looked at or the stream is too short. */
  public double accuracy(int shift) {
    int k = Arrays.binarySearch(SHIFTS, shift);
    return k < 0 || events - 1 - shift <= 0 ? Double.NaN : hits[k] / (double) (events - 1 - shift);
  }

  /** Share of the most frequent label of the whole stream so far. */
  public double chance() {
    return Arrays.stream(counts).max().orElse(0) / (double) events;
  }

  /** The smallest shift at which the blind answer has fallen to chance; -1 when none has. */
  public int fallsToChance() {
    double level = chance() + MARGIN;
    for (int s : SHIFTS) {
      double a = accuracy(s);
      if (Double.isNaN(a)) {
        return -1;
      }
      if (a <= level) {
        return s;
      }
    }
    return -1;
  }

  public void save(StateWriter out) {
    out.put("events", events);
    out.put("ring", ring);
    out.put("hits", hits);
    out.put("counts", counts);
  }

  public void load(StateReader in) {
    events = in.longValue("events", 0, Long.MAX_VALUE);
    System.arraycopy(in.ints("ring", ring.length), 0, ring, 0, ring.length);
    System.arraycopy(in.longs("hits", hits.length), 0, hits, 0, hits.length);
    counts = in.longs("counts");
  }
}
