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
 * EDDM: watches how far apart the errors of a classifier are, value by value 1 for an error and 0
 * for none, and signals when they have come closer. It suits slow, gradual changes, which the error
 * rate shows late; on a stationary stream it gives more false alarms than the other detectors.
 *
 * <p>Of the distances between one error and the next, p'_i is the mean and s'_i the standard
 * deviation. The greatest p'_i + 2 s'_i since the last drift is kept as p'_max + 2 s'_max. At an
 * error the ratio (p'_i + 2 s'_i) / (p'_max + 2 s'_max) below α is a warning and below β a drift;
 * the warning lasts until the next error. After a drift everything starts anew.
 *
 * <p>Paper: M. Baena-García, J. del Campo-Ávila, R. Fidalgo, A. Bifet, R. Gavaldà and R.
 * Morales-Bueno, Early Drift Detection Method, International Workshop on Knowledge Discovery from
 * Data Streams, 2006, section 3.
 *
 * <p>Where we differ: the paper waits for 30 errors; here, as MOA is seen to do, the maximum is
 * taken from value {@code grace_period} on and signals come only after {@code min_errors} errors.
 * The distance of the first error is counted from the start. Warnings and drifts are at the same
 * values as MOA's.
 *
 * <p>Takes any finite number: 0.5 or more is an error; what is not finite is passed over. Cost:
 * O(1) time a value, 104 bytes.
 *
 * <pre>{@code
 * DriftDetector eddm = new Eddm(Eddm.Parameters.defaults());
 * if (eddm.update(wrong ? 1 : 0) == DriftDetector.DRIFT) {
 *   // start the classifier anew
 * }
 * }</pre>
 */
@Component(
    name = "eddm",
    kinds = Kind.DRIFT_DETECTOR,
    family = "drift",
    traits = {Trait.BOUNDED_MEMORY})
public final class Eddm implements DriftDetector {

  /** Parameters. */
  public record Parameters(
      @Param(
              value = "Ratio to the greatest distance below which is a warning, α.",
              def = "0.95",
              range = "(0, 1]",
              origin = "Baena-García et al. 2006, section 3")
          double warningLevel,
      @Param(
              value = "Ratio to the greatest distance below which is a drift, β.",
              def = "0.9",
              range = "(0, 1]",
              origin = "Baena-García et al. 2006, section 3")
          double driftLevel,
      @Param(
              value = "Errors that must be exceeded before anything is signalled.",
              def = "30",
              range = "[1, 1000000000]",
              unit = "errors",
              origin = "Baena-García et al. 2006, section 3")
          int minErrors,
      @Param(
              value = "Values from which on the greatest distance is taken.",
              def = "30",
              range = "[1, 1000000000]",
              unit = "values",
              origin = "MOA")
          int gracePeriod) {

    public Parameters {
      if (warningLevel < driftLevel) {
        throw new ConfigException(
            "",
            "parameter 'warning_level' of eddm is %s, allowed at least drift_level, which is %s"
                .formatted(warningLevel, driftLevel));
      }
    }

    /** The paper's values. */
    public static Parameters defaults() {
      return new Parameters(0.95, 0.9, 30, 30);
    }
  }

  private final Parameters parameters;
  private long n;
  private long errors;
  private long lastError;
  private double mean;
  private double squares;
  private double greatest;
  private boolean warning;

  public Eddm(Parameters p, Build build) {
    this(p);
  }

  public Eddm(Parameters p) {
    parameters = p;
  }

  private void reset() {
    n = 0;
    errors = 0;
    lastError = 0;
    mean = 0;
    squares = 0;
    greatest = 0;
    warning = false;
  }

  @Override
  public int update(double value) {
    if (!Double.isFinite(value)) {
      return STABLE;
    }
    n++;
    if (value >= 0.5) {
      double spread = spreadAtError();
      warning = false;
      if (n >= parameters.gracePeriod) {
        if (spread > greatest) {
          greatest = spread;
        } else if (errors > parameters.minErrors) {
          double ratio = spread / greatest;
          if (ratio < parameters.driftLevel) {
            reset();
            return DRIFT;
          }
          warning = ratio < parameters.warningLevel;
        }
      }
    }
    return warning ? WARNING : STABLE;
  }

  /** Counts an error at the current value; p' + 2 s' of the distances. */
  private double spreadAtError() {
    errors++;
    double distance = n - lastError;
    lastError = n;
    double before = mean;
    mean += (distance - mean) / errors;
    squares += (distance - mean) * (distance - before);
    return mean + 2 * Math.sqrt(squares / errors);
  }

  /** Share of errors since the last drift. */
  @Override
  public double estimate() {
    return n == 0 ? 0 : (double) errors / n;
  }

  @Override
  public void save(StateWriter out) {
    out.put("n", n);
    out.put("errors", errors);
    out.put("last-error", lastError);
    out.put("mean", mean);
    out.put("squares", squares);
    out.put("greatest", greatest);
    out.put("warning", warning);
  }

  @Override
  public void load(StateReader in) {
    n = in.longValue("n", 0, Long.MAX_VALUE);
    errors = in.longValue("errors", 0, n);
    lastError = in.longValue("last-error", 0, n);
    mean = in.doubleValue("mean");
    squares = in.doubleValue("squares");
    greatest = in.doubleValue("greatest");
    warning = in.bool("warning");
  }

  @Override
  public long memoryBytes() {
    return 72 + 32;
  }
}
