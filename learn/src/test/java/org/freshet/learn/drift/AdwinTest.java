package org.freshet.learn.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.DriftDetector;
import org.freshet.core.Rng;
import org.freshet.core.StateException;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class AdwinTest {
  private static final Adwin.Parameters[] SETTINGS = {
    Adwin.Parameters.of(0.002),
    new Adwin.Parameters(0.1, 1, 5, 10, 5),
    new Adwin.Parameters(0.3, 7, 2, 0, 1),
    new Adwin.Parameters(0.05, 16, 9, 40, 8),
    new Adwin.Parameters(0.05, 100, 40, 40, 8),
    new Adwin.Parameters(0.05, 70, 70, 40, 8)
  };

  private static byte[] state(Adwin adwin) {
    StateWriter out = new StateWriter();
    out.put("it", adwin);
    return out.toBytes();
  }

  private static double rate(int i) {
    return i / 150 % 2 == 0 ? 0.2 : 0.6;
  }

  @Test
  void bucketsOfThirteenValues() {
    // With at most 5 of a size: values 6, 8, 10 and 12 each join the two oldest single ones.
    Adwin adwin = new Adwin(0.002);
    for (int i = 0; i < 13; i++) {
      adwin.update(i < 2 || i == 12 ? 1 : 0);
    }
    StateReader in = StateReader.open("test", state(adwin)).child("it");
    assertThat(in.ints("sizes")).containsExactly(5, 4);
    double[] totals = in.doubles("totals");
    assertThat(totals).startsWith(0, 0, 0, 0, 1).endsWith(2, 0, 0, 0, 0, 0);
    assertThat(adwin.width()).isEqualTo(13);
    assertThat(adwin.total()).isEqualTo(3);
    assertThat(adwin.variance()).isCloseTo(3.0 / 13 * (10.0 / 13), within(1e-15));
  }

  @Test
  void countsTheSameMemoryAfterRestoring() {
    Adwin adwin = new Adwin(0.002);
    for (int i = 0; i < 600; i++) {
      adwin.update(
          i < 500 ? 0 : 1); // the window grows, then loses its old rows, but not their room
    }
    assertThat(adwin.width()).isLessThan(200);
    Adwin again = new Adwin(0.002);
    again.load(StateReader.open("test", state(adwin)).child("it"));
    assertThat(again.memoryBytes()).isEqualTo(adwin.memoryBytes());
  }

  @Test
  void equalsAnImplementationThatKeepsAllValues() {
    for (Adwin.Parameters p : SETTINGS) {
      for (int kind = 0; kind < 3; kind++) {
        compare(p, kind);
      }
    }
  }

  /** Kind 0: errors; 1: real values; 2: errors that become real values half-way. */
  private static void compare(Adwin.Parameters p, int kind) {
    Adwin fast = new Adwin(p);
    SlowAdwin slow = new SlowAdwin(p);
    Rng rng = new Rng(kind);
    int changes = 0;
    for (int i = 0; i < 600; i++) {
      double u = rng.nextDouble();
      boolean errors = kind == 0 || kind == 2 && i < 290;
      double value = errors ? (u < rate(i) ? 1 : 0) : rate(i) + 0.3 * u;
      boolean changed = slow.update(value);
      changes += changed ? 1 : 0;
      assertThat(fast.update(value) == DriftDetector.DRIFT)
          .as("%s %d at %d", p, kind, i)
          .isEqualTo(changed);
      if (i % 50 == 0 || changed) {
        double[] window = slow.window();
        assertThat(fast.width()).isEqualTo(window.length);
        assertThat(fast.estimate()).isCloseTo(SlowAdwin.mean(window), within(1e-12));
        assertThat(fast.variance()).isCloseTo(SlowAdwin.variance(window), within(1e-12));
      }
    }
    assertThat(changes).as("%s %d", p, kind).isPositive();
  }

  @Test
  void tellsRisesFromFalls() {
    Adwin adwin = new Adwin(0.002);
    StringBuilder signals = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      if (adwin.update(i / 1000 % 2 == 0 ? 0 : 1) == DriftDetector.DRIFT) {
        signals.append(adwin.increased() ? '+' : '-');
      }
    }
    assertThat(signals.toString()).matches("\\++-+");
    assertThat(adwin.estimate()).isLessThan(0.01);
  }

  @Test
  void falseAlarmsStayUnderDelta() {
    // Each test may fail with chance δ; there are 312 tests a run.
    double delta = 0.01;
    int alarms = 0;
    for (int seed = 0; seed < 100; seed++) {
      Rng rng = new Rng(seed);
      Adwin adwin = new Adwin(delta);
      for (int i = 0; i < 10_000; i++) {
        alarms += adwin.update(rng.nextDouble() < 0.2 ? 1 : 0) == DriftDetector.DRIFT ? 1 : 0;
      }
    }
    assertThat(alarms).isLessThan((int) (delta * 312 * 100));
  }

  @Test
  void findsAnAbruptRiseSoon() {
    // ε_cut at n1 = 160 of 2160 values, mean 0.22: sqrt(2/148 · 0.17 · 8.95) + 0.04 = 0.18 < 0.3.
    for (int seed = 0; seed < 50; seed++) {
      Rng rng = new Rng(seed);
      Adwin adwin = new Adwin(0.002);
      int found = -1;
      for (int i = 0; i < 2320 && found < 0; i++) {
        boolean drift = adwin.update(rng.nextDouble() < (i < 2000 ? 0.2 : 0.5) ? 1 : 0) == 2;
        found = drift && i >= 2000 ? i - 2000 : -1;
      }
      assertThat(found).as("seed %d", seed).isBetween(0, 250);
    }
  }

  @Test
  void valuesThatAreNotFiniteArePassedOver() {
    Adwin with = new Adwin(0.1);
    Adwin without = new Adwin(0.1);
    for (int i = 0; i < 500; i++) {
      double v = i < 250 ? i % 2 : 0.25 * (i % 5);
      with.update(i % 3 == 0 ? Double.NaN : Double.NEGATIVE_INFINITY);
      assertThat(with.update(v)).isEqualTo(without.update(v));
    }
    assertThat(state(with)).isEqualTo(state(without));
  }

  @Test
  void aMillionValuesInTwoKilobytes() {
    Adwin adwin = new Adwin(1e-6);
    Rng rng = new Rng(3);
    for (int i = 0; i < 1_000_000; i++) {
      adwin.update(rng.nextLong() & 1);
    }
    assertThat(adwin.width()).isEqualTo(1_000_000);
    assertThat(adwin.memoryBytes()).isLessThan(2048);
  }

  @Test
  void forgedBucketsAreRefused() {
    StateWriter out = new StateWriter();
    out.put("width", 7L);
    out.put("sizes", new int[] {5, 2});
    assertThatThrownBy(() -> new Adwin(0.1).load(StateReader.open("file", out.toBytes())))
        .isInstanceOf(StateException.class)
        .hasMessage("file: corrupt: entry 'width' is 7, but the buckets hold 9");
  }
}
