package org.freshet.learn.drift;

import org.freshet.core.ConfigException;
import org.freshet.core.DriftDetector;
import org.freshet.core.Trait;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * HDDM with the A-test: watches the mean of values from 0 to 1, such as errors, by comparing moving
 * averages, and signals when it has risen. Nothing is assumed of their distribution. It suits
 * abrupt changes; {@code hddm_w} suits gradual ones.
 *
 * <p>X̄ is the mean of all n values since the last drift, and ε(n) = sqrt(ln(1/α_D) / (2n)) its
 * Hoeffding bound. The stretch X̄_cut of n_cut values is the start of the stream at which X̄ + ε
 * was least. With m = (n - n_cut) / (n_cut n), the mean has risen, at confidence 1 - α, when
 *
 * <pre>X̄ - X̄_cut ≥ sqrt(m/2 · ln(2/α))</pre>
 *
 * A drift is that for α_D, a warning for α_W. With {@code two_sided} the same is done for a fall,
 * with the stretch at which X̄ - ε was greatest: the averages then start anew, without a signal, so
 * that a later rise is measured against the new, lower mean. After a drift everything starts anew.
 *
 * <p>Paper: I. Frías-Blanco, J. del Campo-Ávila, G. Ramos-Jiménez, R. Morales-Bueno, A. Ortiz-Díaz
 * and Y. Caballero-Mota, Online and Non-Parametric Drift Detection Methods Based on Hoeffding's
 * Bounds, IEEE Transactions on Knowledge and Data Engineering 27(3), 2015: HDDM with the A-test.
 *
 * <p>Where we differ: nowhere. Warnings and drifts are at the same values as MOA's.
 *
 * <p>Takes values from 0 to 1: what lies outside is taken as the nearer end, and what is not a
 * number is passed over. Cost: O(1) time a value, 120 bytes.
 *
 * <pre>{@code
 * DriftDetector hddm = new HddmA(HddmA.Parameters.defaults());
 * if (hddm.update(wrong ? 1 : 0) == DriftDetector.DRIFT) {
 *   // start the classifier anew
 * }
 * }</pre>
 */
@Component(
    name = "hddm_a",
    kinds = Kind.DRIFT_DETECTOR,
    family = "drift",
    traits = {Trait.BOUNDED_MEMORY})
public final class HddmA implements DriftDetector {

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "Chance of a false drift at a test, α_D.",
              def = "0.001",
              range = "(0, 1)",
              origin = "Frías-Blanco et al. 2015")
          double driftConfidence,
      @Param(
              value = "Chance of a false warning at a test, α_W.",
              def = "0.005",
              range = "(0, 1)",
              origin = "Frías-Blanco et al. 2015")
          double warningConfidence,
      @Param(
              value = "Whether a fall of the mean starts the averages anew.",
              def = "true",
              origin = "MOA; Frías-Blanco et al. 2015 describe both")
          boolean twoSided) {

    public Parameters {
      if (warningConfidence < driftConfidence) {
        throw new ConfigException(
            "",
            ("parameter 'warning_confidence' of hddm_a is %s, allowed at least drift_confidence,"
                    + " which is %s")
                .formatted(warningConfidence, driftConfidence));
      }
    }

    /** The paper's values, two-sided. */
    public static Parameters defaults() {
      return new Parameters(0.001, 0.005, true);
    }
  }

  private final boolean twoSided;
  private final double logBound;
  private final double logDrift;
  private final double logWarning;
  private long n;
  private double sum;
  private long lowN;
  private double lowSum;
  private long highN;
  private double highSum;

  public HddmA(Parameters p, Build build) {
    this(p);
  }

  public HddmA(Parameters p) {
    twoSided = p.twoSided;
    logBound = StrictMath.log(1 / p.driftConfidence);
    logDrift = StrictMath.log(2 / p.driftConfidence);
    logWarning = StrictMath.log(2 / p.warningConfidence);
  }

  private void reset() {
    n = 0;
    lowN = 0;
    highN = 0;
    sum = 0;
    lowSum = 0;
    highSum = 0;
  }

  @Override
  public int update(double value) {
    if (!Double.isFinite(value)) {
      return STABLE;
    }
    n++;
    sum += Math.min(1, Math.max(0, value));
    moveCuts();
    double rise = sum / n - lowSum / lowN;
    if (differs(rise, lowN, logDrift)) {
      reset();
      return DRIFT;
    }
    boolean warning = differs(rise, lowN, logWarning);
    if (twoSided && differs(highSum / highN - sum / n, highN, logDrift)) {
      reset();
    }
    return warning ? WARNING : STABLE;
  }

  private void moveCuts() {
    double mean = sum / n;
    double epsilon = bound(n);
    if (lowN == 0 || lowSum / lowN + bound(lowN) >= mean + epsilon) {
      lowN = n;
      lowSum = sum;
    }
    if (highN == 0 || highSum / highN - bound(highN) <= mean - epsilon) {
      highN = n;
      highSum = sum;
    }
  }

  private double bound(long count) {
    return Math.sqrt(logBound / (2 * count));
  }

  /** Whether the mean of all values is further than chance allows from that of the first ones. */
  private boolean differs(double difference, long cut, double log) {
    if (cut == n || difference <= 0) {
      return false;
    }
    double m = (double) (n - cut) / cut * (1.0 / n);
    return difference >= Math.sqrt(m / 2 * log);
  }

  @Override
  public double estimate() {
    return n == 0 ? 0 : sum / n;
  }

  @Override
  public void save(StateWriter out) {
    out.put("n", n);
    out.put("sum", sum);
    out.put("low-n", lowN);
    out.put("low-sum", lowSum);
    out.put("high-n", highN);
    out.put("high-sum", highSum);
  }

  @Override
  public void load(StateReader in) {
    n = in.longValue("n", 0, Long.MAX_VALUE);
    sum = in.doubleValue("sum");
    lowN = in.longValue("low-n", Math.min(n, 1), n);
    lowSum = in.doubleValue("low-sum");
    highN = in.longValue("high-n", Math.min(n, 1), n);
    highSum = in.doubleValue("high-sum");
  }

  @Override
  public long memoryBytes() {
    return 96;
  }
}
