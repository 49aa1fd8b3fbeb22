package org.freshet.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class AucTest {
  private static final double EPS = 1e-12;

  /** By the definition: all pairs. */
  private static double pairs(double[][] p, int[] y, double[] w, int k) {
    double won = 0;
    double all = 0;
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < y.length; j++) {
        if (y[i] == k && y[j] != k) {
          double d = p[i][k] - p[j][k];
          won += w[i] * w[j] * (d > 0 ? 1 : d == 0 ? 0.5 : 0);
          all += w[i] * w[j];
        }
      }
    }
    return won / all;
  }

  private static void add(AucStream auc, int label, double p) {
    auc.add(label, 1, new double[] {1 - p, p}, 0, 2);
  }

  @Test
  void fourEventsByHand() {
    AucStream auc = new AucStream();
    add(auc, 0, 0.1);
    add(auc, 0, 0.4);
    add(auc, 1, 0.35);
    assertThat(auc.value()).isEqualTo(0.5);
    add(auc, 1, 0.8);
    assertThat(auc.value()).isEqualTo(0.75);
    assertThat(auc.errorBound()).isZero();
  }

  @Test
  void tiesCountHalf() {
    AucStream auc = new AucStream();
    add(auc, 0, 0.5);
    add(auc, 1, 0.5);
    assertThat(auc.value()).isEqualTo(0.5);
  }

  @Test
  void undefinedWithOneClass() {
    AucStream auc = new AucStream();
    add(auc, 1, 0.5);
    assertThat(auc.value()).isNaN();
  }

  @Test
  void weightedAndMulticlassAgreeWithAllPairs() {
    Rng rng = new Rng(3);
    int n = 300;
    double[][] p = new double[n][3];
    int[] y = new int[n];
    double[] w = new double[n];
    AucStream auc = new AucStream();
    for (int i = 0; i < n; i++) {
      y[i] = rng.nextInt(3);
      w[i] = 1 + rng.nextInt(3);
      for (int k = 0; k < 3; k++) {
        p[i][k] = (rng.nextInt(20) + (k == y[i] ? 5 : 0)) / 40.0;
      }
      auc.add(y[i], w[i], p[i], 0, 3);
    }
    double mean = (pairs(p, y, w, 0) + pairs(p, y, w, 1) + pairs(p, y, w, 2)) / 3;
    assertThat(auc.value()).isCloseTo(mean, within(EPS));
  }

  @Test
  void aClassThatAppearsLateHadScoreZeroBefore() {
    AucStream exact = new AucStream();
    AucStream binned = new AucStream(0);
    for (AucStream auc : new AucStream[] {exact, binned}) {
      auc.add(0, 1, new double[] {0.5, 0.5}, 0, 2);
      auc.add(1, 1, new double[] {0.25, 0.75}, 0, 2);
      auc.add(2, 1, new double[] {0.5, 0.5}, 0, 2);
      auc.add(2, 1, new double[] {0.25, 0.25, 0.5}, 0, 3);
    }
    // class 0: 0.5 against 0.25, 0.5, 0.25: 2.5 of 3; class 1: 3 of 3; class 2: {0, 0.5} against
    // {0, 0}
    assertThat(exact.value()).isCloseTo((2.5 / 3 + 1 + 0.75) / 3, within(EPS));
    assertThat(binned.value()).isCloseTo(exact.value(), within(EPS));
  }

  @Test
  void binsStayWithinTheirErrorBound() {
    Rng rng = new Rng(1);
    AucStream exact = new AucStream();
    AucStream binned = new AucStream(100);
    for (int i = 0; i < 5000; i++) {
      int label = rng.nextInt(2);
      double p = 1 / (1 + Math.exp(-rng.nextGaussian() * 3 - label));
      add(exact, label, p);
      add(binned, label, p);
    }
    assertThat(exact.isExact()).isTrue();
    assertThat(binned.isExact()).isFalse();
    assertThat(binned.errorBound()).isBetween(1e-9, 0.005);
    assertThat(binned.value()).isCloseTo(exact.value(), within(binned.errorBound()));
  }

  @Test
  void binsRiseWithTheScore() {
    double[] p = {0, 1e-300, 1e-18, 1e-9, 0.1, 0.25, 0.499, 0.5, 0.500001, 0.51, 0.9, 1 - 1e-9, 1};
    int last = -1;
    for (double v : p) {
      assertThat(AucStream.bin(v)).isBetween(last, AucStream.BINS - 1);
      last = AucStream.bin(v);
    }
    assertThat(AucStream.bin(1)).isEqualTo(AucStream.BINS - 1);
    assertThat(AucStream.bin(Double.NaN)).isZero();
  }

  @Test
  void tooManyClassesGiveNoArea() {
    AucStream auc = new AucStream();
    add(auc, 0, 0.1);
    add(auc, 1, 0.9);
    auc.add(AucStream.MAX_CLASSES, 1, new double[2], 0, 2);
    add(auc, 1, 0.9);
    assertThat(auc.value()).isNaN();
    assertThat(auc.memoryBytes()).isLessThan(300);
  }

  @Test
  void restoredGoesOnBitForBit() {
    for (int limit : new int[] {1 << 20, 50, 0}) {
      Rng rng = new Rng(9);
      AucStream whole = new AucStream(limit);
      AucStream part = new AucStream(limit);
      for (int i = 0; i < 200; i++) {
        int label = rng.nextInt(i < 60 ? 2 : 4);
        int n = i < 80 ? 2 : 4;
        double[] p = new double[n];
        for (int k = 0; k < n; k++) {
          p[k] = rng.nextDouble() / n;
        }
        whole.add(label, 1 + i % 2, p, 0, n);
        part.add(label, 1 + i % 2, p, 0, n);
        if (i % 37 == 0) {
          AucStream restored = new AucStream(limit);
          State.copy(part::save, restored::load);
          part = restored;
        }
      }
      assertThat(part.value()).isEqualTo(whole.value());
      assertThat(State.bytes(part::save)).isEqualTo(State.bytes(whole::save));
    }
  }
}
