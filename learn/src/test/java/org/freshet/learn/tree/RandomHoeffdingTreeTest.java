package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

class RandomHoeffdingTreeTest {

  /** The first test of a tree over nine columns in [0, 1] of which the first is the class. */
  private static FlatTree grown(String parameters, long seed) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      columns.add(Column.numeric("c" + i));
    }
    Schema schema = Schema.classification(columns, "class", "no", "yes");
    RandomHoeffdingTree c =
        (RandomHoeffdingTree)
            Components.classifier("random_hoeffding_tree(" + parameters + ")", schema, seed);
    Rng rng = new Rng(6);
    for (int i = 0; i < 3_000; i++) {
      double[] row = new double[9];
      for (int f = 0; f < 9; f++) {
        row[f] = i < 2 ? i : rng.nextDouble();
      }
      c.learn(Features.of(row), row[0] > 0.5 ? 1 : 0, 1);
    }
    return c.parts().get(0).tree();
  }

  @Test
  void theFirstTestIsOnOneOfTheColumnsThatWereDrawn() {
    int best = 0;
    Set<Integer> tested = new HashSet<>();
    for (int seed = 1; seed <= 60; seed++) {
      FlatTree tree = grown("max_depth=1, tie_threshold=0.2", seed);
      tested.add(tree.feature(0));
      best += tree.feature(0) == 0 ? 1 : 0;
      assertThat(grown("subspace=1, max_depth=1", seed).feature(0)).isZero();
    }
    assertThat(best).isBetween(10, 30); // three of nine are drawn: the first one in a third of all
    assertThat(tested).hasSizeGreaterThan(5);
  }

  @Test
  void withoutPointsToTryTheThresholdIsDrawn() {
    Set<Double> thresholds = new HashSet<>();
    double sum = 0;
    for (int seed = 1; seed <= 60; seed++) {
      assertThat(grown("subspace=1, max_depth=1", seed).threshold(0))
          .isCloseTo(5.0 / 11, within(0.1)); // the evenly spaced points nearest to ½ are 5/11, 6/11
      double drawn = grown("subspace=1, max_depth=1, split_points=0", seed).threshold(0);
      assertThat(drawn).isStrictlyBetween(0.0, 1.0);
      thresholds.add(drawn);
      sum += drawn;
    }
    assertThat(thresholds).hasSize(60);
    assertThat(sum / 60).isCloseTo(0.5, within(0.12));
  }

  /**
   * MOA 2024.07, meta.OzaBag -l trees.RandomHoeffdingTree: 79.75 %, ours 78.26, mean of 5 seeds.
   */
  @Test
  void aBagOfThemIsAsAccurateAsMoas() throws Exception {
    Batch stream = BundledStreams.electricity();
    double right = 0;
    for (int seed = 1; seed <= 2; seed++) {
      Classifier c =
          Components.classifier(
              "online_bagging(learner=random_hoeffding_tree)", stream.schema(), seed);
      double[] scores = new double[2];
      for (int r = 0; r < stream.size(); r++) {
        c.testThenLearn(stream.row(r), stream.labelCode(r), 1, scores);
        right += Kernels.argmax(scores, 2) == stream.labelCode(r) ? 1 : 0;
      }
    }
    assertThat(right / 2 / stream.size()).isBetween(0.77, 0.82);
  }
}
