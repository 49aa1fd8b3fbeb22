package org.freshet.evaluate.metrics;

import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * Classification metrics with a fading factor: an event i steps back counts alpha^i (Gama,
 * Sebastião, Rodrigues, "On evaluating stream learning algorithms", Machine Learning 90, 2013).
 * Instead of shrinking all sums at each event, the new weight grows by 1/alpha, and now and then
 * everything is scaled back.
 */
public final class ClassificationFading {
  private static final double RESCALE = 1e100;
  private final double alpha;
  private final ClassificationSums sums = new ClassificationSums();
  private double gain = 1;

  /**
   * @param alpha in (0, 1]; 0.999 remembers about 1000 events
   */
  public ClassificationFading(double alpha) {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException("fading factor is " + alpha + ", allowed (0, 1]");
    }
    this.alpha = alpha;
  }

  /** As {@link ClassificationSums#add}. */
  public void add(int label, double weight, int predicted, double[] scores, int at, int n) {
    gain /= alpha;
    sums.add(label, weight * gain, predicted, scores, at, n);
    if (gain > RESCALE) {
      sums.scale(1 / gain);
      gain = 1;
    }
  }

  public Map<String, Double> values() {
    Map<String, Double> m = sums.values();
    m.remove("kappa_t");
    m.remove("kappa_m");
    return m;
  }

  public double accuracy() {
    return sums.accuracy();
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
