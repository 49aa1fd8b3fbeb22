package org.freshet.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class RegressionTest {
  private static final double EPS = 1e-12;

  @Test
  void byHand() {
    RegressionSums s = new RegressionSums();
    // targets 1, 2, 3, 6: mean 3, squares about it 4+1+0+9 = 14
    s.add(1, 1, 1, 0, 0);
    s.add(2, 1, 4, 1, 1);
    s.add(3, 1, 3, 2, 1.5);
    s.add(6, 1, 5, 3, 2);
    assertThat(s.mae()).isCloseTo(3 / 4.0, within(EPS));
    assertThat(s.rmse()).isCloseTo(Math.sqrt(5 / 4.0), within(EPS));
    assertThat(s.r2()).isCloseTo(1 - 5 / 14.0, within(EPS));
    assertThat(s.smape()).isCloseTo((2 * 2 / 6.0 + 2 * 1 / 11.0) / 4, within(EPS));
    assertThat(s.noChangeMae()).isCloseTo((1 + 1 + 1 + 3) / 4.0, within(EPS));
    assertThat(s.meanMae()).isCloseTo((1 + 1 + 1.5 + 4) / 4.0, within(EPS));
    assertThat(s.noChangeValues().get("r2")).isCloseTo(1 - 12 / 14.0, within(EPS));
  }

  @Test
  void weightsCountLikeRepeatsAndNaNIsZero() {
    RegressionSums s = new RegressionSums();
    s.add(4, 3, 2, 0, 0);
    s.add(8, 1, Double.NaN, 0, 0);
    assertThat(s.mae()).isCloseTo((3 * 2 + 8) / 4.0, within(EPS));
    // mean 5, squares about it 3·1 + 9 = 12; errors 3·4 + 64
    assertThat(s.r2()).isCloseTo(1 - 76 / 12.0, within(EPS));
    assertThat(s.notFinite()).isEqualTo(1);
  }

  @Test
  void rSquaredHoldsFarFromZero() {
    RegressionSums s = new RegressionSums();
    for (int i = 0; i < 1000; i++) {
      s.add(1e9 + i % 2, 1, 1e9 + 0.5, 0, 0);
    }
    assertThat(s.r2()).isCloseTo(0, within(1e-9));
  }

  @Test
  void noSpreadHasNoRSquared() {
    RegressionSums s = new RegressionSums();
    s.add(1, 1, 1, 0, 0);
    assertThat(s.values()).containsOnlyKeys("mae", "rmse", "smape");
  }

  @Test
  void windowForgetsEvenAnInfiniteError() {
    RegressionWindow w = new RegressionWindow(3);
    w.add(1e300, 1, -1e300, 0, 0);
    assertThat(w.sums().rmse()).isInfinite();
    for (int i = 0; i < 3; i++) {
      w.add(i, 1, i + 1, 0, 0);
    }
    assertThat(w.sums().mae()).isEqualTo(1);
    assertThat(w.sums().r2()).isCloseTo(1 - 3 / 2.0, within(EPS));
  }

  @Test
  void restoredGoesOnBitForBit() {
    Rng rng = new Rng(2);
    RegressionWindow whole = new RegressionWindow(70);
    RegressionWindow part = new RegressionWindow(70);
    RegressionFading f = new RegressionFading(0.9);
    RegressionFading g = new RegressionFading(0.9);
    for (int i = 0; i < 500; i++) {
      double y = rng.nextGaussian();
      double a = rng.nextGaussian();
      whole.add(y, 1, a, 0, 0);
      part.add(y, 1, a, 0, 0);
      f.add(y, 1, a);
      g.add(y, 1, a);
      if (i % 41 == 0) {
        RegressionWindow w = new RegressionWindow(70);
        State.copy(part::save, w::load);
        part = w;
        RegressionFading r = new RegressionFading(0.9);
        State.copy(g::save, r::load);
        g = r;
      }
    }
    assertThat(part.values()).isEqualTo(whole.values());
    assertThat(g.values()).isEqualTo(f.values());
  }
}
