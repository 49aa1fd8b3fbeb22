package org.freshet.learn.route;

import org.freshet.core.Classifier;
import org.freshet.core.DriftDetector;
import org.freshet.core.Features;
import org.freshet.core.ask.Expert;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** An expert, and what was learnt of it: how good, how dear and how slow it is on a row. */
final class Arm {
  /** Answers that are believed at once when an expert has changed, of which more are slower. */
  private static final double QUICK = 5;

  private static final double CALM = 25;

  /** Answers an expert's mean quality rests on after it has changed. */
  private static final long ANEW = 50;

  final Expert expert;
  final Classifier quality;
  final Amount cost;
  final Amount seconds;
  private final DriftDetector detector;
  private final double[] pair = new double[2];

  private final String changed;

  private long open; // questions whose answers have not come
  private long known; // answers whose quality is known
  private double right; // sum of their qualities
  private long since = -1; // such answers since it changed; -1 where it never has
  private double shift; // added to the log odds of being right since then

  Arm(Expert expert, Classifier quality, Amount cost, Amount seconds, DriftDetector detector) {
    this.expert = expert;
    this.quality = quality;
    this.cost = cost;
    this.seconds = seconds;
    this.detector = detector;
    this.changed = "expert " + expert.name();
  }

  String name() {
    return expert.name();
  }

  /** What a change of it is called. */
  String changed() {
    return changed;
  }

  void asked() {
    open++;
  }

  /** An answer came. */
  void came() {
    open = Math.max(0, open - 1);
  }

  /** What the answers will cost that have not come. */
  double due() {
    return open == 0 ? 0 : open * cost.mean();
  }

  long known() {
    return known;
  }

  /** Mean quality; 1 where nothing is known. */
  double mean() {
    return known == 0 ? 1 : right / known;
  }

  /** Probability that it is right about a row. */
  double predict(Features x) {
    quality.scores(x, pair);
    return shifted(pair[1]);
  }

  private double shifted(double q) {
    if (shift == 0 || q <= 0 || q >= 1) {
      return q;
    }
    return 1 / (1 + (1 - q) / q * Math.exp(-shift));
  }

  /**
   * An answer was so good, 0 to 1; between them it counts on both sides.
   *
   * @param byRow whether quality is learnt from the row, or the mean alone
   * @return whether it has become worse
   */
  boolean grade(Features x, double how, double weight, boolean byRow) {
    known++;
    right += how;
    if (byRow) {
      learn(x, how, weight);
    }
    if (detector.update(1 - how) != DriftDetector.DRIFT) {
      return false;
    }
    since = 0;
    known = Math.min(known, ANEW);
    right = known * Math.max(0, Math.min(1, 1 - detector.estimate()));
    return detector.increased();
  }

  private void learn(Features x, double how, double weight) {
    double q = Double.NaN;
    if (how > 0) {
      quality.testThenLearn(x, 1, how * weight, pair);
      q = pair[1];
    }
    if (how < 1) {
      quality.testThenLearn(x, 0, (1 - how) * weight, pair);
      q = Double.isNaN(q) ? pair[1] : q;
    }
    if (since >= 0) {
      shift += QUICK / (CALM + since++) * (how - shifted(q));
    }
  }

  void save(StateWriter out) {
    out.put("open", open);
    out.put("known", known);
    out.put("right", right);
    out.put("since", since);
    out.put("shift", shift);
    out.put("quality", quality);
    out.put("detector", detector);
    cost.save(out.child("cost"));
    seconds.save(out.child("seconds"));
  }

  void load(StateReader in) {
    open = in.longValue("open", 0, Long.MAX_VALUE);
    known = in.longValue("known", 0, Long.MAX_VALUE);
    right = in.doubleValue("right");
    since = in.longValue("since", -1, Long.MAX_VALUE);
    shift = in.doubleValue("shift");
    if (!(right >= 0 && right <= known * 1.000001) || !Double.isFinite(shift)) {
      throw in.corrupt("right", "is " + right + " of " + known + ", shifted by " + shift);
    }
    in.withLabels(2).load("quality", quality);
    in.load("detector", detector);
    cost.load(in.child("cost"));
    seconds.load(in.child("seconds"));
  }

  long memoryBytes() {
    return 120
        + quality.memoryBytes()
        + detector.memoryBytes()
        + cost.memoryBytes()
        + seconds.memoryBytes();
  }
}
