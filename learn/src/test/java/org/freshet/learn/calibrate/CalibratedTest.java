package org.freshet.learn.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Rng;
import org.freshet.core.component.Components;
import org.freshet.learn.BundledStreams;
import org.junit.jupiter.api.Test;

class CalibratedTest {
  private static final double[] P = new double[2];

  /** Gives the calibrator events whose true log odds are a · z + b for given log odds z. */
  private static void teach(Calibrator c, double a, double b, int events) {
    Rng rng = new Rng(1);
    for (int i = 0; i < events; i++) {
      double z = 2 * rng.nextGaussian();
      P[1] = 1 / (1 + Math.exp(-z));
      P[0] = 1 - P[1];
      int label = rng.nextDouble() < 1 / (1 + Math.exp(-(a * z + b))) ? 1 : 0;
      c.learn(P, 2, label);
    }
  }

  @Test
  void plattFindsTheSigmoidThatMadeTheLabels() {
    PlattScaling c = new PlattScaling(20_000);
    teach(c, 0.4, -0.7, 20_000);
    assertThat(c.slope(1)).isCloseTo(0.4, within(0.05));
    assertThat(c.intercept(1)).isCloseTo(-0.7, within(0.08));
    // class 0 has the log odds -z and the labels turned round
    assertThat(c.slope(0)).isCloseTo(0.4, within(0.05));
    assertThat(c.intercept(0)).isCloseTo(0.7, within(0.08));
  }

  @Test
  void temperatureIsFound() {
    TemperatureScaling c = new TemperatureScaling(20_000);
    teach(c, 0.4, 0, 20_000);
    assertThat(c.temperature()).isCloseTo(2.5, within(0.2));
    TemperatureScaling sharper = new TemperatureScaling(20_000);
    teach(sharper, 2, 0, 20_000);
    assertThat(sharper.temperature()).isCloseTo(0.5, within(0.05));
  }

  @Test
  void aFirstNewtonStepByHand() {
    TemperatureScaling c = new TemperatureScaling(1_000);
    P[0] = 0.25;
    P[1] = 0.75;
    c.learn(P, 2, 0);
    // β = 1: q = p, g = Σ q ln p - ln p_0 = .75 (ln .75 - ln .25) = .75 ln 3; A = .999 + g²
    double g = 0.75 * Math.log(3);
    assertThat(1 / c.temperature()).isCloseTo(1 - g / (0.999 + g * g), within(1e-12));
  }

  @Test
  void isotonicIsTheIdentityAtFirstAndPoolsViolators() {
    BinnedIsotonic c = new BinnedIsotonic(1_000_000_000, 4);
    double[] p = {0.3, 0.7};
    c.map(p, 2);
    assertThat(p).containsExactly(0.3, 0.7);
    // class 1: 9 events at .375, of which 8 true; 9 at .625, of which 2 true
    for (int i = 0; i < 9; i++) {
      P[1] = 0.375;
      P[0] = 0.625;
      c.learn(P, 2, i < 8 ? 1 : 0);
      P[1] = 0.625;
      P[0] = 0.375;
      c.learn(P, 2, i < 2 ? 1 : 0);
    }
    // with the event of its own middle each: (8 + .375) / 10 and (2 + .625) / 10; pooled .55, the
    // outer bins keep .125 and .875; between the middles straight lines
    p = new double[] {0.5, 0.5};
    c.map(p, 2);
    assertThat(p[1]).isCloseTo(0.55, within(1e-6));
    p = new double[] {0.75, 0.25};
    c.map(p, 2);
    assertThat(p[1]).isCloseTo((0.125 + 0.55) / 2, within(1e-6));
    p = new double[] {0.95, 0.05};
    c.map(p, 2);
    assertThat(p[1]).isCloseTo(0.125, within(1e-6));
  }

  @Test
  void isotonicNeverFalls() {
    BinnedIsotonic c = new BinnedIsotonic(500, 10);
    teach(c, -0.5, 0.3, 3_000); // the more is given, the less often it is true
    double last = 0;
    for (int i = 0; i <= 1000; i++) {
      double[] p = {1 - i / 1000.0, i / 1000.0};
      c.map(p, 2);
      assertThat(p[1]).isGreaterThanOrEqualTo(last - 1e-12);
      last = p[1];
    }
  }

  @Test
  void naiveBayesOnElectricityBecomesHonest() throws IOException {
    Batch rows = BundledStreams.electricity();
    double[] raw = logLossAndError(rows, "gaussian_nb");
    for (String method : new String[] {"platt", "temperature", "isotonic"}) {
      double[] after =
          logLossAndError(rows, "calibrated(learner=gaussian_nb, method=" + method + ")");
      assertThat(after[0]).as("log loss, " + method).isLessThan(0.7 * raw[0]);
      assertThat(after[1]).as("calibration error, " + method).isLessThan(raw[1] / 3);
    }
  }

  /** Mean log loss, and the expected calibration error over ten bins. */
  private static double[] logLossAndError(Batch rows, String spec) {
    Classifier c = Components.classifier(spec, rows.schema(), 1);
    double[] scores = new double[2];
    double loss = 0;
    double[] promised = new double[10];
    double[] kept = new double[10];
    for (int r = 0; r < rows.size(); r++) {
      int label = rows.labelCode(r);
      c.testThenLearn(rows.row(r), label, 1, scores);
      loss -= Math.log(Math.max(scores[label], 1e-15));
      int answer = scores[1] > scores[0] ? 1 : 0;
      int bin = Math.min(9, (int) (10 * scores[answer]));
      promised[bin] += scores[answer];
      kept[bin] += answer == label ? 1 : 0;
    }
    double error = 0;
    for (int b = 0; b < 10; b++) {
      error += Math.abs(promised[b] - kept[b]);
    }
    return new double[] {loss / rows.size(), error / rows.size()};
  }
}
