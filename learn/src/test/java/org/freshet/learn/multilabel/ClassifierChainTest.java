package org.freshet.learn.multilabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.MultiLabelClassifier;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class ClassifierChainTest {
  private static final Schema SCHEMA =
      Schema.multiLabel(List.of(Column.numeric("x")), List.of("a", "b"));

  private static MultiLabelClassifier make(String spec) {
    return Components.create(Spec.parse(spec), Build.of(SCHEMA), MultiLabelClassifier.class);
  }

  /**
   * The first label is a coin the feature tells nothing of, the second equals it, known half of the
   * time. Binary relevance then knows neither; in a chain the second follows whatever is predicted
   * for the first, so that predicted sets are (0, 0) or (1, 1) and one half of them is right.
   */
  @Test
  void laterLabelsFollowEarlierOnes() {
    assertThat(subsetAccuracy("classifier_chain(learner=hoeffding_tree(grace_period=50))"))
        .isCloseTo(0.5, within(0.05));
    assertThat(agreement("classifier_chain(learner=hoeffding_tree(grace_period=50))")).isEqualTo(1);
    assertThat(agreement("classifier_chain(learner=hoeffding_tree(grace_period=50), chain=false)"))
        .isLessThan(1);
  }

  private double subsetAccuracy(String spec) {
    return run(spec)[0];
  }

  private double agreement(String spec) {
    return run(spec)[1];
  }

  /** Shares of the later half: whole set right, both labels answered alike. */
  private double[] run(String spec) {
    MultiLabelClassifier c = make(spec);
    Rng rng = new Rng(3);
    double[] scores = new double[2];
    int right = 0;
    int alike = 0;
    int n = 4000;
    for (int i = 0; i < n; i++) {
      double coin = rng.nextInt(2);
      Features x = Features.of(rng.nextDouble());
      c.scores(x, scores);
      boolean a = scores[0] >= 0.5;
      boolean b = scores[1] >= 0.5;
      if (i >= n / 2) {
        right += a == (coin > 0) && b == (coin > 0) ? 1 : 0;
        alike += a == b ? 1 : 0;
      }
      c.learn(x, new double[] {coin, rng.nextInt(2) > 0 ? coin : Double.NaN}, 1);
    }
    return new double[] {2.0 * right / n, 2.0 * alike / n};
  }

  @Test
  void anUnknownTruthIsNotLearnt() {
    MultiLabelClassifier c = make("classifier_chain(learner=majority)");
    c.learn(Features.of(1), new double[] {1, Double.NaN}, 1);
    double[] scores = new double[2];
    c.scores(Features.of(1), scores);
    assertThat(scores).containsExactly(1, 0.5);
  }

  @Test
  void anEnsembleAveragesChains() {
    MultiLabelClassifier c = make("classifier_chain(learner=majority, members=50)");
    double[] scores = new double[2];
    for (int i = 0; i < 40; i++) {
      c.learn(Features.of(i), new double[] {i % 4 == 0 ? 0 : 1, i % 4 == 0 ? 1 : 0}, 1);
    }
    c.scores(Features.of(1), scores);
    assertThat(scores[0]).isBetween(0.5, 1.0).isNotEqualTo(1.0);
    assertThat(scores[0] + scores[1]).isCloseTo(1, within(0.05));
  }
}
