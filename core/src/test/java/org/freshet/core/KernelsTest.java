package org.freshet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KernelsTest {
  @Test
  void stretchesOfArrays() {
    double[] a = {9, 1, 2, 3};
    double[] b = {4, 5, 6, 9};
    assertThat(Kernels.dot(a, 1, b, 0, 3)).isEqualTo(32);
    assertThat(Kernels.sum(a, 1, 2)).isEqualTo(3);
    assertThat(Kernels.squaredDistance(a, 1, b, 0, 3)).isEqualTo(27);
    Kernels.axpy(2, a, 1, b, 1, 2);
    assertThat(b).containsExactly(4, 7, 10, 9);
    Kernels.scale(0.5, b, 2, 2);
    assertThat(b).containsExactly(4, 7, 5, 4.5);
  }

  @Test
  void argmaxTakesTheLowestOnATie() {
    assertThat(Kernels.argmax(new double[] {1, 3, 3}, 3)).isEqualTo(1);
    assertThat(Kernels.argmax(new double[] {Double.NaN, 0}, 2)).isEqualTo(1);
    assertThat(Kernels.argmax(new double[] {1}, 0)).isEqualTo(-1);
  }

  @Test
  void softmaxIsExactForRatiosAndCalmAtTheEnds() {
    double[] a = {Math.log(1), Math.log(3)};
    Kernels.softmax(a, 2);
    assertThat(a[1]).isCloseTo(0.75, within(1e-15));
    double[] far = {-1000, 0};
    Kernels.softmax(far, 2);
    assertThat(far).containsExactly(0, 1);
    double[] none = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    Kernels.softmax(none, 2);
    assertThat(none).containsExactly(0.5, 0.5);
    double[] sure = {0, Double.POSITIVE_INFINITY, 5};
    Kernels.softmax(sure, 3);
    assertThat(sure).containsExactly(0, 1, 0);
  }

  @Test
  void normalizeIsUniformWhenThereIsNothing() {
    double[] a = {1, 3};
    Kernels.normalize(a, 2);
    assertThat(a).containsExactly(0.25, 0.75);
    double[] zero = {0, 0};
    Kernels.normalize(zero, 2);
    assertThat(zero).containsExactly(0.5, 0.5);
  }
}
