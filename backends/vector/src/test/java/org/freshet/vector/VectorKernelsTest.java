package org.freshet.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.freshet.neural.kernel.FloatKernels;
import org.freshet.neural.kernel.ScalarKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vector kernels against the plain loops, in shapes that take every way through them. */
class VectorKernelsTest {
  private final FloatKernels plain = new ScalarKernels();
  private final FloatKernels vector = new VectorKernels();
  private final Random random = new Random(1);

  private boolean zeros = true;

  /** Normal numbers, a third of them 0 or none. */
  private float[] some(int n) {
    float[] a = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = zeros && random.nextInt(3) == 0 ? 0 : (float) random.nextGaussian();
    }
    return a;
  }

  private static void alike(float[] found, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("%d", i).isCloseTo(expected[i], within(1e-3f));
    }
  }

  @Test
  void isFoundWhereTheModuleIs() {
    assertThat(FloatKernels.fastest().name()).startsWith("vector");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 16",
    "1, 41, 112",
    "2, 9, 32",
    "3, 7, 48",
    "4, 5, 16",
    "5, 784, 128",
    "8, 33, 304",
    "13, 54, 160",
    "20, 27, 16",
    "33, 144, 32",
    "70, 27, 16",
    "200, 10, 64",
    "300, 30, 32"
  })
  void products(int rows, int k, int n) {
    check(rows, k, n);
    zeros = false;
    check(rows, k, n);
  }

  private void check(int rows, int k, int n) {
    int stride = k + 3;
    float[] x = some(2 + rows * stride);
    float[] w = some(k * n);
    float[] bias = some(n);
    float[] d = some(rows * n);
    float[] y = new float[rows * n];
    float[] z = some(rows * n); // overwritten
    plain.affine(x, 2, stride, w, bias, y, rows, k, n);
    vector.affine(x, 2, stride, w, bias, z, rows, k, n);
    alike(z, y);

    int from = k / 3;
    float[] g = some(16 + k * n);
    float[] h = g.clone();
    plain.outer(-0.5f, x, 2, stride, d, g, 16, rows, from, k, n);
    vector.outer(-0.5f, x, 2, stride, d, h, 16, rows, from, k, n);
    alike(h, g);

    float[] a = some(rows * stride);
    float[] b = a.clone();
    plain.back(d, w, a, stride, rows, k, n);
    vector.back(d, w, b, stride, rows, k, n);
    alike(b, a);

    assertThat(vector.dot(d, 0, w, 0, n)).isCloseTo(plain.dot(d, 0, w, 0, n), within(1e-3f));
  }
}
