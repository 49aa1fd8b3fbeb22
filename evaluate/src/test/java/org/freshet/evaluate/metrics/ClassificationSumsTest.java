package org.freshet.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * Ten events, three classes. Confusion (rows true, columns answered, last column no answer):
 *
 * <pre>
 *   a: 3 1 0 0
 *   b: 1 2 0 1
 *   c: 0 1 1 0
 * </pre>
 */
class ClassificationSumsTest {
  private static final double EPS = 1e-12;
  private static final int[] TRUE = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2};
  private static final int[] ANSWER = {0, 0, 0, 1, 0, 1, 1, -1, 1, 2};

  private static ClassificationSums tenEvents(double weight) {
    ClassificationSums s = new ClassificationSums();
    for (int i = 0; i < 10; i++) {
      s.add(TRUE[i], weight, ANSWER[i], new double[0], 0, 0);
    }
    return s;
  }

  @Test
  void accuracyAndKappaByHand() {
    LabelCounts c = tenEvents(1).counts();
    assertThat(c.accuracy()).isEqualTo(0.6);
    // pe = (4·4 + 4·4 + 2·1) / 100 = 0.34; kappa = (0.6 - 0.34) / 0.66
    assertThat(c.kappa()).isCloseTo(0.26 / 0.66, within(EPS));
  }

  @Test
  void perClassByHand() {
    LabelCounts c = tenEvents(1).counts();
    assertThat(c.precision(0)).isEqualTo(3 / 4.0);
    assertThat(c.precision(1)).isEqualTo(2 / 4.0);
    assertThat(c.precision(2)).isEqualTo(1.0);
    assertThat(c.recall(0)).isEqualTo(3 / 4.0);
    assertThat(c.recall(1)).isEqualTo(2 / 4.0);
    assertThat(c.recall(2)).isEqualTo(1 / 2.0);
    assertThat(c.f1(2)).isCloseTo(2 / 3.0, within(EPS));
  }

  @Test
  void meansOverClassesByHand() {
    LabelCounts c = tenEvents(1).counts();
    assertThat(c.precisionMacro()).isCloseTo(2.25 / 3, within(EPS));
    assertThat(c.recallMacro()).isCloseTo(1.75 / 3, within(EPS));
    assertThat(c.f1Macro()).isCloseTo((0.75 + 0.5 + 2 / 3.0) / 3, within(EPS));
    assertThat(c.balancedAccuracy()).isCloseTo(1.75 / 3, within(EPS));
    assertThat(c.gMean()).isCloseTo(Math.cbrt(0.75 * 0.5 * 0.5), within(EPS));
    // nine of ten were answered, six right
    assertThat(c.precisionMicro()).isCloseTo(6 / 9.0, within(EPS));
    assertThat(c.recallMicro()).isEqualTo(0.6);
    assertThat(c.f1Micro()).isCloseTo(12 / 19.0, within(EPS));
  }

  @Test
  void classNeverSeenTrueCountsInMacroF1ButNotInBalancedAccuracy() {
    LabelCounts c = new LabelCounts();
    c.add(0, 1, 0);
    c.add(0, 1, 1);
    assertThat(c.f1Macro()).isCloseTo((2 / 3.0 + 0) / 2, within(EPS));
    assertThat(c.balancedAccuracy()).isEqualTo(0.5);
    assertThat(c.gMean()).isCloseTo(0.5, within(EPS));
  }

  @Test
  void gMeanIsZeroWhenAClassIsNeverFound() {
    LabelCounts c = new LabelCounts();
    c.add(0, 1, 0);
    c.add(1, 1, 0);
    assertThat(c.gMean()).isZero();
  }

  @Test
  void equalWeightsChangeNothing() {
    assertThat(tenEvents(2).values()).isEqualTo(tenEvents(1).values());
  }

  @Test
  void aWeightCountsLikeRepeats() {
    ClassificationSums weighted = new ClassificationSums();
    ClassificationSums repeated = new ClassificationSums();
    double[] p = {0.25, 0.75};
    weighted.add(1, 3, 1, p, 0, 2);
    weighted.add(0, 1, 1, p, 0, 2);
    weighted.add(0, 0, 0, p, 0, 2);
    for (int i = 0; i < 3; i++) {
      repeated.add(1, 1, 1, p, 0, 2);
    }
    repeated.add(0, 1, 1, p, 0, 2);
    repeated
        .values()
        .forEach(
            (name, v) ->
                assertThat(weighted.values().get(name)).as(name).isCloseTo(v, within(EPS)));
    assertThat(weighted.accuracy()).isEqualTo(0.75);
  }

  @Test
  void kappasAgainstBaselinesByHand() {
    ClassificationSums s = tenEvents(1);
    for (int i = 0; i < 10; i++) {
      // right on 2 and on 4 of the ten events
      s.addBaselines(0, 1, i < 2 ? 0 : 1, i < 4 ? 0 : -1);
    }
    assertThat(s.noChangeAccuracy()).isEqualTo(0.2);
    assertThat(s.majorityAccuracy()).isEqualTo(0.4);
    assertThat(s.kappaT()).isCloseTo(0.4 / 0.8, within(EPS));
    assertThat(s.kappaM()).isCloseTo(0.2 / 0.6, within(EPS));
  }

  @Test
  void logLossAndBrierByHand() {
    ClassificationSums s = new ClassificationSums();
    double[] p = {9, 0.25, 0.75, 9};
    s.add(0, 1, 1, p, 1, 2);
    s.add(1, 1, 1, p, 1, 2);
    assertThat(s.logLoss()).isCloseTo((Math.log(4) + Math.log(4 / 3.0)) / 2, within(EPS));
    // 0.75² + 0.75² and 0.25² + 0.25²
    assertThat(s.brier()).isCloseTo((1.125 + 0.125) / 2, within(EPS));
  }

  @Test
  void aSureMistakeIsClipped() {
    ClassificationSums s = new ClassificationSums();
    s.add(0, 1, 1, new double[] {0, 1}, 0, 2);
    assertThat(s.logLoss()).isCloseTo(-Math.log(1e-15), within(EPS));
    assertThat(s.brier()).isEqualTo(2);
  }

  @Test
  void aClassWithoutScoreHasProbabilityZero() {
    ClassificationSums s = new ClassificationSums();
    s.add(2, 1, 0, new double[] {1}, 0, 1);
    assertThat(s.logLoss()).isCloseTo(-Math.log(1e-15), within(EPS));
    assertThat(s.brier()).isEqualTo(2);
  }

  @Test
  void calibrationErrorByHand() {
    Calibration c = new Calibration();
    // bin 10 holds 0.7: promised 0.7, kept 1/2; bin 14 holds 0.95 and 1: promised 0.975, kept 1
    c.add(1, 0.7, true);
    c.add(1, 0.7, false);
    c.add(1, 0.95, true);
    c.add(1, 1.0, true);
    assertThat(c.error()).isCloseTo(0.5 * 0.2 + 0.5 * 0.025, within(EPS));
    assertThat(c.promised(14)).isCloseTo(0.975, within(EPS));
    assertThat(c.kept(10)).isEqualTo(0.5);
  }

  @Test
  void nothingIsDefinedBeforeTheFirstEvent() {
    assertThat(new ClassificationSums().values()).isEmpty();
  }

  @Test
  void confusionMatrixGrowsAndGathersWhatIsAboveItsLimit() {
    ConfusionMatrix m = new ConfusionMatrix();
    m.add(0, 2, 1);
    m.add(7, 1, 7);
    m.add(7, 1, -1);
    m.add(5000, 1, 3);
    m.add(3, 1, 5000);
    m.add(5000, 1, 5001);
    assertThat(m.labels()).isEqualTo(ConfusionMatrix.LIMIT);
    assertThat(m.cell(0, 1)).isEqualTo(2);
    assertThat(m.cell(7, 7)).isEqualTo(1);
    assertThat(m.unanswered(7)).isEqualTo(1);
    assertThat(m.other()).isEqualTo(3);
  }
}
