package org.freshet.runtime.watch;

import org.freshet.core.DriftDetector;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * A drift detector on one sequence of numbers. Numbers that are not shares are brought to 0 … 1
 * first, by the mean and the spread of the first of them, because detectors expect errors; after a
 * drift that is learnt anew. There is no second alarm until the detector was silent for {@value
 * #CALM} windows: of one change it may find the half first, then the rest.
 */
final class DetectorWatch {
  /** Numbers of which mean and spread are learnt. */
  private static final int SCALE = 200;

  private static final int CALM = 3;

  private final Spec spec;
  private final String of;
  private final boolean scaled;
  private final boolean rises;
  private final long quiet;
  private final DriftDetector detector;
  private long count; // since the scale was begun
  private double mean;
  private double squares;
  private long silence; // values left of it

  /**
   * @param scaled whether values are any numbers
   * @param rises whether only an increase is alarming
   * @param window values in a window
   */
  DetectorWatch(Spec spec, String of, boolean scaled, boolean rises, int window, long seed) {
    this.spec = spec;
    this.of = of;
    this.scaled = scaled;
    this.rises = rises;
    this.quiet = (long) CALM * window;
    Build build = Build.of(null).withSeed(Rng.childSeed(seed, "watch." + of, 0));
    this.detector = Components.create(spec, build, DriftDetector.class);
  }

  void add(double value, Findings out) {
    if (!Double.isFinite(value)) {
      return;
    }
    silence -= silence > 0 ? 1 : 0;
    double v = value;
    if (scaled) {
      if (count < SCALE) {
        learnScale(value);
        return;
      }
      double spread = Math.sqrt(squares / count);
      double z = spread > 0 ? (value - mean) / spread : Math.signum(value - mean);
      v = (Math.max(-3, Math.min(3, z)) + 3) / 6;
    }
    if (detector.update(v) != DriftDetector.DRIFT) {
      return;
    }
    count = 0;
    mean = 0;
    squares = 0;
    if (silence == 0 && (!rises || detector.increased())) {
      out.alarm(spec.name(), of, detector.estimate(), Double.NaN);
      silence = quiet;
    }
    silence = silence > 0 ? quiet : 0; // until it is silent
  }

  private void learnScale(double value) {
    count++;
    double d = value - mean;
    mean += d / count;
    squares += d * (value - mean);
  }

  long memoryBytes() {
    return 80 + detector.memoryBytes();
  }

  void save(StateWriter out) {
    out.put("detector", detector);
    out.put("count", count);
    out.put("mean", mean);
    out.put("squares", squares);
    out.put("silence", silence);
  }

  void load(StateReader in) {
    in.load("detector", detector);
    count = in.longValue("count", 0, SCALE);
    mean = in.doubleValue("mean");
    squares = in.doubleValue("squares");
    silence = in.longValue("silence", 0, quiet);
  }
}
