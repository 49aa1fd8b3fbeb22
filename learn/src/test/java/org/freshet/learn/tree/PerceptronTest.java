package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.BundledStreams;
import org.junit.jupiter.api.Test;

/** The perceptrons of a leaf: steps by hand, and the tree they make. */
class PerceptronTest {

  private static double sigma(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  @Test
  void aStepGoesDownTheGradientOfTheLogLoss() {
    Perceptron p = new Perceptron(2, 1, 2);
    double[] z = {0.5, -1};
    int[] category = {3};
    double[] out = new double[2];
    p.answer(z, category, out);
    assertThat(out).containsExactly(0.5, 0.5);
    double rate = 0.5 / Math.sqrt(1.01); // under 1 / norm, the norm being 1 + 0.25 + 1 + 1
    p.learn(z, category, out, 1, 1, 3.25);
    p.answer(z, category, out);
    double step = Math.min(rate, 1 / 3.25) * 0.5;
    assertThat(out[1]).isCloseTo(sigma(step * 3.25), within(1e-12));
    assertThat(out[0]).isCloseTo(sigma(-step * 3.25), within(1e-12));
    p.answer(z, new int[] {2}, out); // another category: its own weight is still 0
    assertThat(out[1]).isCloseTo(sigma(step * 2.25), within(1e-12));
    p.answer(z, new int[] {-1}, out);
    assertThat(out[1]).isCloseTo(sigma(step * 2.25), within(1e-12));
  }

  @Test
  void aWeightHoweverLargeDoesNotOvershoot() {
    Perceptron p = new Perceptron(1, 0, 1);
    double[] z = {5};
    double[] out = {0.5};
    p.learn(z, new int[0], out, 0, 1e9, 26);
    p.answer(z, new int[0], out);
    assertThat(out[0])
        .isCloseTo(sigma(0.5), within(1e-12)); // half of (1 − ½) · 26 / 26 … all of it
  }

  @Test
  void aChildInheritsTheWeightsOfItsClasses() {
    Perceptron p = new Perceptron(1, 1, 2);
    double[] out = new double[3];
    for (int i = 0; i < 5; i++) {
      p.answer(new double[] {i}, new int[] {i % 2}, out);
      p.learn(new double[] {i}, new int[] {i % 2}, out, i % 2, 1, 2 + i * i);
    }
    p.insertSlot(1);
    p.answer(new double[] {2}, new int[] {1}, out);
    assertThat(out[1]).isEqualTo(0.5);
    Perceptron heir = p.heir(new int[] {4, 6, 9}, new int[] {4, 9}, 2);
    double[] inherited = new double[2];
    heir.answer(new double[] {2}, new int[] {1}, inherited);
    assertThat(inherited).containsExactly(out[0], out[2]);
    assertThat(heir.right).isZero();
  }

  /**
   * Five columns that all follow a sixth, unseen one; the class is whether the first is above the
   * second. Each column alone tells next to nothing, which is all that naive Bayes looks at.
   */
  private static double linear(String prediction) {
    Schema schema =
        Schema.classification(
            List.of(
                Column.numeric("a"),
                Column.numeric("b"),
                Column.numeric("c"),
                Column.numeric("d"),
                Column.numeric("e")),
            "class",
            "no",
            "yes");
    Classifier tree =
        Components.classifier("hoeffding_tree(leaf_prediction=" + prediction + ")", schema, 1);
    Rng rng = new Rng(8);
    double[] scores = new double[2];
    int right = 0;
    for (int i = 0; i < 12_000; i++) {
      double[] row = new double[5];
      double common = 1_000 + 300 * rng.nextGaussian();
      for (int f = 0; f < 5; f++) {
        row[f] = common + 30 * rng.nextGaussian();
      }
      int label = row[0] > row[1] ? 1 : 0;
      tree.testThenLearn(Features.of(row), label, 1, scores);
      right += i >= 2_000 && Kernels.argmax(scores, 2) == label ? 1 : 0;
    }
    return right / 10_000.0;
  }

  @Test
  void aLinearConceptIsLearntByPerceptronsAndNotByNaiveBayes() {
    assertThat(linear("adaptive")).isLessThan(0.7);
    assertThat(linear("perceptron")).isGreaterThan(0.9);
    assertThat(linear("adaptive_perceptron")).isGreaterThan(0.9);
  }

  /**
   * Above the tree with naive Bayes (78.3 %) and MOA 2024.07's functions.Perceptron alone, 79.2 %.
   */
  @Test
  void electricityIsLearntBetterThanWithNaiveBayes() throws Exception {
    for (String prediction : List.of("perceptron", "adaptive_perceptron")) {
      Batch stream = BundledStreams.electricity();
      Classifier tree =
          Components.classifier(
              "hoeffding_tree(leaf_prediction=" + prediction + ")", stream.schema(), 1);
      double[] scores = new double[2];
      int right = 0;
      for (int r = 0; r < stream.size(); r++) {
        tree.testThenLearn(stream.row(r), stream.labelCode(r), 1, scores);
        right += Kernels.argmax(scores, 2) == stream.labelCode(r) ? 1 : 0;
      }
      assertThat(right / (double) stream.size()).isBetween(0.84, 0.85);
    }
  }
}
