package org.freshet.learn.calibrate;

import java.util.Arrays;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The largest nonconformity score that is still let in: a quantile of the latest scores, whose
 * level moves so that the share let in stays nominal (adaptive conformal inference).
 */
final class Threshold {
  private final double miscoverage;
  private final double rate;
  private final int window;
  private double level; // α_t
  private int filled;
  private int next;
  private double[] latest; // in order of arrival, a ring once it is full
  private double[] sorted;

  /**
   * @param coverage the share of scores to let in
   * @param window scores looked back on
   * @param rate γ, how far the level moves at each score
   */
  Threshold(double coverage, int window, double rate) {
    this.miscoverage = 1 - coverage;
    this.rate = rate;
    this.window = window;
    this.level = miscoverage;
    this.latest = new double[Math.min(64, window)];
    this.sorted = new double[latest.length];
  }

  /**
   * The ⌈(n + 1)(1 − α_t)⌉-th smallest of the n scores: plus infinity where there are too few of
   * them to exclude anything, minus infinity where nothing is to be let in.
   */
  double value() {
    double rank = Math.ceil((filled + 1) * (1 - level) - 1e-9);
    if (level <= 0 || rank > filled) {
      return Double.POSITIVE_INFINITY;
    }
    return level >= 1 || rank < 1 ? Double.NEGATIVE_INFINITY : sorted[(int) rank - 1];
  }

  /** α_t now. */
  double level() {
    return level;
  }

  /** Takes in the score of an event whose label is known; never NaN. */
  void add(double score) {
    double missed = score > value() ? 1 : 0;
    level += rate * (miscoverage - missed);
    if (filled == latest.length && filled < window) {
      int more = (int) Math.min(window, 2L * filled);
      latest = Arrays.copyOf(latest, more);
      sorted = Arrays.copyOf(sorted, more);
    }
    int hole = filled;
    if (filled == window) {
      hole = Arrays.binarySearch(sorted, 0, filled, latest[next]);
    } else {
      filled++;
    }
    insert(score, hole);
    latest[next] = score;
    next = next + 1 == window ? 0 : next + 1;
  }

  /** Moves the scores between the hole and the place of the new one by one step. */
  private void insert(double score, int hole) {
    int at = hole;
    while (at > 0 && sorted[at - 1] > score) {
      at--;
    }
    if (at < hole) {
      System.arraycopy(sorted, at, sorted, at + 1, hole - at);
    } else {
      while (at + 1 < filled && sorted[at + 1] < score) {
        at++;
      }
      System.arraycopy(sorted, hole + 1, sorted, hole, at - hole);
    }
    sorted[at] = score;
  }

  void save(StateWriter out) {
    out.put("level", level);
    out.put("next", next);
    out.put("latest", latest, filled);
  }

  void load(StateReader in) {
    level = in.doubleValue("level");
    double[] saved = in.doubles("latest");
    filled = saved.length;
    next = in.intValue("next", 0, window - 1);
    if (filled > window || (filled < window && next != filled)) {
      throw in.corrupt("latest", "has " + filled + " scores for a window of " + window);
    }
    if (!(level >= -rate - 1e-9 && level <= 1 + rate + 1e-9)) {
      throw in.corrupt("level", "is " + level + ", allowed 0 to 1 and one step of it");
    }
    for (double score : saved) {
      if (!(score >= 0)) {
        throw in.corrupt("latest", "holds the score " + score + ", allowed 0 or more");
      }
    }
    int room = 64;
    while (room < filled) {
      room *= 2; // as add would have grown it
    }
    latest = Arrays.copyOf(saved, Math.min(window, room));
    sorted = latest.clone();
    Arrays.sort(sorted, 0, filled);
  }

  long memoryBytes() {
    return 56 + 32 + 16L * latest.length;
  }
}
