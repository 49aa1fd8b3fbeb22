package org.freshet.learn.ask;

import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Takes the highest scores of a stream at a given rate: a score is taken if it is among the highest
 * share of the last scores, itself included. Among equal ones a random number decides, so that the
 * rate is kept whatever the scores are, constant ones too; as they drift, so does what is high.
 */
public final class TopShare {
  private final double[] last;
  private int size;
  private int next;
  private final Rng rng;

  /**
   * @param window scores that are remembered
   */
  public TopShare(int window, long seed) {
    this.last = new double[window];
    this.rng = new Rng(seed);
  }

  /** Whether a score is taken; remembers it. What is not a number is the lowest. */
  public boolean takes(double score, double rate) {
    double s = Double.isNaN(score) ? Double.NEGATIVE_INFINITY : score;
    int above = 0;
    int equal = 1;
    for (int i = 0; i < size; i++) {
      above += last[i] > s ? 1 : 0;
      equal += last[i] == s ? 1 : 0;
    }
    boolean taken = above + rng.nextDouble() * equal < rate * (size + 1);
    last[next] = s;
    next = next + 1 == last.length ? 0 : next + 1;
    size = Math.min(last.length, size + 1);
    return taken;
  }

  /** Scores remembered; the next goes to the place {@link #next}. */
  int size() {
    return size;
  }

  int next() {
    return next;
  }

  /** Scores an event again whose place is known. */
  void rescore(int place, double score) {
    last[place] = score;
  }

  public long memoryBytes() {
    return 120 + 8L * last.length;
  }

  public void save(StateWriter out) {
    out.put("scores", last, size);
    out.put("next", next);
    rng.save(out, "rng");
  }

  public void load(StateReader in) {
    double[] scores = in.doubles("scores");
    if (scores.length > last.length) {
      throw in.corrupt("scores", "has " + scores.length + ", the window is " + last.length);
    }
    for (double s : scores) {
      if (Double.isNaN(s)) {
        throw in.corrupt("scores", "has a score that is not a number");
      }
    }
    int at = in.intValue("next", 0, last.length - 1);
    if (scores.length < last.length && at != scores.length) {
      throw in.corrupt("next", "is " + at + " after " + scores.length + " scores");
    }
    size = scores.length;
    next = at;
    System.arraycopy(scores, 0, last, 0, size);
    rng.load(in, "rng");
  }
}
