package org.freshet.evaluate;

import org.freshet.core.ConfigException;

/**
 * How to evaluate.
 *
 * @param limit the most records read by this run; 0 is all
 * @param passes times the stream is run through, each from a fresh model; the last is reported
 * @param inMemory whether the stream is read and parsed before the clock starts
 * @param window labels the rolling metrics look back on
 * @param fading factor of the fading metrics, in (0, 1]
 * @param nearFuture labels come this many events late to a second model beside the first; {@link
 *     #OFF}, or {@link #AUTO} for the shift at which the blind answer falls to chance
 * @param freezeAfter a second model learns only from the first so many records; 0 is none
 * @param tolerance events a drift may be found late when the true drifts are known
 * @param paired whether right and wrong are kept per event, for paired tests
 */
public record EvaluateOptions(
    long limit,
    int passes,
    boolean inMemory,
    int window,
    double fading,
    int nearFuture,
    long freezeAfter,
    long tolerance,
    boolean paired) {
  /** No near-future model. */
  public static final int OFF = -1;

  /** A near-future shift chosen by the labels themselves. */
  public static final int AUTO = -2;

  public static final EvaluateOptions DEFAULT =
      new EvaluateOptions(0, 1, false, 1000, 0.999, OFF, 0, 1000, false);

  public EvaluateOptions {
    check(limit >= 0, "limit", limit, "0 or more");
    check(passes >= 1, "passes", passes, "1 or more");
    check(window >= 1 && window <= 10_000_000, "window", window, "1 to 10000000");
    check(fading > 0 && fading <= 1, "fading", fading, "above 0, at most 1");
    check(nearFuture >= AUTO, "near-future", nearFuture, "a number of events, or auto");
    check(freezeAfter >= 0, "freeze-after", freezeAfter, "0 or more");
    check(tolerance >= 0, "tolerance", tolerance, "0 or more");
  }

  private static void check(boolean fine, String option, Object found, String allowed) {
    if (!fine) {
      throw new ConfigException("--" + option, "is " + found + ", allowed " + allowed);
    }
  }

  public EvaluateOptions withLimit(long n) {
    return new EvaluateOptions(
        n, passes, inMemory, window, fading, nearFuture, freezeAfter, tolerance, paired);
  }

  public EvaluateOptions withPasses(int n) {
    return new EvaluateOptions(
        limit, n, inMemory, window, fading, nearFuture, freezeAfter, tolerance, paired);
  }

  public EvaluateOptions withInMemory(boolean yes) {
    return new EvaluateOptions(
        limit, passes, yes, window, fading, nearFuture, freezeAfter, tolerance, paired);
  }

  public EvaluateOptions withWindow(int n) {
    return new EvaluateOptions(
        limit, passes, inMemory, n, fading, nearFuture, freezeAfter, tolerance, paired);
  }

  public EvaluateOptions withFading(double factor) {
    return new EvaluateOptions(
        limit, passes, inMemory, window, factor, nearFuture, freezeAfter, tolerance, paired);
  }

  public EvaluateOptions withNearFuture(int shift) {
    return new EvaluateOptions(
        limit, passes, inMemory, window, fading, shift, freezeAfter, tolerance, paired);
  }

  public EvaluateOptions withFreezeAfter(long records) {
    return new EvaluateOptions(
        limit, passes, inMemory, window, fading, nearFuture, records, tolerance, paired);
  }

  public EvaluateOptions withTolerance(long events) {
    return new EvaluateOptions(
        limit, passes, inMemory, window, fading, nearFuture, freezeAfter, events, paired);
  }

  public EvaluateOptions withPaired(boolean yes) {
    return new EvaluateOptions(
        limit, passes, inMemory, window, fading, nearFuture, freezeAfter, tolerance, yes);
  }
}
