package org.freshet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class RngTest {
  @Test
  void seedsAsSplitMix64Does() {
    // First outputs of SplitMix64 for seed 1234567, as its authors' program prints them.
    assertThat(new Rng(1234567).state())
        .containsExactly(
            6457827717110365317L,
            3203168211198807973L,
            Long.parseUnsignedLong("9817491932198370423"),
            4593380528125082431L);
  }

  @Test
  void stepsAsXoshiro256PlusPlusDoes() {
    // First outputs for the state 1, 2, 3, 4, as other implementations pin them.
    Rng rng = new Rng(0);
    rng.restore(new long[] {1, 2, 3, 4});
    assertThat(
            new long[] {
              rng.nextLong(), rng.nextLong(), rng.nextLong(), rng.nextLong(), rng.nextLong()
            })
        .containsExactly(
            41943041L,
            58720359L,
            3588806011781223L,
            3591011842654386L,
            Long.parseUnsignedLong("9228616714210784205"));
  }

  @Test
  void childSeedsDifferByParentPathAndIndex() {
    assertThat(
            new long[] {
              Rng.childSeed(1, "a", 0),
              Rng.childSeed(2, "a", 0),
              Rng.childSeed(1, "b", 0),
              Rng.childSeed(1, "a", 1)
            })
        .doesNotHaveDuplicates();
    assertThat(Rng.childSeed(1, "tree", 3)).isEqualTo(Rng.childSeed(1, "tree", 3));
  }

  @Test
  void distributionsHaveTheirMoments() {
    Rng rng = new Rng(42);
    int n = 200_000;
    double sum = 0;
    double squares = 0;
    double poisson = 0;
    double poissonSquares = 0;
    int[] counts = new int[7];
    for (int i = 0; i < n; i++) {
      double g = rng.nextGaussian();
      sum += g;
      squares += g * g;
      int k = rng.nextPoisson(6);
      poisson += k;
      poissonSquares += (double) k * k;
      counts[rng.nextInt(7)]++;
    }
    // Five standard errors each.
    assertThat(sum / n).isCloseTo(0, within(0.012));
    assertThat(squares / n).isCloseTo(1, within(0.016));
    double mean = poisson / n;
    assertThat(mean).isCloseTo(6, within(0.028));
    assertThat(poissonSquares / n - mean * mean).isCloseTo(6, within(0.1));
    for (int c : counts) {
      assertThat(c / (double) n).isCloseTo(1 / 7.0, within(0.004));
    }
  }

  @Test
  void smallPoissonMeansMatchTheirFormula() {
    Rng rng = new Rng(3);
    int zeros = 0;
    for (int i = 0; i < 100_000; i++) {
      zeros += rng.nextPoisson(0.5) == 0 ? 1 : 0;
    }
    assertThat(zeros / 1e5).isCloseTo(Math.exp(-0.5), within(0.008));
    assertThatThrownBy(() -> rng.nextPoisson(31))
        .hasMessage("Poisson mean 31.0 is outside (0, 30]");
  }

  @Test
  void goesOnFromSavedState() {
    Rng rng = new Rng(9);
    rng.nextLong();
    StateWriter out = new StateWriter();
    rng.save(out, "rng");
    Rng back = new Rng(1);
    back.load(StateReader.open("s", out.toBytes()), "rng");
    assertThat(back.nextLong()).isEqualTo(rng.nextLong());
  }

  @Test
  void shuffleTakesEachNumberOnce() {
    int[] a = {0, 1, 2, 3, 4, 5, 6, 7};
    new Rng(5).shuffle(a, 8, 3);
    assertThat(a).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
    int[] firsts = new int[4];
    Rng rng = new Rng(6);
    for (int i = 0; i < 40_000; i++) {
      int[] b = {0, 1, 2, 3};
      rng.shuffle(b, 4, 1);
      firsts[b[0]]++;
    }
    for (int f : firsts) {
      assertThat(f).isBetween(9_500, 10_500);
    }
  }
}
