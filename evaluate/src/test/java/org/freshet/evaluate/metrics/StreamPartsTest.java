package org.freshet.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

/** Baselines, blind labels, curves, blocks, drift scores, effort. */
class StreamPartsTest {

  @Test
  void baselinesKnowOnlyWhatHadArrived() {
    Baselines b = Baselines.ofClasses(0);
    b.predict(0);
    b.predict(1);
    b.learn(2, 1);
    b.predict(2);
    b.learn(0, 1);
    b.predict(3);
    b.learn(0, 1);
    b.predict(4);
    assertThat(b.noChange(0)).isEqualTo(-1);
    assertThat(b.other(1)).isEqualTo(-1);
    assertThat(b.noChange(2)).isEqualTo(2);
    assertThat(b.noChange(3)).isZero();
    // one label each: the lower code
    assertThat(b.other(3)).isZero();
    assertThat(b.other(4)).isZero();
  }

  @Test
  void withDeclaredClassesTheFirstIsTheFirstAnswer() {
    Baselines b = Baselines.ofClasses(2);
    b.predict(0);
    assertThat(b.noChange(0)).isZero();
    assertThat(b.other(0)).isZero();
  }

  @Test
  void meanOfTheTargetsKnown() {
    Baselines b = Baselines.ofNumbers();
    b.predict(0);
    b.learn(4, 1);
    b.learn(8, 3);
    b.predict(1);
    assertThat(b.other(0)).isZero();
    assertThat(b.noChange(1)).isEqualTo(8);
    assertThat(b.other(1)).isEqualTo(7);
  }

  @Test
  void baselineAnswersWaitForLateLabelsAndAreRestored() {
    Baselines b = Baselines.ofClasses(1);
    for (int e = 0; e < 10_000; e++) {
      b.predict(e);
      b.learn(e % 7, 1);
    }
    Baselines c = Baselines.ofClasses(1);
    State.copy(b::save, c::load);
    for (int e = 1; e < 10_000; e++) {
      assertThat(c.noChange(e)).isEqualTo((e - 1) % 7);
      c.forget(e);
    }
    assertThat(c.noChange(5)).as("forgotten").isZero();
    c.learn(6, 1);
    b.learn(6, 1);
    b.predict(20_000);
    c.predict(20_000);
    assertThat(c.other(20_000)).isEqualTo(b.other(20_000));
  }

  @Test
  void answersThatWaitAreBounded() {
    Baselines b = Baselines.ofClasses(1);
    for (int e = 0; e < Baselines.LIMIT + 10; e++) {
      b.predict(e);
      b.learn(1, 1);
    }
    assertThat(b.noChange(5)).as("too old").isZero();
    assertThat(b.noChange(Baselines.LIMIT)).isEqualTo(1);
    assertThat(b.memoryBytes()).isLessThan(32L * Baselines.LIMIT);
  }

  @Test
  void blindLabelsAtEachShiftByHand() {
    BlindLabels b = new BlindLabels();
    // a b a b …: right at odd shifts, wrong at even ones
    for (int i = 0; i < 100; i++) {
      b.add(i % 2);
    }
    assertThat(b.accuracy(0)).isZero();
    assertThat(b.accuracy(1)).isEqualTo(1);
    assertThat(b.accuracy(64)).isZero();
    assertThat(b.accuracy(100)).isNaN();
    assertThat(b.chance()).isEqualTo(0.5);
    assertThat(b.fallsToChance()).isZero();
  }

  @Test
  void blindLabelsFallToChanceAfterTheRunsOfTheStream() {
    BlindLabels b = new BlindLabels();
    BlindLabels restored = new BlindLabels();
    Rng rng = new Rng(4);
    int label = 0;
    for (int i = 0; i < 60_000; i++) {
      if (rng.nextDouble() < 0.1) {
        label = rng.nextInt(2);
      }
      b.add(label);
      if (i == 9000) {
        State.copy(b::save, restored::load);
      } else if (i > 9000) {
        restored.add(label);
      }
    }
    // autocorrelation 0.9^(S+1): 1/2 + 1/2·0.9^(S+1) is one point above chance near S = 36
    assertThat(b.accuracy(0)).isCloseTo(0.95, within(0.01));
    assertThat(b.fallsToChance()).isBetween(25, 45);
    assertThat(State.bytes(restored::save)).isEqualTo(State.bytes(b::save));
  }

  @Test
  void curveSpansAStreamOfAnyLength() {
    Curve curve = new Curve(2, 3);
    for (long i = 1; i <= 100_000; i++) {
      if (curve.wants(i)) {
        curve.add(i - 1, new double[] {i, -i});
      }
    }
    assertThat(curve.points()).isBetween(Curve.LIMIT / 2, Curve.LIMIT);
    long step = curve.event(1) - curve.event(0);
    assertThat(step).isEqualTo(3 * 64);
    for (int i = 0; i < curve.points(); i++) {
      assertThat(curve.event(i)).isEqualTo((i + 1) * step - 1);
      assertThat(curve.value(i, 0)).isEqualTo(curve.event(i) + 1);
      assertThat(curve.value(i, 1)).isEqualTo(-curve.value(i, 0));
    }
  }

  @Test
  void blocksJoinInPairsAndKeepTheSum() {
    Blocks b = new Blocks();
    for (int i = 0; i < 100_000; i++) {
      b.add(i % 4 == 0 ? 1 : 0, 2);
    }
    assertThat(b.blocks()).isBetween(Blocks.LIMIT / 2, Blocks.LIMIT);
    assertThat(b.length()).isEqualTo(128);
    double sum = 0;
    for (double s : b.sums()) {
      sum += s;
    }
    assertThat(sum).isEqualTo(50_000);
    assertThat(b.sums()[0]).isEqualTo(64);
    assertThat(b.weights()[0]).isEqualTo(256);
  }

  @Test
  void rightAnswersCountDisagreement() {
    RightAnswers a = new RightAnswers();
    RightAnswers b = new RightAnswers();
    for (int i = 0; i < 10_000; i++) {
      a.add(i % 3 == 0);
      b.add(i % 2 == 0);
    }
    assertThat(a.onlyHere(b)).isEqualTo(1667);
    assertThat(b.onlyHere(a)).isEqualTo(3333);
    assertThat(a.isWhole()).isTrue();
  }

  @Test
  void driftScoreByHand() {
    long[] truth = {1000, 2000, 3000};
    long[] found = {500, 1020, 1030, 1600, 3000, 9999};
    DriftScore s = DriftScore.of(truth, found, 300);
    assertThat(s.found()).isEqualTo(2);
    assertThat(s.missed()).isEqualTo(1);
    assertThat(s.meanDelay()).isEqualTo(10);
    assertThat(s.repeats()).isEqualTo(1);
    assertThat(s.falseAlarms()).isEqualTo(3);
  }

  @Test
  void aDetectionBelongsToTheLastDriftBeforeIt() {
    DriftScore s = DriftScore.of(new long[] {100, 200}, new long[] {210}, 1000);
    assertThat(s.found()).isEqualTo(1);
    assertThat(s.meanDelay()).isEqualTo(10);
    assertThat(DriftScore.of(new long[] {100}, new long[0], 10).meanDelay()).isNaN();
  }

  @Test
  void ramHoursAreGigabytesTimesHours() {
    Effort e = new Effort();
    e.add(1_800_000_000_000L, 1L << 31);
    assertThat(e.ramHours()).isCloseTo(1, within(1e-12));
    assertThat(e.seconds()).isCloseTo(1800, within(1e-9));
  }
}
