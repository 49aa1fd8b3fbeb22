package org.freshet.evaluate.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.freshet.core.Rng;
import org.junit.jupiter.api.Test;

class WindowAndFadingTest {
  private static final int N = 3000;
  private final int[] label = new int[N];
  private final int[] answer = new int[N];
  private final int[] same = new int[N];
  private final int[] most = new int[N];
  private final double[] weight = new double[N];
  private final double[][] p = new double[N][];

  WindowAndFadingTest() {
    Rng rng = new Rng(5);
    for (int i = 0; i < N; i++) {
      int classes = i < 1500 ? 2 : 4;
      label[i] = rng.nextInt(classes);
      answer[i] = rng.nextInt(classes + 1) - 1;
      same[i] = rng.nextInt(classes);
      most[i] = rng.nextInt(classes);
      weight[i] = 0.5 + rng.nextDouble();
      p[i] = new double[classes];
      for (int k = 0; k < classes; k++) {
        p[i][k] = rng.nextDouble();
      }
      double sum = 0;
      for (double v : p[i]) {
        sum += v;
      }
      for (int k = 0; k < classes; k++) {
        p[i][k] /= sum;
      }
    }
  }

  private void add(ClassificationWindow w, int i) {
    w.add(label[i], weight[i], answer[i], p[i], 0, p[i].length, same[i], most[i]);
  }

  private Map<String, Double> fresh(int from, int to) {
    ClassificationSums s = new ClassificationSums();
    AucStream auc = new AucStream();
    for (int i = from; i < to; i++) {
      s.add(label[i], weight[i], answer[i], p[i], 0, p[i].length);
      s.addBaselines(label[i], weight[i], same[i], most[i]);
      auc.add(label[i], weight[i], p[i], 0, p[i].length);
    }
    Map<String, Double> m = s.values();
    ClassificationSums.put(m, "auc", auc.value());
    return m;
  }

  private static void assertClose(Map<String, Double> found, Map<String, Double> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, v) -> assertThat(found.get(name)).as(name).isCloseTo(v, within(1e-10)));
  }

  @Test
  void windowIsTheSameAsScoringItsEventsAlone() {
    ClassificationWindow w = new ClassificationWindow(1300);
    for (int i = 0; i < N; i++) {
      add(w, i);
      if (i == 700 || i == 1299 || i == 1300 || i == 2100 || i == N - 1) {
        assertClose(w.values(), fresh(Math.max(0, i + 1 - 1300), i + 1));
      }
    }
  }

  @Test
  void quickAccuraciesAreThoseOfTheSums() {
    ClassificationWindow w = new ClassificationWindow(100);
    double[] quick = new double[3];
    for (int i = 0; i < 250; i++) {
      add(w, i);
    }
    w.accuracies(quick);
    assertThat(quick[0]).isCloseTo(w.sums().accuracy(), within(1e-12));
    assertThat(quick[1]).isCloseTo(w.sums().noChangeAccuracy(), within(1e-12));
    assertThat(quick[2]).isCloseTo(w.sums().majorityAccuracy(), within(1e-12));
  }

  @Test
  void restoredWindowGoesOnBitForBit() {
    for (int size : new int[] {1, 100, 1300, 5000}) {
      ClassificationWindow whole = new ClassificationWindow(size);
      ClassificationWindow part = new ClassificationWindow(size);
      for (int i = 0; i < N; i++) {
        add(whole, i);
        add(part, i);
        if (i % 401 == 0) {
          ClassificationWindow restored = new ClassificationWindow(size);
          State.copy(part::save, restored::load);
          part = restored;
        }
      }
      assertThat(part.values()).isEqualTo(whole.values());
    }
  }

  @Test
  void fadingIsTheSumOfPowers() {
    double alpha = 0.9;
    ClassificationFading f = new ClassificationFading(alpha);
    double right = 0;
    double all = 0;
    for (int i = 0; i < N; i++) {
      f.add(label[i], weight[i], answer[i], p[i], 0, p[i].length);
      right = alpha * right + (answer[i] == label[i] ? weight[i] : 0);
      all = alpha * all + weight[i];
      assertThat(f.accuracy()).isCloseTo(right / all, within(1e-12));
    }
  }

  @Test
  void fadingByHand() {
    ClassificationFading f = new ClassificationFading(0.5);
    f.add(0, 1, 0, p[0], 0, 0);
    f.add(0, 1, 1, p[0], 0, 0);
    f.add(0, 1, 1, p[0], 0, 0);
    assertThat(f.accuracy()).isCloseTo(0.25 / 1.75, within(1e-12));
  }

  @Test
  void restoredFadingGoesOnBitForBit() {
    ClassificationFading whole = new ClassificationFading(0.8);
    ClassificationFading part = new ClassificationFading(0.8);
    for (int i = 0; i < N; i++) {
      whole.add(label[i], weight[i], answer[i], p[i], 0, p[i].length);
      part.add(label[i], weight[i], answer[i], p[i], 0, p[i].length);
      if (i % 333 == 0) {
        ClassificationFading restored = new ClassificationFading(0.8);
        State.copy(part::save, restored::load);
        part = restored;
      }
    }
    assertThat(part.values()).isEqualTo(whole.values());
  }
}
