package org.freshet.runtime.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedTestTest {
  @Test
  void isTheTailOfAFairCoinWithHalfOfTheValueItself() {
    // P(X = 10, 11, 12 of 12) = 66, 12, 1 of 4096.
    assertThat(PairedTest.midP(10, 2)).isCloseTo((33 + 12 + 1) / 4096.0, within(1e-12));
    assertThat(PairedTest.midP(2, 10)).isCloseTo(1 - 46 / 4096.0, within(1e-12));
    assertThat(PairedTest.midP(7, 7)).isCloseTo(0.5, within(1e-9));
    assertThat(PairedTest.midP(1, 0)).isCloseTo(0.25, within(1e-12));
    assertThat(PairedTest.midP(0, 0)).isEqualTo(1);
  }

  @Test
  void agreesWithTheNormalTailWhereThereAreMany() {
    // z = 4 for 501,000 of a million heads less half of none: Q(2) = 0.022750132.
    assertThat(PairedTest.midP(501_000, 499_000)).isCloseTo(0.022750132, within(1e-6));
    assertThat(PairedTest.midP(1_000_000, 0)).isZero();
  }
}
