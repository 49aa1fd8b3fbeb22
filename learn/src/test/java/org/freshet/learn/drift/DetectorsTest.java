package org.freshet.learn.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.freshet.core.ConfigException;
import org.freshet.core.DriftDetector;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorsTest {
  private static DriftDetector make(String spec) {
    return Components.create(Spec.parse(spec), Build.of(null), DriftDetector.class);
  }

  /** Answers to the values: {@code .} stable, {@code w} warning, {@code D} drift. */
  private static String answers(DriftDetector detector, double... values) {
    StringBuilder s = new StringBuilder();
    for (double v : values) {
      s.append(".wD".charAt(detector.update(v)));
    }
    return s.toString();
  }

  @Test
  void ddmByHand() {
    // The minimum is that of 0 0 1: p = 1/3, s = 0.2722, so a warning is above 0.8777 and a drift,
    // at 2.2 deviations, above 0.9321. With errors from there on p + s is 0.75, 0.819, 0.859,
    // 0.885,
    // 0.903, 0.916, 0.9265, 0.9345.
    DriftDetector ddm = make("ddm(grace_period=4, drift_level=2.2)");
    assertThat(answers(ddm, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1)).isEqualTo("......wwwwD");
    assertThat(ddm.estimate()).isZero();
    ddm.update(1);
    ddm.update(0);
    assertThat(ddm.estimate()).isEqualTo(0.5);
  }

  @Test
  void eddmByHand() {
    // Distances 4 4 4 1 1 1 1: mean + 2 deviations is 4, 4, 4, 5.848, 5.739, 5.5, 5.255; the last
    // three are 0.981, 0.9405 and 0.8986 of the greatest.
    DriftDetector eddm = make("eddm(min_errors=2, grace_period=1)");
    double[] values = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1};
    assertThat(answers(eddm, values)).isEqualTo("..............wD");
  }

  @Test
  void eddmWarnsUntilTheNextError() {
    DriftDetector eddm = make("eddm(min_errors=2, grace_period=1)");
    double[] values = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1};
    assertThat(answers(eddm, values)).isEqualTo("..............wwwwwwww.");
  }

  @Test
  void hddmAByHand() {
    // After ten zeros and k ones the difference is k / (10 + k), the bound of a drift 0.1295,
    // 0.1753,
    // 0.2063 and that of a warning 0.1023, 0.1385.
    String spec = "hddm_a(drift_confidence=0.05, warning_confidence=0.2, two_sided=false)";
    assertThat(answers(make(spec), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1))
        .isEqualTo("...........wD");
  }

  @Test
  void hddmWByHand() {
    // λ = 0.5: D is 1, 0.5, 0.375, 0.34375. After four zeros ones differ by 1; the bound of a drift
    // is
    // 1.375, 1.089, 1.006, 0.983 and that of a warning 1.244, 0.986, 0.910.
    String spec = "hddm_w(drift_confidence=0.06, warning_confidence=0.1, lambda=0.5)";
    assertThat(answers(make(spec), 0, 0, 0, 0, 1, 1, 1, 1)).isEqualTo(".....wwD");
  }

  @Test
  void aFallStartsTwoSidedHddmAnewSilently() {
    for (String name : new String[] {"hddm_a", "hddm_w"}) {
      DriftDetector two = make(name + "(two_sided=true)");
      DriftDetector one = make(name + "(two_sided=false)");
      for (int i = 0; i < 600; i++) {
        double v = i < 300 ? 1 : 0;
        assertThat(two.update(v)).isEqualTo(DriftDetector.STABLE);
        assertThat(one.update(v)).isEqualTo(DriftDetector.STABLE);
      }
      assertThat(two.estimate()).as(name).isLessThan(1e-3);
      // hddm_w forgets by itself, hddm_a does not.
      assertThat(one.estimate()).as(name).isEqualTo(name.equals("hddm_a") ? 0.5 : 0, within(1e-3));
    }
  }

  @Test
  void pageHinkleyByHand() {
    // δ = 0.1, after four zeros: the ones add 0.7, 0.567, 0.471, to 0 from the minimum, to -0.4
    // not.
    String spec = "page_hinkley(delta=0.1, lambda=1, alpha=1, grace_period=1, from_minimum=";
    assertThat(answers(make(spec + "true)"), 0, 0, 0, 0, 1, 1)).isEqualTo(".....D");
    assertThat(answers(make(spec + "false)"), 0, 0, 0, 0, 1, 1, 1)).isEqualTo("......D");
  }

  @Test
  void pageHinkleyFindsFallsWhenAsked() {
    double[] fall = {1, 1, 1, 1, 0, 0};
    String spec = "page_hinkley(delta=0.1, lambda=1, alpha=1, grace_period=1, direction=";
    assertThat(answers(make(spec + "up)"), fall)).isEqualTo("......");
    DriftDetector both = make(spec + "both)");
    assertThat(answers(both, fall)).isEqualTo(".....D");
    assertThat(both.increased()).isFalse();
    assertThat(answers(make(spec + "down)"), fall)).isEqualTo(".....D");
    assertThat(answers(make(spec + "down)"), 0, 0, 0, 0, 1, 1)).isEqualTo("......");
  }

  @Test
  void pageHinkleyFasterThanMoaAtEqualSettings() {
    // What the page of the detector says of from_minimum: mean delay of a rise from 0.2 to 0.4.
    double[] delay = new double[2];
    for (int seed = 1; seed <= 20; seed++) {
      for (int k = 0; k < 2; k++) {
        DriftDetector d = make("page_hinkley(from_minimum=" + (k == 0) + ")");
        Rng rng = new Rng(seed);
        int i = -15_000;
        boolean found = false;
        for (; !found; i++) {
          found = d.update(rng.nextDouble() < (i < 0 ? 0.2 : 0.4) ? 1 : 0) == 2 && i >= 0;
        }
        delay[k] += i / 20.0;
      }
    }
    assertThat(delay[0]).isBetween(150.0, 260.0);
    assertThat(delay[1]).isBetween(400.0, 520.0);
  }

  /** On a constant rate of 0.2 at most so many drifts in 20 streams of 10,000 values. */
  @ParameterizedTest
  @CsvSource({
    "adwin, 2",
    "ddm, 12",
    // 0.001 of the tests would be 200.
    "hddm_a, 2",
    "hddm_w, 20",
    "page_hinkley, 3",
    // At most 0.005 of 200,000 tests.
    "kswin(alpha=0.005), 1000"
  })
  void falseAlarmsAreFew(String spec, int most) {
    int alarms = 0;
    for (int seed = 1; seed <= 20; seed++) {
      DriftDetector d = make(spec);
      Rng rng = new Rng(seed);
      for (int i = 0; i < 10_000; i++) {
        alarms += d.update(rng.nextDouble() < 0.2 ? 1 : 0) == DriftDetector.DRIFT ? 1 : 0;
      }
    }
    assertThat(alarms).isLessThanOrEqualTo(most);
  }

  /** After 3,000 errors at 0.1 the rate jumps to 0.5. */
  @ParameterizedTest
  @CsvSource({
    "adwin, 100",
    "ddm, 600",
    "eddm, 180",
    "hddm_a, 120",
    "hddm_w, 60",
    "page_hinkley, 170"
  })
  void anAbruptRiseIsFoundSoon(String spec, int latest) {
    for (int seed = 1; seed <= 30; seed++) {
      DriftDetector d = make(spec);
      Rng rng = new Rng(seed);
      int found = -1;
      for (int i = 0; i < 3000 + latest && found < 0; i++) {
        int level = d.update(rng.nextDouble() < (i < 3000 ? 0.1 : 0.5) ? 1 : 0);
        found = i >= 3000 && level == DriftDetector.DRIFT ? i - 3000 : -1;
      }
      assertThat(found).as("%s, seed %d", spec, seed).isBetween(0, latest);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ddm", "eddm", "hddm_a", "hddm_w(two_sided=true)", "page_hinkley", "kswin"})
  void valuesThatAreNotFiniteArePassedOver(String spec) {
    DriftDetector with = make(spec);
    DriftDetector without = make(spec);
    Rng rng = new Rng(1);
    for (int i = 0; i < 2000; i++) {
      double v = rng.nextDouble() < (i < 1000 ? 0.1 : 0.6) ? 1 : 0;
      assertThat(with.update(Double.NaN)).isEqualTo(DriftDetector.STABLE);
      assertThat(with.update(Double.POSITIVE_INFINITY)).isEqualTo(DriftDetector.STABLE);
      assertThat(with.update(v)).isEqualTo(without.update(v));
      assertThat(with.estimate()).isEqualTo(without.estimate());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ddm(warning_level=4)|parameter 'warning_level' of ddm is 4.0, allowed at most drift_level, which is 3.0",
        "eddm(warning_level=0.5)|parameter 'warning_level' of eddm is 0.5, allowed at least drift_level, which is 0.9",
        "hddm_a(warning_confidence=0.0001)|parameter 'warning_confidence' of hddm_a is 1.0E-4, allowed at least drift_confidence, which is 0.001",
        "hddm_w(warning_confidence=0.0001)|parameter 'warning_confidence' of hddm_w is 1.0E-4, allowed at least drift_confidence, which is 0.001",
        "kswin(stat_size=60)|parameter 'stat_size' of kswin is 60, allowed at most half of window, which is 100",
        "kswin(stat_size=3)|parameter 'alpha' of kswin is 0.005, which no distance of 3 values can reach; raise alpha or stat_size"
      })
  void parametersThatContradictEachOtherAreRefused(String spec, String message) {
    assertThatThrownBy(() -> make(spec)).isInstanceOf(ConfigException.class).hasMessage(message);
  }

  @Test
  void kswinChanceIsThatOfAllOrders() {
    int r = 5;
    int[] least = new int[r + 1];
    int orders = 0;
    for (int bits = 0; bits < 1 << (2 * r); bits++) {
      if (Integer.bitCount(bits) != r) {
        continue;
      }
      orders++;
      int difference = 0;
      int largest = 0;
      for (int i = 0; i < 2 * r; i++) {
        difference += (bits >> i & 1) == 1 ? 1 : -1;
        largest = Math.max(largest, Math.abs(difference));
      }
      for (int k = 1; k <= largest; k++) {
        least[k]++;
      }
    }
    for (int k = 1; k <= r; k++) {
      assertThat(Kswin.exactChance(k, r)).isCloseTo((double) least[k] / orders, within(1e-12));
    }
  }

  @Test
  void kswinFindsTheDistanceOfAllValuesWhenNothingIsDrawn() {
    // A window of 2 r values: the sample is all of the older ones.
    Rng rng = new Rng(5);
    int r = 8;
    Kswin kswin = new Kswin(new Kswin.Parameters(0.1, 2 * r, r, Kswin.Test.EXACT), 1);
    double[] kept = new double[0];
    int drifts = 0;
    for (int i = 0; i < 3000; i++) {
      double v = rng.nextInt(6) + i / 100 % 2 * 3;
      kept = Arrays.copyOfRange(kept, Math.max(0, kept.length - 2 * r + 1), kept.length + 1);
      kept = kept.length > 2 * r ? Arrays.copyOfRange(kept, 1, 2 * r + 1) : kept;
      kept[kept.length - 1] = v;
      boolean drift = kept.length == 2 * r && Kswin.exactChance(distance(kept, r), r) <= 0.1;
      assertThat(kswin.update(v) == DriftDetector.DRIFT).as("at %d", i).isEqualTo(drift);
      if (drift) {
        kept = Arrays.copyOfRange(kept, r, 2 * r);
        drifts++;
      }
    }
    assertThat(drifts).isBetween(20, 200);
  }

  private static int distance(double[] window, int r) {
    int largest = 0;
    for (double at : window) {
      int older = (int) Arrays.stream(window, 0, r).filter(v -> v <= at).count();
      int newer = (int) Arrays.stream(window, r, 2 * r).filter(v -> v <= at).count();
      largest = Math.max(largest, Math.abs(older - newer));
    }
    return Math.max(largest, 1);
  }

  @Test
  void kswinSeesAChangeOfSpreadAtAnEqualMean() {
    int found = 0;
    for (int seed = 1; seed <= 20; seed++) {
      DriftDetector kswin = new Kswin(Kswin.Parameters.defaults(), seed);
      Rng rng = new Rng(seed);
      boolean drift = false;
      for (int i = 0; i < 250; i++) {
        int level = kswin.update(rng.nextGaussian() * (i < 150 ? 1 : 8));
        drift |= i >= 150 && level == DriftDetector.DRIFT;
      }
      found += drift ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo(19);
  }
}
