package org.freshet.neural.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

class EvolvedMixtureTest {
  private static final int WIDTH = 12;
  private static final int CLASSES = 6;
  private static final int TASK = 1500;
  private static final String MLP = "mlp(hidden=[50])";

  private final double[][] means = new double[CLASSES][WIDTH];
  private final double[] x = new double[WIDTH];
  private final double[] scores = new double[CLASSES];
  private final Rng rng = new Rng(5);

  EvolvedMixtureTest() {
    Rng place = new Rng(3);
    for (double[] m : means) {
      for (int i = 0; i < WIDTH; i++) {
        m[i] = place.nextGaussian();
      }
    }
  }

  private static Classifier make(String spec) {
    List<Column> columns =
        IntStream.range(0, WIDTH).mapToObj(i -> Column.numeric("x" + i)).toList();
    return Components.classifier(
        spec, Schema.classification(columns, "class", "a", "b", "c", "d", "e", "f"), 1);
  }

  private static EvolvedMixture mixture(String more) {
    String settings = "code=4, optimizer=adam(learning_rate=0.01), learner=" + MLP + more;
    return (EvolvedMixture) make("evolved_mixture(" + settings + ")");
  }

  /** A row of one of the two classes of a task. */
  private int row(int task) {
    int label = 2 * task + rng.nextInt(2);
    for (int i = 0; i < WIDTH; i++) {
      x[i] = means[label][i] + 0.5 * rng.nextGaussian();
    }
    return label;
  }

  private void learn(Classifier c, int task, int events) {
    for (int i = 0; i < events; i++) {
      int label = row(task);
      c.learn(Features.of(x), label, 1);
    }
  }

  private double accuracy(Classifier c, int task) {
    int right = 0;
    for (int i = 0; i < 300; i++) {
      int label = row(task);
      right += c.predict(Features.of(x)) == label ? 1 : 0;
    }
    return right / 300.0;
  }

  @Test
  void addsAComponentForEachTaskAndForgetsNone() {
    EvolvedMixture c = mixture("");
    Classifier alone = make(MLP);
    Classifier one = mixture(", threshold=0");
    for (int task = 0; task < 3; task++) {
      learn(c, task, TASK);
      assertThat(c.components()).isEqualTo(task + 1);
      learn(alone, task, TASK);
      learn(one, task, TASK);
    }
    for (int task = 0; task < 3; task++) {
      assertThat(accuracy(c, task)).isGreaterThan(0.9);
    }
    assertThat(accuracy(alone, 0)).isLessThan(0.5);
    assertThat(accuracy(one, 0)).as("a mixture of one").isLessThan(0.5);
  }

  @Test
  void whatComesAgainFindsItsComponent() {
    EvolvedMixture c = mixture("");
    for (int i = 0; i < 4; i++) {
      learn(c, i % 2, TASK);
    }
    assertThat(c.components()).isEqualTo(2);
  }

  @Test
  void thereAreNoMoreComponentsThanAllowed() {
    EvolvedMixture c = mixture(", components=2");
    for (int task = 0; task < 3; task++) {
      learn(c, task, TASK);
    }
    assertThat(c.components()).isEqualTo(2);
    assertThat(accuracy(c, 2)).as("the nearest one learns").isGreaterThan(0.8);
  }

  @Test
  void rowsAreLearntWhenTheBufferIsFull() {
    EvolvedMixture c = mixture(", rows=10");
    learn(c, 0, 9);
    row(0);
    c.scores(Features.of(x), scores);
    assertThat(scores).containsOnly(1.0 / CLASSES);
    learn(c, 0, 1);
    c.scores(Features.of(x), scores);
    assertThat(scores[0] + scores[1]).isGreaterThan(0.4);
  }
}
