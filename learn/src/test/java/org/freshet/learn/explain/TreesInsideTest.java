package org.freshet.learn.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class TreesInsideTest {
  private static final List<Column> COLUMNS = List.of(Column.numeric("a"), Column.numeric("b"));
  private static final Schema CLASSES =
      Schema.classification(COLUMNS, "y", "low", "middle", "high");

  /** The class hangs on b only. */
  private static Learner learnt(String spec) {
    Classifier c = Build.of(CLASSES).create(Spec.parse(spec), Classifier.class);
    Rng rng = new Rng(3);
    for (int i = 0; i < 3000; i++) {
      double b = rng.nextDouble();
      c.learn(Features.of(rng.nextDouble(), b), b < 0.3 ? 0 : b < 0.6 ? 1 : 2, 1);
    }
    return c;
  }

  private static List<String> paths(String spec) {
    return TreesInside.of(learnt(spec), CLASSES).stream().map(TreesInside.Found::path).toList();
  }

  @Test
  void everyWrapperShowsItsTrees() {
    assertThat(paths("hoeffding_tree")).containsExactly("");
    assertThat(paths("standard_scaler | hoeffding_tree")).containsExactly("");
    assertThat(paths("conformal(learner=hoeffding_tree)")).containsExactly("learner");
    assertThat(paths("calibrated(learner=drift_reset(detector=ddm, learner=hoeffding_tree))"))
        .containsExactly("learner/learner");
    assertThat(paths("voting(learners=[gaussian_nb, adaptive_random_forest(members=2)])"))
        .containsExactly("member 1/tree 0", "member 1/tree 1");
    assertThat(paths("leveraging_bagging(members=2)")).containsExactly("member 0", "member 1");
    assertThat(paths("oza_boost(members=2)")).hasSize(2);
    assertThat(paths("streaming_random_patches(members=2)")).hasSize(2);
    assertThat(paths("drift_reset(learner=gaussian_nb)")).isEmpty();
  }

  @Test
  void membersOfAReductionAreDrawnWithTheirTwoClasses() {
    TreesInside.Found third =
        TreesInside.of(learnt("one_vs_rest(learner=hoeffding_tree)"), CLASSES).get(2);
    assertThat(third.schema().labels().names()).containsExactly("0", "1");
    assertThat(new TreeDrawing(third.tree(), third.schema()).text()).contains("b ≤ ", "→ 1 ");
  }

  @Test
  void wrappersThatPassAnAnswerOnCanBeExplained() {
    String tree = "hoeffding_tree(grace_period=50)";
    Learner wrapped =
        learnt(
            "conformal(learner=drift_reset(detector=ddm, learner=standard_scaler|" + tree + "))");
    TreesInside.Answering answering = TreesInside.answering(wrapped, CLASSES);
    double[] out = new double[2];
    double[] scores = new double[3];
    Features x = Features.of(0.4, 0.9);
    double sum = new TreeShap(answering.trees()).attribute(answering.row(x), 2, out);
    ((Classifier) wrapped).scores(x, scores);
    assertThat(sum + out[0] + out[1]).isCloseTo(scores[2], within(1e-9));
    assertThat(Math.abs(out[1])).isGreaterThan(0.3).isGreaterThan(10 * Math.abs(out[0]));
    assertThat(TreesInside.answering(learnt("calibrated(learner=" + tree + ")"), CLASSES)).isNull();
  }

  @Test
  void splitGainIsOfTheColumnThatTells() {
    var found = TreesInside.of(learnt("leveraging_bagging(members=3)"), CLASSES);
    var shares = SplitGain.of(found, CLASSES);
    assertThat(shares.keySet()).containsExactly("a", "b");
    assertThat(shares.get("b")).isGreaterThan(0.95);
    assertThat(shares.get("a") + shares.get("b")).isCloseTo(1, within(1e-12));
    var none = TreesInside.of(Components.classifier("hoeffding_tree", CLASSES, 1), CLASSES);
    assertThat(SplitGain.of(none, CLASSES)).containsEntry("a", 0.0).containsEntry("b", 0.0);
  }

  /** Per tree the gain is the squared distance of the branches' means, times their weights. */
  @Test
  void gainOfNumbersByHand() {
    Schema numbers = Schema.regression(COLUMNS, "y");
    Regressor g =
        Components.regressor("fimt_dd(grace_period=100, leaf_prediction=mean)", numbers, 1);
    Rng rng = new Rng(4);
    for (int i = 0; i < 5000; i++) {
      double a = rng.nextDouble();
      double b = rng.nextDouble();
      g.learn(Features.of(a, b), (a > 0.5 ? 3 : 0) + (b > 0.5 ? 1 : 0), 1);
    }
    // the variances that a and b explain are 9/4 and 1/4
    double share = SplitGain.of(TreesInside.of(g, numbers), numbers).get("a");
    assertThat(share).isCloseTo(0.9, within(0.03));
  }
}
