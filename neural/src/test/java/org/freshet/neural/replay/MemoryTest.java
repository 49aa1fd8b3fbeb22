package org.freshet.neural.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.freshet.core.Rng;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

/** What memories keep of streams whose rows are their own number. */
class MemoryTest {
  private static Memory memory(String spec) {
    return Components.create(Spec.parse(spec), Build.of(null), Replay.class).memory(1);
  }

  private static void offer(Memory m, int from, int to, IntUnaryOperator label, Rng rng) {
    for (int i = from; i < to; i++) {
      m.offer(new float[] {i}, 0, label.applyAsInt(i), rng);
    }
  }

  private static int row(Memory m, int place) {
    float[] x = new float[1];
    m.copyRow(place, x, 0);
    return (int) x[0];
  }

  private static int[] rows(Memory m, int label) {
    int[] all = new int[m.held(label)];
    int n = 0;
    for (int i = 0; i < m.size(); i++) {
      if (m.label(i) == label) {
        all[n++] = row(m, i);
      }
    }
    Arrays.sort(all);
    return all;
  }

  @Test
  void reservoirKeepsEveryRowWithTheSameProbability() {
    int[] tenths = new int[10];
    Rng rng = new Rng(1);
    for (int t = 0; t < 400; t++) {
      Memory m = memory("reservoir(size=50)");
      offer(m, 0, 1000, i -> 0, rng);
      for (int i = 0; i < m.size(); i++) {
        tenths[row(m, i) / 100]++;
      }
    }
    // 2,000 expected in each, standard deviation about 42.
    assertThat(Arrays.stream(tenths).boxed())
        .allSatisfy(n -> assertThat(n).isCloseTo(2000, within(210)));
  }

  @Test
  void classBalancedIsEvenBetweenClassesAndUniformWithinThem() {
    int[] tenths = new int[10];
    Rng rng = new Rng(2);
    for (int t = 0; t < 200; t++) {
      Memory m = memory("class_balanced(size=60)");
      offer(m, 0, 2000, i -> i % 50 == 0 ? 2 : i % 10 == 1 ? 1 : 0, rng);
      assertThat(new int[] {m.held(0), m.held(1), m.held(2)}).containsOnly(20);
      for (int r : rows(m, 0)) {
        tenths[r / 200]++;
      }
    }
    // Of class 0: 400 expected in each, standard deviation about 19.
    assertThat(Arrays.stream(tenths).boxed())
        .allSatisfy(n -> assertThat(n).isCloseTo(400, within(95)));
  }

  @Test
  void classBalancedKeepsAllOfARareClass() {
    Memory m = memory("class_balanced(size=20)");
    offer(m, 0, 5000, i -> i == 100 || i == 4000 ? 1 : 0, new Rng(3));
    assertThat(rows(m, 1)).containsExactly(100, 4000);
    assertThat(m.held(0)).isEqualTo(18);
  }

  @Test
  void ringKeepsTheLatestOfEachClass() {
    Memory m = memory("ring(size=9)");
    Rng rng = new Rng(4);
    offer(m, 0, 100, i -> 0, rng);
    assertThat(rows(m, 0)).containsExactly(91, 92, 93, 94, 95, 96, 97, 98, 99);
    offer(m, 100, 200, i -> 1 + i % 2, rng);
    assertThat(rows(m, 0)).containsExactly(97, 98, 99);
    assertThat(rows(m, 1)).containsExactly(194, 196, 198);
    assertThat(rows(m, 2)).containsExactly(195, 197, 199);
  }

  @Test
  void greedyKeepsTheFirstOfEachClassAndStaysEven() {
    Memory m = memory("greedy_balanced(size=8)");
    Rng rng = new Rng(5);
    offer(m, 0, 100, i -> 0, rng);
    assertThat(rows(m, 0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    offer(m, 100, 200, i -> 1, rng);
    assertThat(rows(m, 1)).containsExactly(100, 101, 102, 103);
    assertThat(m.held(0)).isEqualTo(4);
  }

  @Test
  void codewordsAreTheMeansOfWhatTheyStandFor() {
    Memory m = memory("codebook(size=2)");
    Rng rng = new Rng(6);
    offer(m, 0, 101, i -> 0, rng); // two codewords, begun by 0 and 1
    offer(m, 1000, 1011, i -> 1, rng); // one takes the place of one of class 0
    assertThat(m.held(0)).isEqualTo(1);
    assertThat(m.held(1)).isEqualTo(1);
    float[] x = new float[1];
    for (int i = 0; i < 2; i++) {
      if (m.label(i) == 1) {
        m.copyRow(i, x, 0);
        assertThat(x[0]).isEqualTo(1005, within(0.01f));
      }
    }
  }

  @Test
  void drawsEveryRowEquallyOftenAndNoneTwice() {
    Memory m = memory("reservoir(size=20)");
    Rng rng = new Rng(7);
    offer(m, 0, 20, i -> 0, rng);
    int[] count = new int[20];
    int[] places = new int[6];
    for (int t = 0; t < 4000; t++) {
      assertThat(m.draw(6, places, rng)).isEqualTo(6);
      assertThat(Arrays.stream(places).distinct().count()).isEqualTo(6);
      for (int p : places) {
        count[p]++;
      }
    }
    // 1,200 expected, standard deviation about 29.
    assertThat(Arrays.stream(count).boxed())
        .allSatisfy(n -> assertThat(n).isCloseTo(1200, within(145)));
  }

  @Test
  void shapleyValuesAreTheMeanOfWhatEachAdds() {
    boolean[] right = {true, false, false, true, true};
    for (int k = 1; k <= 6; k++) {
      double[] value = new double[5];
      AdversarialShapley.shapley(right, 5, k, value);
      for (int i = 0; i < 5; i++) {
        assertThat(value[i]).isCloseTo(byDefinition(right, k, i), within(1e-12));
      }
    }
  }

  /** Over all sets of the others, weighted by |S|! (n − |S| − 1)! / n!. */
  private static double byDefinition(boolean[] right, int k, int of) {
    int n = right.length;
    double sum = 0;
    for (int set = 0; set < 1 << n; set++) {
      if ((set >> of & 1) == 0) {
        int size = Integer.bitCount(set);
        double weight = factorial(size) * factorial(n - size - 1) / factorial(n);
        sum += weight * (worth(right, k, set | 1 << of) - worth(right, k, set));
      }
    }
    return sum;
  }

  private static double worth(boolean[] right, int k, int set) {
    int nearest = 0;
    double sum = 0;
    for (int i = 0; i < right.length && nearest < k; i++) {
      if ((set >> i & 1) == 1) {
        nearest++;
        sum += right[i] ? 1 : 0;
      }
    }
    return sum / k;
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }
}
