package org.freshet.testkit;

import java.util.List;
import org.freshet.core.DriftDetector;
import org.freshet.core.Rng;

/** What holds for every drift detector. */
final class DetectorChecks {
  private final Subject subject;

  DetectorChecks(Subject subject) {
    this.subject = subject;
  }

  List<Check> all() {
    return List.of(
        new Check("answers are stable, warning or drift", this::answers),
        new Check("constant values are no drift", this::constant),
        new Check("an abrupt change is found", this::abrupt),
        new Check("estimates stay within the values", this::estimates),
        new Check("values that are not finite do no harm", this::notFinite));
  }

  private DriftDetector detector() {
    return (DriftDetector) subject.create(null, 1, 1);
  }

  private void answers() {
    DriftDetector d = detector();
    Rng rng = new Rng(4);
    for (int i = 0; i < 2000; i++) {
      int answer = d.update(rng.nextDouble() < 0.3 ? 1 : 0);
      Check.that(
          answer == DriftDetector.STABLE
              || answer == DriftDetector.WARNING
              || answer == DriftDetector.DRIFT,
          "value %d is answered by %d",
          i,
          answer);
    }
  }

  private void constant() {
    for (double value : new double[] {0, 1}) {
      DriftDetector d = detector();
      for (int i = 0; i < 3000; i++) {
        Check.that(
            d.update(value) != DriftDetector.DRIFT, "drift at value %d of a constant %s", i, value);
      }
    }
  }

  /** Errors rise from 10 % to 90 %: found within 1000 values, and silent long before. */
  private void abrupt() {
    DriftDetector d = detector();
    Rng rng = new Rng(8);
    for (int i = 0; i < 2000; i++) {
      d.update(rng.nextDouble() < 0.1 ? 1 : 0);
    }
    for (int i = 0; i < 1000; i++) {
      if (d.update(rng.nextDouble() < 0.9 ? 1 : 0) == DriftDetector.DRIFT) {
        return;
      }
    }
    throw new AssertionError(
        "errors rose from 10 % to 90 %, and 1000 values later no drift was found");
  }

  private void estimates() {
    DriftDetector d = detector();
    Rng rng = new Rng(9);
    for (int i = 0; i < 2000; i++) {
      d.update(rng.nextDouble() < 0.3 ? 1 : 0);
      double e = d.estimate();
      Check.that(
          e >= -1e-9 && e <= 1 + 1e-9,
          "the mean of values 0 and 1 is estimated as %s after %d",
          e,
          i + 1);
    }
  }

  private void notFinite() {
    DriftDetector d = detector();
    Rng rng = new Rng(10);
    double[] bad = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int i = 0; i < 600; i++) {
      d.update(i % 50 == 0 ? bad[i / 50 % 3] : rng.nextDouble() < 0.3 ? 1 : 0);
      Check.that(
          Double.isFinite(d.estimate()),
          "after %s the estimate is %s",
          bad[i / 50 % 3],
          d.estimate());
    }
  }
}
