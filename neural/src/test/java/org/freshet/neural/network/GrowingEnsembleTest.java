package org.freshet.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

class GrowingEnsembleTest {
  private static final int WIDTH = 6;
  private static final String MLP = "mlp(hidden=[10], optimizer=sgd(learning_rate=0.05))";

  private static Classifier make(String model) {
    List<Column> columns =
        IntStream.range(0, WIDTH).mapToObj(i -> Column.numeric("x" + i)).toList();
    return Components.classifier(model, Schema.classification(columns, "class", "a", "b"), 1);
  }

  private static Classifier growing(int members, int every) {
    return make(
        "growing_ensemble(learner=%s, members=%d, grow=every_events(events=%d))"
            .formatted(MLP, members, every));
  }

  /** The first member draws from the seed of its place. */
  private static Classifier alone() {
    return growing(1, 1);
  }

  private static int row(double[] x, int task, Rng rng) {
    for (int i = 0; i < WIDTH; i++) {
      x[i] = rng.nextGaussian();
    }
    return x[task] > 0 ? 1 : 0;
  }

  private static double[] scores(Classifier c, double... x) {
    double[] s = new double[2];
    c.scores(Features.of(x), s);
    return s;
  }

  private static void learn(Classifier c, int events, int task, long seed) {
    Rng rng = new Rng(seed);
    double[] x = new double[WIDTH];
    for (int i = 0; i < events; i++) {
      int label = row(x, task, rng);
      c.learn(Features.of(x), label, 1);
    }
  }

  @Test
  void theAnswerIsTheMeanOfMembersThatStayAndTheOneThatLearns() {
    Classifier c = growing(2, 100);
    Classifier old = alone();
    Classifier all = alone();
    learn(c, 100, 0, 5);
    learn(old, 100, 0, 5);
    learn(all, 100, 0, 5);
    double[] x = {1, -1, 0.5, 0, 2, 1};
    assertThat(scores(c, x))
        .as("a copy answers the same")
        .containsExactly(scores(old, x), within(1e-12));
    learn(c, 300, 1, 6);
    learn(all, 300, 1, 6);
    double a = scores(old, x)[0];
    double b = scores(all, x)[0];
    assertThat(a).isNotCloseTo(b, within(0.01));
    assertThat(scores(c, x)[0]).isCloseTo((a + b) / 2, within(1e-12));
  }

  @Test
  void membersThatStayRememberWhatTheNewestForgets() {
    double grown = first(growing(2, 2000));
    double alone = first(alone());
    assertThat(grown).isGreaterThan(alone + 0.1);
  }

  /** Accuracy on the first task after the second was learnt. */
  private static double first(Classifier c) {
    learn(c, 2000, 0, 5);
    learn(c, 2000, 1, 6);
    Rng rng = new Rng(7);
    double[] x = new double[WIDTH];
    int right = 0;
    for (int i = 0; i < 500; i++) {
      int label = row(x, 0, rng);
      double[] s = scores(c, x);
      right += (s[1] > s[0] ? 1 : 0) == label ? 1 : 0;
    }
    return right / 500.0;
  }
}
