package org.freshet.learn.cascade;

import org.freshet.core.DriftDetector;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.learn.route.Answered;

/**
 * Whether the expert deserves to be asked, by true labels that come later: once its accuracy has
 * fallen it must have been right more often since, on the events it was asked about, than the
 * levels were.
 */
final class Trust {
  /** Events asked about whose truth is waited for. */
  private static final int WAITING = 20_000;

  /** Truths that are needed after a fall, and that the mean afterwards is of, about. */
  private static final long FIRST = 20;

  private static final double LAST = 50;

  private static final int[] BOTH = {0, 1};

  private final DriftDetector detector;
  private final Answered answered = new Answered(WAITING, 2); // of the expert, of the levels
  private long since = -1; // truths since its accuracy fell; -1 where it never did
  private double gain; // mean of how often it was right and the levels not, less the other way

  Trust(DriftDetector detector) {
    this.detector = detector;
  }

  boolean deserved() {
    return since < FIRST || gain > 0;
  }

  /** What the expert said about a row, and what the levels would have. */
  void heard(Features x, int expert, int levels) {
    long h = Answered.hash(x);
    answered.put(h, 0, expert, true);
    answered.put(h, 1, levels, false);
  }

  /**
   * The truth about a row.
   *
   * @return whether the expert has become worse
   */
  boolean judge(Features x, int label) {
    int slot = answered.find(Answered.hash(x));
    if (slot < 0) {
      return false;
    }
    double right = answered.said(slot, 0) == label ? 1 : 0;
    if (since >= 0) {
      double levels = answered.said(slot, 1) == label ? 1 : 0;
      since++;
      gain += (right - levels - gain) / Math.min(since, LAST);
    }
    if (detector.update(1 - right) != DriftDetector.DRIFT || !detector.increased()) {
      return false;
    }
    since = 0;
    gain = 0;
    return true;
  }

  void save(StateWriter out) {
    answered.save(out.child("answered"));
    out.put("detector", detector);
    out.put("since", since);
    out.put("gain", gain);
  }

  void load(StateReader in) {
    answered.load(in.child("answered"), BOTH, 2);
    in.load("detector", detector);
    since = in.longValue("since", -1, Long.MAX_VALUE);
    gain = in.doubleValue("gain");
    if (!(gain >= -1 && gain <= 1)) {
      throw in.corrupt("gain", "is " + gain + ", allowed -1 … 1");
    }
  }

  long memoryBytes() {
    return 48 + answered.memoryBytes() + detector.memoryBytes();
  }
}
