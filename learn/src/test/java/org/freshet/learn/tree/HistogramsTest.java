package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramsTest {
  private static final int[] ONE = {0};

  private static void add(Histograms h, double v, double target) {
    h.add(new double[] {v}, ONE, 1, target);
  }

  /** Weight, sum and sum of squares of the targets of values up to an edge. */
  private static double[] upTo(Histograms h, double edge) {
    double[] sums = new double[3];
    for (int b = 0; b < h.bins && h.edge(0, b + 1) <= edge + 1e-9; b++) {
      for (int i = 0; i < 3; i++) {
        sums[i] += h.cells[b * 3 + i];
      }
    }
    return sums;
  }

  @Test
  void whateverTheOrderOfTheValuesEachIntervalHoldsThoseInside() {
    Random random = new Random(5);
    double[] v = new double[500];
    double[] y = new double[500];
    Histograms h = new Histograms(1, 16);
    for (int i = 0; i < v.length; i++) {
      v[i] = random.nextGaussian() * 30;
      y[i] = random.nextInt(10);
      add(h, v[i], y[i]);
    }
    for (int b = 1; b <= h.bins; b++) {
      double edge = h.edge(0, b);
      double[] expected = new double[3];
      for (int i = 0; i < v.length; i++) {
        if (v[i] < edge) {
          expected[0]++;
          expected[1] += y[i];
          expected[2] += y[i] * y[i];
        }
      }
      assertThat(upTo(h, edge)).containsExactly(expected, within(1e-9));
    }
    assertThat(h.weightOf(0)).isEqualTo(500);
    assertThat(h.highest(0) - h.lowest(0)).isLessThan(4 * 30 * 3.5);
  }

  @Test
  void oneValueHasNoWidthAndASecondOpensTheRange() {
    Histograms h = new Histograms(1, 8);
    add(h, 4, 1);
    add(h, 4, 2);
    assertThat(h.varies(0)).isFalse();
    add(h, 6, 5);
    assertThat(h.varies(0)).isTrue();
    assertThat(upTo(h, 5)).containsExactly(2, 3, 5);
    assertThat(h.weightOf(0)).isEqualTo(3);
  }

  /** The far value would leave the others a single interval; it lies in the last one instead. */
  @Test
  void aLoneFarValueDoesNotCrushTheRest() {
    Histograms h = new Histograms(1, 16);
    for (int i = 0; i < 100; i++) {
      add(h, i % 10, i);
    }
    double end = h.edge(0, 16);
    add(h, 1e6, 0);
    assertThat(h.edge(0, 16)).isEqualTo(end);
    assertThat(h.cells[15 * 3]).isEqualTo(1);
    for (int i = 0; i < 5; i++) {
      add(h, 1e6, 0);
    }
    assertThat(h.edge(0, 16)).isGreaterThan(1e6);
  }

  @Test
  void missingValuesLeaveNothing() {
    Histograms h = new Histograms(1, 8);
    add(h, Double.NaN, 3);
    add(h, 1, 3);
    assertThat(h.weightOf(0)).isEqualTo(1);
  }
}
