package org.freshet.learn.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Regressor;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.learn.BundledStreams;
import org.junit.jupiter.api.Test;

class MondrianTreeTest {
  private static final Schema ONE =
      Schema.classification(List.of(Column.numeric("x")), "y", "a", "b");

  private static MondrianClasses tree(double step, int maxNodes) {
    return new MondrianClasses(
        new MondrianParameters(step, 0.5, false, 0, maxNodes), 1, 2, 1 << 20, new Rng(1));
  }

  /**
   * By hand: the root gave label 1 the chance ½/(1+1) = ¼, the new leaf ½, so its odds are ½; then
   * its answer (½, ½) has the share ⅓ and the leaf of 0, (¾, ¼), the rest.
   */
  @Test
  void twoExamplesMakeThreeNodesMixedByTheirLikelihoods() {
    MondrianClasses t = tree(1, 100);
    t.learn(Features.of(0), 0, 1);
    t.learn(Features.of(1), 1, 1);
    double[] s = new double[2];
    t.scores(Features.of(0), s);
    assertThat(t.nodes()).isEqualTo(3);
    assertThat(s[0]).isCloseTo(1 / 3.0 * 0.5 + 2 / 3.0 * 0.75, within(1e-12));
    t.scores(Features.of(1), s);
    assertThat(s[1]).isCloseTo(1 / 3.0 * 0.5 + 2 / 3.0 * 0.75, within(1e-12));
  }

  /** The same with η = 2: odds (¼ / ½)² = ¼. */
  @Test
  void stepIsThePowerOfTheLikelihood() {
    MondrianClasses t = tree(2, 100);
    t.learn(Features.of(0), 0, 1);
    t.learn(Features.of(1), 1, 1);
    double[] s = new double[2];
    t.scores(Features.of(0), s);
    assertThat(s[0]).isCloseTo(0.2 * 0.5 + 0.8 * 0.75, within(1e-12));
  }

  @Test
  void aLeafOfOneClassTakesMoreOfItWithoutSplitting() {
    MondrianClasses t = tree(1, 100);
    for (int i = 0; i < 50; i++) {
      t.learn(Features.of(i), 0, 1);
    }
    assertThat(t.nodes()).isEqualTo(1);
  }

  /** The values wander off; a tree that had stopped growing when full would guess there. */
  @Test
  void aFullTreeKeepsFollowingTheStream() {
    Rng rng = new Rng(5);
    MondrianClasses t = tree(1, 101);
    int right = 0;
    double[] s = new double[2];
    for (int i = 0; i < 20_000; i++) {
      double x = i / 2_000.0 + rng.nextDouble();
      int y = (int) (2 * x) & 1;
      int given = rng.nextDouble() < 0.1 ? 1 - y : y;
      t.testThenLearn(Features.of(x), given, 1, s);
      right += i >= 10_000 && (s[1] > s[0] ? 1 : 0) == y ? 1 : 0;
      assertThat(t.nodes()).isLessThanOrEqualTo(101);
    }
    assertThat(right).isGreaterThan(8_500);
  }

  /** Sorted values into a full tree: every leaf in it lies among the values seen last. */
  @Test
  void theLeavesReachedLeastLatelyGoFirst() {
    MondrianClasses t = tree(1, 21);
    for (int i = 0; i < 400; i++) {
      t.learn(Features.of(i), i & 1, 1);
    }
    int leaves = 0;
    for (int n = 0; n < 30 && n < t.links.length / MondrianNodes.LINKS; n++) {
      int l = n * MondrianNodes.LINKS;
      if (t.links[l] == -1) {
        leaves++;
        int box = n * t.stride + MondrianNodes.STATS + t.stats;
        assertThat(t.records[box]).isGreaterThan(350);
      }
    }
    assertThat(leaves).isBetween(9, 11);
  }

  /** Two values with different means, far apart: after a while each side answers its own. */
  @Test
  void learnsANumber() {
    Schema schema = Schema.regression(List.of(Column.numeric("x")), "y");
    Regressor r = Components.regressor("mondrian_tree", schema, 1);
    Rng rng = new Rng(3);
    for (int i = 0; i < 500; i++) {
      double x = rng.nextDouble();
      r.learn(Features.of(x), x < 0.5 ? 10 : 20, 1);
    }
    assertThat(r.predict(Features.of(0.2))).isCloseTo(10, within(0.2));
    assertThat(r.predict(Features.of(0.8))).isCloseTo(20, within(0.2));
  }

  @Test
  void fadingForgetsAnOldConcept() {
    Classifier keeps = Components.classifier("mondrian_tree", ONE, 1);
    Classifier fades = Components.classifier("mondrian_tree(fading=0.01)", ONE, 1);
    Rng rng = new Rng(9);
    double[] s = new double[2];
    double[] mass = new double[2];
    for (int i = 0; i < 3_000; i++) {
      Features x = Features.of((int) (4 * rng.nextDouble()));
      int y = i < 2_000 ? 0 : rng.nextDouble() < 0.8 ? 1 : 0;
      keeps.testThenLearn(x, y, 1, s);
      mass[0] += i >= 2_500 ? s[1] : 0;
      fades.testThenLearn(x, y, 1, s);
      mass[1] += i >= 2_500 ? s[1] : 0;
    }
    assertThat(mass[1] / 500).isBetween(0.7, 0.9);
    assertThat(mass[0]).isLessThan(0.6 * mass[1]);
  }

  /** River publishes 90.47 % for its forest on this stream; one tree is some points below. */
  @Test
  void phishing() throws IOException {
    Batch b = BundledStreams.phishing();
    assertThat(accuracy("mondrian_tree", b)).isBetween(0.85, 0.92);
    assertThat(accuracy("aggregated_mondrian_forest", b)).isBetween(0.885, 0.92);
  }

  /** A hundredth of the nodes a tree would take costs accuracy, but no more than some points. */
  @Test
  void aSmallForestIsNearlyAsGoodAsAFreeOne() throws IOException {
    Batch b = BundledStreams.electricity();
    double free = accuracy("aggregated_mondrian_forest(members=3)", b);
    double small = accuracy("aggregated_mondrian_forest(members=3, max_nodes=301)", b);
    assertThat(free).isGreaterThan(0.77);
    assertThat(small).isGreaterThan(free - 0.04);
  }

  private static double accuracy(String spec, Batch b) {
    Classifier c = Components.classifier(spec, b.schema(), 1);
    double[] s = new double[2];
    int right = 0;
    for (int r = 0; r < b.size(); r++) {
      c.testThenLearn(b.row(r), b.labelCode(r), 1, s);
      right += (s[1] > s[0] ? 1 : 0) == b.labelCode(r) ? 1 : 0;
    }
    return (double) right / b.size();
  }
}
