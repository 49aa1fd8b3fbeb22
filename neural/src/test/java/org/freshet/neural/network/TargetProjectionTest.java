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
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.junit.jupiter.api.Test;

class TargetProjectionTest {
  private static final int WIDTH = 6;

  private static Schema schema(String... labels) {
    List<Column> columns =
        IntStream.range(0, WIDTH).mapToObj(i -> Column.numeric("x" + i)).toList();
    return Schema.classification(columns, "class", labels);
  }

  private static Classifier make(String parameters, String... labels) {
    return Components.classifier("target_projection(" + parameters + ")", schema(labels), 1);
  }

  private static float[] weights(Classifier c, String name) {
    StateWriter out = new StateWriter();
    c.save(out);
    StateReader in = StateReader.open("state", out.toBytes());
    return in.child("network").child(name).floats("w");
  }

  private static int row(double[] x, Rng rng) {
    for (int i = 0; i < WIDTH; i++) {
      x[i] = rng.nextGaussian();
    }
    return x[0] + x[1] > 0 ? x[2] > 0 ? 0 : 1 : 2;
  }

  @Test
  void everyLayerLearnsFromTheFirstStep() {
    // The head is 0 at first, so that backpropagation would move no layer but the head.
    String p = "hidden=[7, 5], activation=tanh";
    Classifier c = make(p, "a", "b", "c");
    float[] first = weights(c, "hidden0_w");
    float[] second = weights(c, "hidden1_w");
    c.learn(Features.of(1, -2, 0.5, 1, 0, 3), 1, 1);
    assertThat(weights(c, "hidden0_w")).isNotEqualTo(first);
    assertThat(weights(c, "hidden1_w")).isNotEqualTo(second);
    Classifier plain = Components.classifier("mlp(hidden=[7, 5])", schema("a", "b", "c"), 1);
    first = weights(plain, "hidden0_w");
    plain.learn(Features.of(1, -2, 0.5, 1, 0, 3), 1, 1);
    assertThat(weights(plain, "hidden0_w")).isEqualTo(first);
  }

  @Test
  void comesNearItsTargets() {
    // Rows of one class: each unit of tanh ends at its target, so that rows are told apart by none.
    Classifier c = make("hidden=[8], activation=tanh, pull=1", "a", "b");
    Rng rng = new Rng(4);
    double[] x = new double[WIDTH];
    for (int i = 0; i < 4000; i++) {
      row(x, rng);
      c.learn(Features.of(x), 0, 1);
    }
    double squares = 0;
    for (float w : weights(c, "hidden0_w")) {
      squares += w * w;
    }
    assertThat(squares).as("inputs do not matter any more").isLessThan(0.5);
  }

  @Test
  void learnsClassesWithoutABackwardPass() {
    Classifier c = make("hidden=[40]", "a", "b", "c");
    Rng rng = new Rng(4);
    double[] x = new double[WIDTH];
    double[] scores = new double[3];
    int right = 0;
    for (int i = 0; i < 12_000; i++) {
      int label = row(x, rng);
      c.testThenLearn(Features.of(x), label, 1, scores);
      int best = scores[1] > scores[0] ? 1 : 0;
      best = scores[2] > scores[best] ? 2 : best;
      right += i >= 10_000 && best == label ? 1 : 0;
    }
    assertThat(right / 2000.0).isGreaterThan(0.88);
  }
}
