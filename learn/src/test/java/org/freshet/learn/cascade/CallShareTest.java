package org.freshet.learn.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Rng;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class CallShareTest {
  private static boolean next(CallShare s, double u) {
    return s.ask(u, s.threshold(0), false);
  }

  @Test
  void theShareIsKeptAndTheMostUncertainAreAsked() {
    CallShare share = new CallShare(0.3, 200, 1000, Double.NaN);
    Rng rng = new Rng(1);
    int asked = 0;
    int certain = 0;
    for (int i = 1; i <= 5000; i++) {
      double u = rng.nextDouble();
      boolean ask = next(share, u);
      asked += ask ? 1 : 0;
      certain += ask && u < 0.5 && i > 1000 ? 1 : 0;
      if (i <= 150) {
        assertThat(ask).as("event %s of the warm-up", i).isTrue();
      }
      if (i >= 1000) {
        assertThat(asked).as("asked by event %s", i).isLessThanOrEqualTo((int) (0.3 * i + 1e-6));
      }
    }
    assertThat(asked / 5000.0).isCloseTo(0.3, within(0.005));
    assertThat(certain).isZero();
  }

  @Test
  void withoutTimeToSettleTheShareIsNeverExceeded() {
    CallShare share = new CallShare(0.25, 800, 0, Double.NaN);
    Rng rng = new Rng(2);
    int asked = 0;
    for (int i = 1; i <= 2000; i++) {
      asked += next(share, rng.nextDouble()) ? 1 : 0;
      assertThat(asked).isLessThanOrEqualTo(i / 4);
    }
    assertThat(asked).isGreaterThan(480);
  }

  @Test
  void afterADriftMoreIsAskedAndGivenBack() {
    CallShare share = new CallShare(0.2, 400, 1000, Double.NaN);
    Rng rng = new Rng(3);
    int before = 0;
    for (int i = 0; i < 3000; i++) {
      before += next(share, rng.nextDouble()) ? 1 : 0;
    }
    share.moreForAWhile();
    int burst = 0;
    for (int i = 0; i < 100; i++) {
      burst += next(share, rng.nextDouble()) ? 1 : 0;
    }
    assertThat(burst).isEqualTo(100);
    int all = before + burst;
    for (int i = 0; i < 1900; i++) {
      all += next(share, rng.nextDouble()) ? 1 : 0;
    }
    assertThat(all).isBetween(975, 1000);
  }

  @Test
  void aFixedThresholdAsksWhateverTheShare() {
    CallShare share = new CallShare(0.1, 0, 1000, 0.4);
    assertThat(next(share, 0.4)).isTrue();
    assertThat(next(share, 0.39)).isFalse();
    assertThat(next(share, 0.9)).isTrue();
  }

  @Test
  void whatIsExploredIsPartOfTheShare() {
    CallShare share = new CallShare(0.2, 0, 500, Double.NaN);
    Rng rng = new Rng(5);
    int explored = 0;
    int tossed = 0;
    int asked = 0;
    for (int i = 0; i < 5000; i++) {
      double u = rng.nextDouble();
      double threshold = share.threshold(0.05);
      boolean anyway = rng.nextDouble() < 0.05;
      boolean ask = share.ask(u, threshold, anyway);
      asked += ask ? 1 : 0;
      tossed += anyway ? 1 : 0;
      explored += anyway && ask ? 1 : 0;
    }
    assertThat(asked).isBetween(960, 1000);
    assertThat((double) explored / tossed)
        .as("asked of them, but at the limit")
        .isGreaterThan(0.85);
  }

  @Test
  void itGoesOnFromItsState() {
    CallShare one = new CallShare(0.3, 100, 900, Double.NaN);
    Rng rng = new Rng(4);
    for (int i = 0; i < 777; i++) {
      next(one, rng.nextDouble());
    }
    StateWriter out = new StateWriter();
    one.save(out);
    CallShare two = new CallShare(0.3, 100, 900, Double.NaN);
    two.load(StateReader.open("test", out.toBytes()));
    for (int i = 0; i < 1000; i++) {
      double u = rng.nextDouble();
      assertThat(two.threshold(0)).isEqualTo(one.threshold(0));
      assertThat(next(two, u)).isEqualTo(next(one, u));
    }
  }
}
