package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;

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

class HoeffdingOptionTreeTest {
  private static final Schema TWO =
      Schema.classification(
          List.of(Column.numeric("a"), Column.numeric("b")), "class", "no", "yes");

  private static HoeffdingOptionTree tree(String parameters, Schema schema) {
    return (HoeffdingOptionTree)
        Components.classifier("hoeffding_option_tree(" + parameters + ")", schema, 1);
  }

  /** One leaf a row: nothing is left but the Hoeffding tree, to the last bit. */
  @Test
  void withoutOptionsItIsTheHoeffdingTree() throws Exception {
    Batch stream = BundledStreams.electricity();
    Classifier options = tree("max_options=1", stream.schema());
    Classifier plain = Components.classifier("hoeffding_tree", stream.schema(), 1);
    double[] a = new double[2];
    double[] b = new double[2];
    for (int r = 0; r < stream.size(); r++) {
      options.testThenLearn(stream.row(r), stream.labelCode(r), 1, a);
      plain.testThenLearn(stream.row(r), stream.labelCode(r), 1, b);
      assertThat(a).containsExactly(b);
    }
  }

  /** Column a tells most at first, b from event 2,000 on: the root then follows both. */
  @Test
  void aTestThatBecomesBetterIsFollowedBesides() {
    for (int most : new int[] {1, 2, 4}) {
      HoeffdingOptionTree c = tree("max_options=" + most + ", leaf_prediction=majority", TWO);
      Rng rng = new Rng(5);
      for (int i = 0; i < 20_000; i++) {
        int label = rng.nextInt(2);
        double good = label + 0.3 * rng.nextGaussian();
        double bad = label + 3 * rng.nextGaussian();
        c.learn(i < 2_000 ? Features.of(good, bad) : Features.of(bad, good), label, 1);
        assertThat(c.paths()).isLessThanOrEqualTo(most);
        if (i == 1_999) {
          assertThat(c.paths()).isEqualTo(1);
        }
      }
      assertThat(c.paths() > 1).isEqualTo(most > 1);
    }
  }

  /** MOA 2024.07, trees.HoeffdingOptionTree with its defaults: 78.93 %; hoeffding_tree: 78.31 %. */
  @Test
  void itIsAsAccurateAsMoasOnElectricity() throws Exception {
    Batch stream = BundledStreams.electricity();
    HoeffdingOptionTree c = tree("", stream.schema());
    double[] scores = new double[2];
    int right = 0;
    for (int r = 0; r < stream.size(); r++) {
      c.testThenLearn(stream.row(r), stream.labelCode(r), 1, scores);
      assertThat(scores[0] + scores[1]).isBetween(1 - 1e-12, 1 + 1e-12);
      right += Kernels.argmax(scores, 2) == stream.labelCode(r) ? 1 : 0;
    }
    assertThat(c.paths()).isEqualTo(5);
    assertThat(right / (double) stream.size()).isBetween(0.789, 0.80);
  }
}
