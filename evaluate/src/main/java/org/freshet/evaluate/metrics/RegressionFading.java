package org.freshet.evaluate.metrics;

import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Regression metrics with a fading factor, kept as {@link ClassificationFading} keeps its own. */
public final class RegressionFading {
  private static final double RESCALE = 1e100;
  private final double alpha;
  private final RegressionSums sums = new RegressionSums();
  private double gain = 1;

  /**
   * @param alpha in (0, 1]; 0.999 remembers about 1000 events
   */
  public RegressionFading(double alpha) {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException("fading factor is " + alpha + ", allowed (0, 1]");
    }
    this.alpha = alpha;
  }

  public void add(double target, double weight, double prediction) {
    gain /= alpha;
    sums.add(target, weight * gain, prediction, 0, 0);
    if (gain > RESCALE) {
      sums.scale(1 / gain);
      gain = 1;
    }
  }

  public Map<String, Double> values() {
    return sums.values();
  }

  public void save(StateWriter out) {
    out.put("alpha", alpha);
    out.put("gain", gain);
    sums.save(out.child("sums"));
  }

  public void load(StateReader in) {
    if (in.doubleValue("alpha") != alpha) {
      throw in.corrupt("alpha", "is " + in.doubleValue("alpha") + ", this run fades by " + alpha);
    }
    gain = in.doubleValue("gain");
    sums.load(in.child("sums"));
  }
}
