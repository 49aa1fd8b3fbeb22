package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalTest {
  /** Values of Φ to 16 digits from tables of the error function. */
  @Test
  void distributionFunctionHasItsKnownValues() {
    assertThat(Normal.cdf(0)).isEqualTo(0.5);
    assertThat(Normal.cdf(1)).isCloseTo(0.8413447460685429, within(1e-15));
    assertThat(Normal.cdf(1.959963984540054)).isCloseTo(0.975, within(1e-15));
    assertThat(Normal.cdf(-3)).isCloseTo(1.3498980316300946e-3, within(1e-17));
    assertThat(Normal.cdf(-8)).isCloseTo(6.22096057427178e-16, within(1e-28));
    assertThat(Normal.cdf(-12)).isCloseTo(1.776482112077679e-33, within(1e-45));
    assertThat(Normal.cdf(0.3) + Normal.cdf(-0.3)).isCloseTo(1, within(1e-15));
  }

  /** Φ is the integral of the density: Simpson's rule over small steps. */
  @Test
  void distributionFunctionIntegratesTheDensity() {
    double h = 1e-3;
    double sum = 0;
    for (int i = 0; i < 2000; i++) {
      double z = -1 + i * h;
      sum += h / 6 * (Normal.density(z) + 4 * Normal.density(z + h / 2) + Normal.density(z + h));
    }
    assertThat(Normal.cdf(1) - Normal.cdf(-1)).isCloseTo(sum, within(1e-12));
  }

  @Test
  void tableIsRightToNineDigits() {
    for (double z = -7.999; z < 7.999; z += 0.00317) {
      double t = (z + Normal.LIMIT) * Normal.STEPS;
      int cell = (int) t;
      double u = t - cell;
      double[] a = Normal.TABLE;
      int c = 8 * cell;
      double phi = a[c] + u * (a[c + 1] + u * (a[c + 2] + u * a[c + 3]));
      double entropy = a[c + 4] + u * (a[c + 5] + u * (a[c + 6] + u * a[c + 7]));
      assertThat(phi).isCloseTo(Normal.cdf(z), within(1e-9));
      assertThat(entropy).isCloseTo(Normal.entropy(Normal.cdf(z)), within(2e-9));
    }
    for (double p = 0.0005; p < 1; p += 0.00073) {
      assertThat(Normal.shareEntropy(p)).isCloseTo(Normal.entropy(p), within(1e-7));
    }
  }
}
