package org.freshet.neural.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class DependenceTest {
  private static float[][] random(int n, int width, long seed) {
    Rng rng = new Rng(seed);
    float[][] x = new float[n][width];
    for (float[] r : x) {
      for (int i = 0; i < width; i++) {
        r[i] = (float) rng.nextGaussian();
      }
    }
    return x;
  }

  /** tr(K H L H) / n², by products of whole matrices. */
  private static double slow(double[][] k, double[][] l) {
    int n = k.length;
    double[][] h = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        h[i][j] = (i == j ? 1 : 0) - 1.0 / n;
      }
    }
    double[][] m = times(times(times(k, h), l), h);
    double trace = 0;
    for (int i = 0; i < n; i++) {
      trace += m[i][i];
    }
    return trace / (n * n);
  }

  private static double[][] times(double[][] a, double[][] b) {
    int n = a.length;
    double[][] c = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  /** Three numbers at 0, 1 and 3 have squared distances 1, 4, 9, of which the median is 4. */
  private static double[][] kernel(double... x) {
    double[][] k = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double d = x[i] - x[j];
        k[i][j] = Math.exp(-d * d / (2 * 4));
      }
    }
    return k;
  }

  @Test
  void isTheTraceOfTheCentredKernels() {
    double[][] k = Dependence.centred(new float[][] {{0}, {1}, {3}}, 1);
    double[][] l = Dependence.centred(new float[][] {{3}, {0}, {1}}, 1);
    double expected = slow(kernel(0, 1, 3), kernel(3, 0, 1));
    assertThat(Dependence.hsic(k, l)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void isOneForTheSameAndSmallForWhatIsIndependent() {
    float[][] x = random(200, 3, 1);
    double[][] k = Dependence.centred(x, 3);
    assertThat(Dependence.normalised(k, k)).isCloseTo(1, within(1e-12));
    float[][] curved = random(200, 1, 2);
    for (int r = 0; r < x.length; r++) {
      curved[r][0] = x[r][0] * x[r][0]; // no correlation, but depends
    }
    double none = Dependence.normalised(k, Dependence.centred(random(200, 1, 3), 1));
    assertThat(none).isBetween(0.0, 0.1);
    assertThat(Dependence.normalised(k, Dependence.centred(curved, 1))).isGreaterThan(2 * none);
  }

  @Test
  void rowsThatAreAllTheSameDependOnNothing() {
    double[][] k = Dependence.centred(new float[5][2], 2);
    double[][] l = Dependence.centred(random(5, 2, 1), 2);
    assertThat(Dependence.normalised(k, l)).isZero();
  }
}
