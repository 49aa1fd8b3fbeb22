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
  private static final int KEPT = MAX_SHIFT + 1;

  /** Labels are compared in blocks: a loop over one shift at a time is several times faster. */
  private static final int BLOCK = 4096;

  private final int[] history = new int[KEPT + BLOCK];
  private int size; // labels in history
  private int compared; // of them, those whose hits are counted
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
    if (size == history.length) {
      compare();
      System.arraycopy(history, size - KEPT, history, 0, KEPT);
      size = KEPT;
      compared = KEPT;
    }
    history[size++] = label;
    if (label >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(label + 1, 2 * counts.length));
    }
    counts[label]++;
    events++;
  }

  private void compare() {
    for (int k = 0; k < SHIFTS.length; k++) {
      int back = SHIFTS[k] + 1;
      int same = 0;
      for (int i = Math.max(compared, back); i < size; i++) {
        same += history[i] == history[i - back] ? 1 : 0;
      }
      hits[k] += same;
    }
    compared = size;
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
    compare();
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
    compare();
    out.put("events", events);
    out.put("history", history, size);
    out.put("hits", hits);
    out.put("counts", counts);
  }

  public void load(StateReader in) {
    events = in.longValue("events", 0, Long.MAX_VALUE);
    int[] kept = in.ints("history");
    if (kept.length > history.length || kept.length < Math.min(events, KEPT)) {
      throw in.corrupt("history", "has " + kept.length + " labels");
    }
    System.arraycopy(kept, 0, history, 0, kept.length);
    size = kept.length;
    compared = size;
    System.arraycopy(in.longs("hits", hits.length), 0, hits, 0, hits.length);
    counts = in.longs("counts");
  }
}
