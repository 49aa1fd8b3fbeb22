package org.freshet.learn.imbalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

/** Class sizes, rates and made-up examples by hand; the rare class is recognised better. */
class ImbalanceTest {
  private static final Schema SCHEMA =
      Schema.classification(List.of(Column.numeric("x"), Column.numeric("z")), "y", "0", "1");

  private static Classifier made(String spec) {
    return Components.classifier(spec, SCHEMA, 1);
  }

  @Test
  void sizesAndRates() {
    Oob oob = (Oob) made("oob(members=1, learner=majority, decay=0.5)");
    Uob uob = (Uob) made("uob(members=1, learner=majority, decay=0.5)");
    for (int y : new int[] {0, 0, 1}) {
      oob.learn(Features.of(0, 0), y, 1);
      uob.learn(Features.of(0, 0), y, 1);
    }
    // 1/2, 3/4, 3/8 of class 0, then 1/2 of class 1.
    assertThat(oob.size(0)).isEqualTo(0.375);
    assertThat(oob.size(1)).isEqualTo(0.5);
    double[] sizes = {0.375, 0.5};
    assertThat(oob.lambda(sizes, 0)).isCloseTo(4 / 3.0, within(1e-12));
    assertThat(oob.lambda(sizes, 1)).isEqualTo(1);
    assertThat(uob.lambda(sizes, 0)).isEqualTo(1);
    assertThat(uob.lambda(sizes, 1)).isEqualTo(0.75);
    UnderOverBagging both = (UnderOverBagging) made("under_over_bagging(sampling_rate=3)");
    assertThat(both.lambda(sizes, 0)).isEqualTo(3);
    assertThat(both.lambda(sizes, 1)).isEqualTo(1);
  }

  @Test
  void weightsOfClasses() {
    ClassWeights given = (ClassWeights) made("class_weights(weights=[1, 20], learner=majority)");
    given.learn(Features.of(0, 0), 0, 3);
    given.learn(Features.of(0, 0), 1, 0.5);
    double[] s = new double[2];
    given.scores(Features.of(0, 0), s);
    assertThat(s).containsExactly(new double[] {3 / 13.0, 10 / 13.0}, within(1e-12));
    ClassWeights balanced = (ClassWeights) made("class_weights(learner=majority, decay=0.5)");
    for (int y : new int[] {0, 0, 1}) {
      balanced.learn(Features.of(0, 0), y, 1);
    }
    // Shares 0.375 and 0.5 of 0.875.
    assertThat(balanced.factor(0)).isCloseTo(0.875 / (2 * 0.375), within(1e-12));
    assertThat(balanced.factor(1)).isCloseTo(0.875 / (2 * 0.5), within(1e-12));
  }

  @Test
  void smoteLiesBetweenNeighboursOfItsClass() {
    SmoteWindow w = new SmoteWindow(SCHEMA, 10, 1);
    w.add(Features.of(0, 0), 1);
    w.add(Features.of(1, 10), 1);
    w.add(Features.of(9, 90), 1);
    w.add(Features.of(0.5, 5), 0); // nearer, but of another class
    w.add(Features.of(5, 0), 0);
    w.add(Features.of(5, 0), 0);
    w.add(Features.of(5, 0), 0);
    assertThat(w.rarest()).isEqualTo(1);
    double[] out = new double[2];
    Rng rng = new Rng(1);
    for (int k = 0; k < 9; k++) {
      w.make(1, rng, out);
      boolean first = out[0] >= 0 && out[0] <= 1; // between the first two
      boolean second = out[0] >= 1 && out[0] <= 9; // from the third to its nearest
      assertThat(first || second).isTrue();
      assertThat(out[1]).isCloseTo(10 * out[0], within(1e-9));
    }
    assertThat(w.made(1)).isEqualTo(9);
    w.keepNewest(5); // the first two leave with the 3 + 3 that were made of them
    assertThat(w.kept(1)).isEqualTo(1);
    assertThat(w.made(1)).isEqualTo(3);
  }

  @Test
  void csmoteReachesTheShareAskedFor() {
    Csmote c = (Csmote) made("csmote(learner=hoeffding_tree, min_size=5, threshold=0.4)");
    Rng rng = new Rng(2);
    for (int i = 0; i < 900; i++) {
      int y = rng.nextInt(20) == 0 ? 1 : 0;
      c.learn(Features.of(y + rng.nextGaussian(), rng.nextGaussian()), y, 1);
    }
    double rare = c.kept(1) + c.made(1);
    assertThat(rare / (rare + c.kept(0))).isBetween(0.4, 0.41);
  }

  @Test
  void codewordsAreMeansOfTheNearest() {
    Schema schema =
        Schema.classification(
            List.of(Column.numeric("x"), Column.category("c", "u", "v")), "y", "0", "1");
    Codebooks books = new Codebooks(schema, 2);
    books.add(Features.of(0, 0), 0, 1);
    books.add(Features.of(100, 1), 0, 1);
    books.add(Features.of(4, 1), 0, 1); // to 0: mean 2; one u, one v: stays u
    books.add(Features.of(10, 1), 0, 4); // to 2: (0 + 4 + 4 · 10) / 6; one u, two v
    books.add(Features.of(7, 0), 1, 1);
    books.add(Features.of(90, Double.NaN), 0, 1);
    double[] word = new double[2];
    books.read(0, word);
    assertThat(word).containsExactly(new double[] {44 / 6.0, 1}, within(1e-12));
    assertThat(books.count(0)).isEqualTo(3);
    assertThat(books.weight(0)).isEqualTo(2);
    books.read(1, word);
    assertThat(word).containsExactly(new double[] {95, 1}, within(1e-12));
    books.read(2, word);
    assertThat(word).containsExactly(7, 0);
    assertThat(books.kept(0)).isEqualTo(2);
    assertThat(books.kept(1)).isEqualTo(1);
  }

  @Test
  void pvqLearnsCodewordsOfLargeClassesAndAllOfRareOnes() {
    Pvq c = (Pvq) made("pvq(learner=majority, window=6, codewords=2)");
    double[] s = new double[2];
    for (int y : new int[] {0, 0, 0, 1, 0}) {
      c.learn(Features.of(y, 0), y, 1);
    }
    c.scores(Features.of(0, 0), s);
    assertThat(s).containsExactly(0.5, 0.5); // the part is not over
    c.learn(Features.of(0, 0), 0, 1);
    c.scores(Features.of(0, 0), s);
    assertThat(s).containsExactly(new double[] {2 / 3.0, 1 / 3.0}, within(1e-12));
    assertThat(c.learnt()).isEqualTo(3);
    assertThat(c.kept(0)).isZero();
  }

  /** Two normal classes, 2 % of the second, 1.5 deviations apart: recall of each class. */
  private static double[] recalls(String spec) {
    Classifier c = made(spec);
    Rng rng = new Rng(5);
    double[] right = new double[2];
    double[] n = new double[2];
    double[] s = new double[2];
    for (int i = 0; i < 12_000; i++) {
      int y = rng.nextInt(50) == 0 ? 1 : 0;
      Features x = Features.of(1.5 * y + rng.nextGaussian(), rng.nextGaussian());
      c.testThenLearn(x, y, 1, s);
      if (i >= 3_000) {
        n[y]++;
        right[y] += Kernels.argmax(s, 2) == y ? 1 : 0;
      }
    }
    return new double[] {right[0] / n[0], right[1] / n[1]};
  }

  /** The best line for equal classes has a recall of Φ(0.75) = 0.773 on each. */
  @Test
  void recognisesTheRareClass() {
    assertThat(recalls("gaussian_nb")[1]).isLessThan(0.15);
    for (String spec :
        List.of(
            "oob(learner=gaussian_nb, decay=0.99)",
            "uob(learner=gaussian_nb, decay=0.99)",
            "csmote(learner=gaussian_nb, min_size=10)",
            "pvq(learner=gaussian_nb, codewords=25)",
            "class_weights(learner=gaussian_nb)")) {
      double[] r = recalls(spec);
      assertThat(Math.sqrt(r[0] * r[1])).as(spec).isBetween(0.70, 0.80);
      assertThat(r[1]).as(spec).isGreaterThan(0.55);
    }
    assertThat(recalls("under_over_bagging(learner=gaussian_nb, sampling_rate=20)")[1])
        .isGreaterThan(0.35);
  }
}
