package org.freshet.neural.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.freshet.core.Classifier;
import org.freshet.core.Features;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

class KeyValueBottleneckTest {
  /**
   * One step from values of 0 with three classes, of which one stands for those never seen: the
   * logit of the class learnt is η (1 − 1/3), of the other −η / 3.
   */
  @Test
  void theFirstStep() {
    Clouds plane = new Clouds(1, 2, 2, 1);
    KeyValueBottleneck c =
        plane.make(
            "key_value_bottleneck(heads=4, keys=3, key_width=2, learning_rate=0.6)",
            KeyValueBottleneck.class);
    Features x = Features.of(0.2, -0.4);
    c.learn(Features.of(9, 9), 1, 0); // learns nothing
    c.learn(x, 1, 1);
    double[] scores = new double[2];
    c.scores(x, scores);
    assertThat(scores[1]).isEqualTo(1 / (1 + Math.exp(-0.6)), within(1e-6));
  }

  /** Classes that come one after another stay known; a softmax on the same rows forgets them. */
  @Test
  void classesThatCameFirstAreNotForgotten() {
    Clouds clouds = new Clouds(1500, 10, 5, 4);
    for (double[] row : clouds.rows) {
      for (int j = 0; j < row.length; j++) {
        row[j] /= 2;
      }
    }
    Classifier bottleneck = clouds.make("key_value_bottleneck", Classifier.class);
    Classifier probe = clouds.make("softmax_regression", Classifier.class);
    clouds.teach(bottleneck, "by class");
    clouds.teach(probe, "by class");
    assertThat(clouds.accuracy(bottleneck)).isGreaterThan(clouds.accuracy(probe) + 0.2);
  }

  /** Rows far from where keys are drawn fall on few of them until keys have moved there. */
  @Test
  void keysMoveToWhereRowsAre() {
    Clouds clouds = new Clouds(3000, 4, 4, 8);
    for (double[] row : clouds.rows) {
      for (int j = 0; j < row.length; j++) {
        row[j] += 40;
      }
    }
    String spec = "key_value_bottleneck(heads=16, keys=64, key_width=2, adapt_rows=";
    Classifier still =
        Components.create(
            org.freshet.core.component.Spec.parse(spec + "0)"),
            Build.of(Clouds.schema(4)),
            Classifier.class);
    Classifier moves =
        Components.create(
            org.freshet.core.component.Spec.parse(spec + "1500)"),
            Build.of(Clouds.schema(4)),
            Classifier.class);
    clouds.teach(still, "as they come");
    clouds.teach(moves, "as they come");
    assertThat(clouds.accuracy(moves)).isGreaterThan(clouds.accuracy(still) + 0.1);
  }
}
