package org.freshet.neural.consolidation;

import static org.assertj.core.api.Assertions.assertThat;

import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class LossPlateauTest {
  private static Trigger trigger(int block, int window, double mean, double variance) {
    return new LossPlateau(new LossPlateau.Parameters(block, window, mean, variance), null)
        .trigger();
  }

  private static int times(Trigger t, double loss, int blocks) {
    int n = 0;
    for (int i = 0; i < blocks; i++) {
      n += t.after(loss, 1) ? 1 : 0;
    }
    return n;
  }

  @Test
  void restsOnceAfterEachRise() {
    Trigger t = trigger(1, 3, 0.5, 0.02);
    assertThat(times(t, 2, 10)).as("high").isZero();
    assertThat(times(t, 0.2, 2)).as("the window is still half high").isZero();
    assertThat(times(t, 0.2, 1)).isOne();
    assertThat(times(t, 0.2, 50)).as("no rise since").isZero();
    assertThat(times(t, 1.5, 3)).isZero();
    assertThat(times(t, 0.2, 50)).as("after the rise").isOne();
  }

  @Test
  void waitsUntilTheLossIsLowAndSteady() {
    Trigger t = trigger(1, 4, 0.5, 0.02);
    int n = 0;
    for (int i = 0; i < 40; i++) {
      n += t.after(i % 2 == 0 ? 0.0 : 0.6, 1) ? 1 : 0;
    }
    assertThat(n).as("low, but not steady").isZero();
    assertThat(times(t, 0.6, 40)).as("steady, but not low").isZero();
    assertThat(times(t, 0.3, 40)).isOne();
  }

  @Test
  void valuesOfTheWindowAreMeansOfBlocks() {
    Trigger t = trigger(10, 2, 0.5, 0.02);
    int at = -1;
    for (int i = 0; i < 100 && at < 0; i++) {
      at = t.after(i % 2 == 0 ? 0.0 : 0.6, 1) ? i : -1;
    }
    assertThat(at).as("two blocks of 10 with mean 0.3 and no variance").isEqualTo(19);
  }

  /** The check of the method: at least nine changes of ten, one false alarm in ten at most. */
  @Test
  void findsChangesOfANoisyLoss() {
    Trigger t = trigger(64, 5, 0.5, 0.02);
    Rng rng = new Rng(1);
    int found = 0;
    int extra = 0;
    for (int change = 0; change < 50; change++) {
      int here = 0;
      for (int i = 0; i < 2000; i++) {
        double level = 0.1 + 2 * Math.exp(-i / 300.0);
        here += t.after(-level * Math.log(1 - rng.nextDouble()), 1) ? 1 : 0;
      }
      found += Math.min(1, here);
      extra += Math.max(0, here - 1);
    }
    assertThat(found).isGreaterThanOrEqualTo(45);
    assertThat(extra).isLessThanOrEqualTo(5);
  }

  @Test
  void notANumberIsAHighLoss() {
    Trigger t = trigger(1, 2, 0.5, 0.02);
    assertThat(times(t, Double.NaN, 10)).isZero();
    assertThat(times(t, 0.1, 10)).isOne();
  }
}
