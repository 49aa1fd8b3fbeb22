package org.freshet.streams.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The label of sampled events against rules written down a second time, and shares against theory.
 */
class GeneratorRulesTest {
  private static final int N = 20_000;

  /** Five standard deviations of a share of {@code N} events. */
  private static double bound(double share) {
    return 5 * Math.sqrt(share * (1 - share) / N);
  }

  static Source source(String spec) {
    return Components.create(Spec.parse(spec), Build.of(null).withSeed(7), Source.class);
  }

  static Batch events(String spec, int n) {
    Source s = source(spec);
    Batch b = new Batch(s.schema(), n);
    assertThat(s.read(b, n)).isEqualTo(n);
    return b;
  }

  /** Share of events on which the rule agrees with the label. */
  private static double agreement(Batch b, ToDoubleFunction<Features> rule) {
    int right = 0;
    for (int r = 0; r < b.size(); r++) {
      right += rule.applyAsDouble(b.row(r)) == b.label(r) ? 1 : 0;
    }
    return (double) right / b.size();
  }

  private static double shareOf(Batch b, int label) {
    int n = 0;
    for (int r = 0; r < b.size(); r++) {
      n += b.labelCode(r) == label ? 1 : 0;
    }
    return (double) n / b.size();
  }

  private static double seaRule(int concept, Features x) {
    double[] theta = {8, 9, 7, 9.5};
    return x.get(0) + x.get(1) > theta[concept - 1] ? 0 : 1;
  }

  @ParameterizedTest
  @CsvSource({"1, 0.32", "2, 0.405", "3, 0.245", "4, 0.45125"})
  void seaFollowsItsThreshold(int concept, double share) {
    Batch clean = events("sea(noise=0, concept=" + concept + ")", N);
    assertThat(agreement(clean, x -> seaRule(concept, x))).isEqualTo(1);
    assertThat(shareOf(clean, 1)).isCloseTo(share, within(bound(share)));
    for (int r = 0; r < 100; r++) {
      for (int i = 0; i < 3; i++) {
        assertThat(clean.row(r).get(i)).isBetween(0.0, 10.0);
      }
    }
  }

  @Test
  void theTrueRuleOfSeaIsRightOneMinusNoise() {
    for (double noise : new double[] {0.1, 0.25}) {
      Batch noisy = events("sea(concept=3, noise=" + noise + ")", N);
      assertThat(agreement(noisy, x -> seaRule(3, x))).isCloseTo(1 - noise, within(bound(noise)));
    }
    assertThat(agreement(events("sea", N), x -> seaRule(1, x))).isCloseTo(0.9, within(bound(0.1)));
  }

  @ParameterizedTest
  @CsvSource({"1, 0.11111", "2, 0.55556", "3, 0.66667"})
  void staggerFollowsItsRule(int concept, double share) {
    Batch b = events("stagger(concept=" + concept + ")", N);
    assertThat(agreement(b, x -> staggerRule(b, concept, x))).isEqualTo(1);
    assertThat(shareOf(b, 1)).isCloseTo(share, within(bound(share)));
    assertThat(b.schema().labels().names()).containsExactly("false", "true");
  }

  private static double staggerRule(Batch b, int concept, Features x) {
    String[] v = new String[3];
    for (int i = 0; i < 3; i++) {
      v[i] = b.schema().column(i).dictionary().name((int) x.get(i));
    }
    boolean yes =
        concept == 1
            ? v[0].equals("small") && v[1].equals("red")
            : concept == 2
                ? v[1].equals("green") || v[2].equals("circle")
                : v[0].equals("medium") || v[0].equals("large");
    return yes ? 1 : 0;
  }

  @ParameterizedTest
  @CsvSource({"1, 0.45970", "2, 0.54030", "3, 0.56366", "4, 0.43634"})
  void sineFollowsItsCurve(int concept, double share) {
    Batch b = events("sine(irrelevant=2, concept=" + concept + ")", N);
    assertThat(b.schema().width()).isEqualTo(4);
    assertThat(
            agreement(
                b,
                x -> {
                  double curve =
                      concept <= 2
                          ? Math.sin(x.get(0))
                          : 0.5 + 0.3 * Math.sin(3 * Math.PI * x.get(0));
                  boolean below = x.get(1) < curve;
                  return (concept % 2 == 1) == below ? 1 : 0;
                }))
        .isEqualTo(1);
    assertThat(shareOf(b, 1)).isCloseTo(share, within(bound(share)));
  }

  @Test
  void mixedIsAVoteOfThree() {
    for (int concept = 1; concept <= 2; concept++) {
      int one = concept == 1 ? 1 : 0;
      Batch b = events("mixed(concept=" + concept + ")", N);
      assertThat(
              agreement(
                  b,
                  x -> {
                    int votes = x.get(0) == 1 ? 1 : 0;
                    votes += x.get(1) == 1 ? 1 : 0;
                    votes += x.get(3) - 0.5 < 0.3 * Math.sin(3 * Math.PI * x.get(2)) ? 1 : 0;
                    return votes > 1 ? one : 1 - one;
                  }))
          .isEqualTo(1);
      assertThat(shareOf(b, one)).isCloseTo(0.53183, within(bound(0.53)));
    }
  }

  @Test
  void balancedClassesComeInTurn() {
    Batch b = events("sine(concept=1, balance=true)", 1000);
    for (int r = 0; r < b.size(); r++) {
      assertThat(b.labelCode(r)).isEqualTo(r % 2);
    }
  }

  @Test
  void aClassThatNeverComesCannotBeBalanced() {
    assertThatThrownBy(() -> events("random_tree(balance=true)", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown parameter 'balance' of random_tree");
    Source one = source("agrawal(concept=8, balance=true, events=10)");
    Batch b = new Batch(one.schema(), 10);
    assertThat(one.read(b, 10)).isEqualTo(10); // group B is rare, yet it comes
    assertThat(shareOf(b, 1)).isEqualTo(0.5);
  }

  @Test
  void ledShowsItsDigits() {
    String[] segments = {
      "1110111", "0010010", "1011101", "1011011", "0111010",
      "1101011", "1101111", "1010010", "1111111", "1111011"
    };
    Batch b = events("led(noise=0)", 2000);
    assertThat(b.schema().width()).isEqualTo(24);
    double on = 0;
    for (int r = 0; r < b.size(); r++) {
      StringBuilder shown = new StringBuilder();
      for (int i = 0; i < 7; i++) {
        shown.append((int) b.row(r).get(i));
      }
      assertThat(shown.toString()).isEqualTo(segments[b.labelCode(r)]);
      on += b.row(r).get(20);
    }
    assertThat(on / 2000).isCloseTo(0.5, within(0.06));
  }

  @Test
  void theBestRuleForLedIsRightIn74Percent() {
    Batch b = events("led(irrelevant=0)", N);
    int[] best = bestLedRule();
    double right =
        agreement(
            b,
            x -> {
              int pattern = 0;
              for (int i = 0; i < 7; i++) {
                pattern = 2 * pattern + (int) x.get(i);
              }
              return best[pattern];
            });
    assertThat(right).isCloseTo(0.74, within(bound(0.26)));
  }

  /**
   * The most likely digit of each pattern: the nearest one, because the noise is below one half.
   */
  private static int[] bestLedRule() {
    int[] digits = {119, 18, 93, 91, 58, 107, 111, 82, 127, 123};
    int[] best = new int[128];
    for (int pattern = 0; pattern < 128; pattern++) {
      for (int d = 1; d < 10; d++) {
        if (Integer.bitCount(digits[d] ^ pattern)
            < Integer.bitCount(digits[best[pattern]] ^ pattern)) {
          best[pattern] = d;
        }
      }
    }
    return best;
  }

  @Test
  void ledDriftSwapsSegmentsWithIrrelevantLights() {
    Batch before = events("led(noise=0)", 4000);
    Batch after = events("led(noise=0, drift=3)", 4000);
    int moved = 0;
    int gained = 0;
    for (int i = 0; i < 24; i++) {
      boolean was = tellsSomething(before, i);
      boolean is = tellsSomething(after, i);
      moved += was && !is ? 1 : 0;
      gained += !was && is ? 1 : 0;
    }
    assertThat(moved).isEqualTo(3);
    assertThat(gained).isEqualTo(3);
    assertThatThrownBy(() -> source("led(irrelevant=2, drift=3)"))
        .hasMessage(
            "parameter 'drift' of led is 3, but there are only 2 irrelevant lights to change places with;"
                + " raise 'irrelevant'");
  }

  /** Without noise a segment is constant given the digit; an irrelevant light is not. */
  private static boolean tellsSomething(Batch b, int light) {
    int[][] seen = new int[10][2];
    for (int r = 0; r < b.size(); r++) {
      seen[b.labelCode(r)][(int) b.row(r).get(light)]++;
    }
    for (int[] s : seen) {
      if (s[0] > 0 && s[1] > 0) {
        return false;
      }
    }
    return true;
  }

  @Test
  void waveformHasTheMeansOfItsWaves() {
    Batch b = events("waveform(irrelevant=19)", 30_000);
    double[][] mean = new double[3][40];
    int[] n = new int[3];
    for (int r = 0; r < b.size(); r++) {
      int c = b.labelCode(r);
      n[c]++;
      for (int i = 0; i < 40; i++) {
        mean[c][i] += b.row(r).get(i);
      }
    }
    int[][] peaks = {{11, 15}, {11, 7}, {15, 7}};
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 40; i++) {
        double expected = 0;
        for (int peak : peaks[c]) {
          expected += i < 21 ? 0.5 * Math.max(0, 6 - Math.abs(i + 1 - peak)) : 0;
        }
        // each mean of 10,000 values of deviation at most 2.3
        assertThat(mean[c][i] / n[c]).isCloseTo(expected, within(0.12));
      }
      assertThat(n[c] / 30_000.0).isCloseTo(1 / 3.0, within(0.014));
    }
  }

  @Test
  void hyperplaneTurnsWithItsWeights() {
    Batch still = events("hyperplane(attributes=4, noise=0)", N);
    assertThat(shareOf(still, 1)).isCloseTo(0.5, within(bound(0.5)));
    // with one attribute the border is at 1/2 whatever the weight
    Batch one = events("hyperplane(attributes=1, noise=20%)", N);
    assertThat(agreement(one, x -> x.get(0) >= 0.5 ? 1 : 0)).isCloseTo(0.8, within(bound(0.2)));
  }

  @Test
  void hyperplaneWithoutTurningBackEndsWithEqualDriftingWeights() {
    // 2 weights grow by 1 an event and leave the other 2 behind: x1 + x2 >= 1 in the end
    Batch b = events("hyperplane(attributes=4, drifting=2, magnitude=1, sigma=0, noise=0)", N);
    int right = 0;
    for (int r = 1000; r < N; r++) {
      Features x = b.row(r);
      right += (x.get(0) + x.get(1) >= 1 ? 1 : 0) == b.label(r) ? 1 : 0;
    }
    assertThat(right / (N - 1000.0)).isGreaterThan(0.998);
  }

  @Test
  void agrawalStaysInItsRanges() {
    Batch b = events("agrawal(perturbation=100%)", 5000);
    double[][] range = {
      {20_000, 150_000},
      {0, 75_000},
      {20, 80},
      {0, 4},
      {0, 19},
      {0, 8},
      {50_000, 1_350_000},
      {1, 30},
      {0, 500_000}
    };
    for (int r = 0; r < b.size(); r++) {
      for (int i = 0; i < range.length; i++) {
        assertThat(b.row(r).get(i)).isBetween(range[i][0], range[i][1]);
      }
    }
    Batch exact = events("agrawal(perturbation=0)", 5000);
    for (int r = 0; r < exact.size(); r++) {
      Features x = exact.row(r);
      assertThat(x.get(1) == 0).isEqualTo(x.get(0) >= 75_000);
      double k = 9 - x.get(5);
      assertThat(x.get(6)).isBetween(50_000 * k, 150_000 * k);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 9})
  void agrawalGroupsFollowTheFeaturesUntilTheyArePerturbed(int concept) {
    Batch exact = events("agrawal(perturbation=0, concept=" + concept + ")", 5000);
    assertThat(agreement(exact, x -> simpleAgrawal(concept, x))).isEqualTo(1);
    Batch shaken = events("agrawal(perturbation=50%, concept=" + concept + ")", 5000);
    assertThat(agreement(shaken, x -> simpleAgrawal(concept, x))).isBetween(0.7, 0.99);
  }

  @Test
  void agrawalPerturbsByHalfOfTheWidthToEitherSide() {
    // 5 % of 60 years is ±1.5: at either border of function 1 age 40 crosses with 1/2, 39 and 41
    // with 1/6
    double wrong = 2 * (1 / 2.0 + 2 / 6.0) / 61;
    Batch b = events("agrawal(perturbation=5%)", N);
    assertThat(agreement(b, x -> simpleAgrawal(1, x))).isCloseTo(1 - wrong, within(bound(wrong)));
  }

  private static double simpleAgrawal(int concept, Features x) {
    double pay = (x.get(0) + x.get(1)) * 2 / 3;
    boolean a =
        switch (concept) {
          case 1 -> x.get(2) < 40 || x.get(2) >= 60;
          case 7 -> 0.67 * (x.get(0) + x.get(1)) > 20_000 + 0.2 * x.get(8);
          default ->
              pay + (0.67 - 2.0 / 3) * (x.get(0) + x.get(1))
                  > 10_000 + 5000 * x.get(3) + x.get(8) / 5;
        };
    return a ? 0 : 1;
  }

  @Test
  void friedmanIsItsFunctionPlusNoise() {
    Batch b = events("friedman(noise_sd=0)", 2000);
    Batch noisy = events("friedman", N);
    double sum = 0;
    double square = 0;
    for (int r = 0; r < b.size(); r++) {
      assertThat(b.label(r)).isCloseTo(friedman(b.row(r)), within(1e-9));
    }
    for (int r = 0; r < N; r++) {
      double e = noisy.label(r) - friedman(noisy.row(r));
      sum += e;
      square += e * e;
    }
    assertThat(sum / N).isCloseTo(0, within(5 / Math.sqrt(N)));
    assertThat(square / N).isCloseTo(1, within(5 * Math.sqrt(2.0 / N)));
  }

  private static double friedman(Features x) {
    double c = x.get(2) - 0.5;
    return 10 * Math.sin(Math.PI * x.get(0) * x.get(1)) + 20 * c * c + 10 * x.get(3) + 5 * x.get(4);
  }

  @Test
  void friedmanConceptsDifferWhereTheyShould() {
    Batch global = events("friedman(noise_sd=0, concept=2)", 500);
    for (int r = 0; r < global.size(); r++) {
      Features x = global.row(r);
      Features swapped = Features.of(x.get(3), x.get(4), x.get(1), x.get(0), x.get(2));
      assertThat(global.label(r)).isCloseTo(friedman(swapped), within(1e-9));
    }
    // regions of local drift: 2 · 0.3^4, 2 · 0.3^3 and 2 · 0.3^2 of the space
    double[] volume = {0.0162, 0.054, 0.18};
    for (int concept = 4; concept <= 6; concept++) {
      Batch local = events("friedman(noise_sd=0, concept=" + concept + ")", N);
      int other = 0;
      for (int r = 0; r < N; r++) {
        other += Math.abs(local.label(r) - friedman(local.row(r))) > 1e-9 ? 1 : 0;
      }
      double share = volume[concept - 4];
      assertThat((double) other / N).isCloseTo(share, within(bound(share)));
    }
  }
}
