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
 * DDM: watches the error rate of a classifier, value by value 1 for an error and 0 for none, and
 * signals when it has risen. It suits abrupt changes; a fall of the error is no signal.
 *
 * <p>After i values the error rate is p_i with standard deviation s_i = sqrt(p_i (1 - p_i) / i), as
 * of a binomial. The least p_i + s_i since the last drift is kept as p_min and s_min. A warning is
 * p_i + s_i &gt; p_min + 2 s_min, a drift p_i + s_i &gt; p_min + 3 s_min. After a drift everything
 * starts anew.
 *
 * <p>Paper: J. Gama, P. Medas, G. Castillo and P. Rodrigues, Learning with Drift Detection,
 * Brazilian Symposium on Artificial Intelligence (SBIA), 2004, section 3.1.
 *
 * <p>Where we differ: the paper does not say from when on the minimum is taken; here, as MOA is
 * seen to do, from value {@code grace_period} - 1 on, so that the first signal can come at value
 * {@code grace_period}. Warnings and drifts are at the same values as MOA's.
 *
 * <p>Takes values from 0 to 1: a fraction counts as that share of an error, what lies outside is
 * taken as the nearer end, and what is not a number is passed over. Cost: O(1) time a value, 80
 * bytes. While the minimum has s_min = 0, after {@code grace_period} values without an error, the
 * first error is a drift: raise {@code grace_period} for learners that rarely err.
 *
 * <pre>{@code
 * DriftDetector ddm = new Ddm(Ddm.Parameters.defaults());
 * if (ddm.update(wrong ? 1 : 0) == DriftDetector.DRIFT) {
 *   // start the classifier anew
 * }
 * }</pre>
 */
@Component(
    name = "ddm",
    kinds = Kind.DRIFT_DETECTOR,
    family = "drift",
    traits = {Trait.BOUNDED_MEMORY})
public final class Ddm implements DriftDetector {

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "Values before anything is signalled, the signalled one included.",
              def = "30",
              range = "[1, 1000000000]",
              unit = "values",
              origin = "Gama et al. 2004, section 3.1")
          int gracePeriod,
      @Param(
              value = "Standard deviations above the minimum that are a warning.",
              def = "2",
              range = "(0, 100]",
              origin = "Gama et al. 2004: confidence 95 %")
          double warningLevel,
      @Param(
              value = "Standard deviations above the minimum that are a drift.",
              def = "3",
              range = "(0, 100]",
              origin = "Gama et al. 2004: confidence 99 %")
          double driftLevel) {

    public Parameters {
      if (warningLevel > driftLevel) {
        throw new ConfigException(
            "",
            "parameter 'warning_level' of ddm is %s, allowed at most drift_level, which is %s"
                .formatted(warningLevel, driftLevel));
      }
    }

    /** The paper's values. */
    public static Parameters defaults() {
      return new Parameters(30, 2, 3);
    }
  }

  private final Parameters parameters;
  private long n;
  private double p;
  private double pMin;
  private double sMin;

  public Ddm(Parameters p, Build build) {
    this(p);
  }

  public Ddm(Parameters p) {
    parameters = p;
    reset();
  }

  private void reset() {
    n = 0;
    p = 0;
    pMin = Double.POSITIVE_INFINITY;
    sMin = 0;
  }

  @Override
  public int update(double value) {
    if (!Double.isFinite(value)) {
      return STABLE;
    }
    double error = Math.min(1, Math.max(0, value));
    n++;
    p += (error - p) / n;
    if (n < parameters.gracePeriod - 1) {
      return STABLE;
    }
    double s = Math.sqrt(p * (1 - p) / n);
    if (p + s <= pMin + sMin) {
      pMin = p;
      sMin = s;
    }
    if (p + s > pMin + parameters.driftLevel * sMin) {
      reset();
      return DRIFT;
    }
    return p + s > pMin + parameters.warningLevel * sMin ? WARNING : STABLE;
  }

  @Override
  public double estimate() {
    return p;
  }

  @Override
  public void save(StateWriter out) {
    out.put("n", n);
    out.put("p", p);
    out.put("p-min", pMin);
    out.put("s-min", sMin);
  }

  @Override
  public void load(StateReader in) {
    n = in.longValue("n", 0, Long.MAX_VALUE);
    p = in.doubleValue("p");
    pMin = in.doubleValue("p-min");
    sMin = in.doubleValue("s-min");
  }

  @Override
  public long memoryBytes() {
    return 48 + 32;
  }
}
