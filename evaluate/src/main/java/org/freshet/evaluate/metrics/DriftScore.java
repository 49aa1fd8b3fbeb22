package org.freshet.evaluate.metrics;

import java.util.Arrays;

/**
 * How well drifts were found, given where they truly were. The first detection at or after a true
 * drift, within the tolerance and before the next true drift, finds it; later ones in the same
 * stretch are repeats; all others are false alarms.
 *
 * @param drifts true drifts
 * @param found those that were found
 * @param meanDelay events from a true drift to its detection, over those found; NaN when none was
 * @param falseAlarms detections that belong to no true drift
 * @param repeats further detections of a drift already found
 */
public record DriftScore(int drifts, int found, double meanDelay, int falseAlarms, int repeats) {

  /**
   * @param truth event numbers of true drifts, in any order
   * @param detections event numbers of detections, in any order
   * @param tolerance the most events a detection may come after its drift, 0 or more
   */
  public static DriftScore of(long[] truth, long[] detections, long tolerance) {
    long[] t = Arrays.stream(truth).sorted().distinct().toArray();
    long[] d = Arrays.stream(detections).sorted().toArray();
    int found = 0;
    int repeats = 0;
    int falseAlarms = 0;
    double delays = 0;
    int last = -1;
    for (long at : d) {
      int k = Arrays.binarySearch(t, at);
      k = k < 0 ? -k - 2 : k;
      if (k < 0 || at - t[k] > tolerance) {
        falseAlarms++;
      } else if (k == last) {
        repeats++;
      } else {
        found++;
        delays += at - t[k];
        last = k;
      }
    }
    return new DriftScore(t.length, found, delays / found, falseAlarms, repeats);
  }

  /** True drifts that were not found. */
  public int missed() {
    return drifts - found;
  }
}
