package org.freshet.learn.multiclass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Kernels;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;

class ReductionTest {
  private static final List<Column> TWO = List.of(Column.numeric("a"), Column.numeric("b"));
  private static final Features ROW = Features.of(0, 0);

  private static Classifier make(String spec, int declared) {
    String[] names = {"0", "1", "2", "3", "4", "5"};
    Schema schema =
        declared == 0
            ? Schema.classification(TWO, "y", new Dictionary())
            : Schema.classification(TWO, "y", Arrays.copyOf(names, declared));
    return Build.of(schema).create(Spec.parse(spec), Classifier.class);
  }

  private static double[] scores(Classifier c) {
    double[] s = new double[c.labels()];
    c.scores(ROW, s);
    return s;
  }

  /** Members of {@code majority} answer with shares, so that the answers are those of counts. */
  @Test
  void sharesOfLabelsComeOutOfTheRestsAndOfThePairs() {
    int[] counts = {6, 3, 1};
    for (String spec : new String[] {"one_vs_rest", "one_vs_one"}) {
      Classifier c = make(spec + "(learner=majority)", 3);
      for (int k = 0; k < 3; k++) {
        for (int i = 0; i < counts[k]; i++) {
          c.learn(ROW, k, 1);
        }
      }
      // one against the rest: .6, .3, .1 sum to 1. Pairs: r_01 = 6/9, r_02 = 6/7, r_12 = 3/4, so
      // p_0 = 1 / (9/6 + 7/6 - 1) = .6, p_1 = 1 / (9/3 + 4/3 - 1) = .3, p_2 = 1 / (7 + 4 - 1) = .1
      assertThat(scores(c)).containsExactly(new double[] {.6, .3, .1}, within(1e-12));
    }
  }

  @Test
  void aLateClassIsAsLikelyAsItIsFrequent() {
    for (String spec : new String[] {"one_vs_rest", "one_vs_one"}) {
      Classifier c = make(spec + "(learner=majority)", 0);
      for (int i = 0; i < 400; i++) {
        c.learn(ROW, i % 2, 1);
      }
      c.learn(ROW, 2, 1);
      assertThat(c.labels()).isEqualTo(3);
      assertThat(scores(c)[2]).isLessThan(0.02); // one of 401, though its members saw only it
      for (int i = 0; i < 600; i++) {
        c.learn(ROW, i % 3, 1);
      }
      // 400, 400, 201 of 1001
      assertThat(scores(c)[2]).isCloseTo(201 / 1001.0, within(0.02));
      assertThat(scores(c)[0]).isCloseTo(400 / 1001.0, within(0.02));
    }
  }

  @Test
  void aMemberOfThePairsLearnsItsTwoClassesOnly() {
    OneVsOne c = (OneVsOne) make("one_vs_one(learner=majority)", 4);
    assertThat(c.size()).isEqualTo(6);
    c.learn(ROW, 3, 1);
    c.learn(ROW, 1, 1);
    c.learn(ROW, 1, 1);
    double[] two = new double[2];
    int[][] sides = {{0, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}, {2, 3}}; // in order of the later class
    double[] ofLater = {1, .5, 0, 1, 1 / 3.0, 1};
    for (int m = 0; m < 6; m++) {
      c.member(m).scores(ROW, two);
      assertThat(two[1])
          .as("pair " + Arrays.toString(sides[m]))
          .isCloseTo(ofLater[m], within(1e-12));
    }
  }

  @Test
  void codeWordsDifferAndDecodeToTheirClass() {
    OutputCode c = (OutputCode) make("output_code(learner=majority, members=10)", 6);
    Set<Long> words = new HashSet<>();
    int least = 10;
    for (int k = 0; k < 6; k++) {
      words.add(c.word(k));
      for (int j = 0; j < k; j++) {
        least = Math.min(least, Long.bitCount(c.word(k) ^ c.word(j)));
      }
    }
    assertThat(words).hasSize(6);
    assertThat(least).isGreaterThanOrEqualTo(2);
    for (int i = 0; i < 3; i++) {
      c.learn(ROW, 4, 1);
      c.learn(ROW, i == 0 ? 2 : 4, 1);
    }
    assertThat(c.predict(ROW)).isEqualTo(4);
    // members answer 5/6 for the bits of the word of 4 where that of 2 differs, and 1 elsewhere
    int apart = Long.bitCount(c.word(4) ^ c.word(2));
    double four = Math.pow(5 / 6.0, apart);
    double two = Math.pow(1 / 6.0, apart);
    assertThat(scores(c)[2] / scores(c)[4]).isCloseTo(two / four, within(1e-9));
  }

  @Test
  void learnersOfTwoClassesTellManyApart() {
    // Six classes at the corners of a hexagon, noise .15 of the radius: the Bayes error is below
    // 0.1 %. Each class lies outside of a line that the others are inside of, and any two are apart
    // by a line, so all but the code, whose halves no line separates, must come near it.
    String[] specs = {
      "one_vs_rest(learner=logistic_regression)",
      "one_vs_one(learner=logistic_regression)",
      "output_code(learner=hoeffding_tree)"
    };
    for (String spec : specs) {
      Classifier c = make(spec, 0);
      Rng rng = new Rng(8);
      double[] s = new double[6];
      int right = 0;
      for (int i = 0; i < 6000; i++) {
        int label = rng.nextInt(6);
        double angle = Math.PI * label / 3;
        Features x =
            Features.of(
                Math.cos(angle) + 0.15 * rng.nextGaussian(),
                Math.sin(angle) + 0.15 * rng.nextGaussian());
        int known = c.labels();
        c.testThenLearn(x, label, 1, s);
        right += i >= 4000 && Kernels.argmax(s, known) == label ? 1 : 0;
      }
      assertThat(right / 2000.0).as(spec).isGreaterThan(0.98);
    }
  }

  @Test
  void classesBeyondTheLimitGetNoMembers() {
    OneVsRest c = (OneVsRest) make("one_vs_rest(learner=majority, max_classes=2)", 0);
    for (int i = 0; i < 30; i++) {
      c.learn(ROW, i % 3, 1);
    }
    assertThat(c.size()).isEqualTo(2);
    assertThat(c.labels()).isEqualTo(3);
    assertThat(scores(c)).containsExactly(new double[] {.5, .5, 0}, within(0.05));
  }

  @Test
  void membersShareTheMemory() {
    Classifier c = make("one_vs_rest(learner=hoeffding_tree(grace_period=10), max_bytes=1MB)", 3);
    Rng rng = new Rng(9);
    for (int i = 0; i < 30_000; i++) {
      double a = rng.nextDouble();
      c.learn(Features.of(a, rng.nextDouble()), ((int) (a * 40) + rng.nextInt(2)) % 3, 1);
    }
    assertThat(c.memoryBytes()).isLessThan(1 << 20);
  }
}
