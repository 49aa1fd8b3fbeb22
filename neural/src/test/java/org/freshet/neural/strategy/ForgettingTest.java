package org.freshet.neural.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.freshet.core.Classifier;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Six classes of which two come at a time, each row once: normal clouds in twelve columns. Plain
 * training knows hardly more than the last two at the end.
 */
class ForgettingTest {
  private static final int COLUMNS = 12;
  private static final int CLASSES = 6;
  private static final String NETWORK =
      "mlp(hidden=[32], optimizer=sgd(learning_rate=0.05), batch=10, ";

  /** Those that replay no labels hold on less. */
  private static final Map<String, Double> FLOOR = Map.of("agem", 0.7);

  private static final double[][] CENTRES = new double[CLASSES][COLUMNS];

  static {
    Rng rng = new Rng(11);
    for (double[] c : CENTRES) {
      for (int i = 0; i < COLUMNS; i++) {
        c[i] = 1.2 * rng.nextGaussian();
      }
    }
  }

  private static Classifier learner(String settings) {
    Column[] columns = new Column[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      columns[i] = Column.numeric("x" + i);
    }
    Schema schema = Schema.classification(List.of(columns), "y", new Dictionary());
    return Components.classifier(NETWORK + settings + ")", schema, 5);
  }

  private static Features row(int label, Rng rng) {
    double[] x = new double[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      x[i] = CENTRES[label][i] + rng.nextGaussian();
    }
    return Features.of(x);
  }

  private static void learn(Classifier c, int rows) {
    Rng rng = new Rng(3);
    for (int task = 0; task < CLASSES / 2; task++) {
      for (int i = 0; i < rows; i++) {
        int label = 2 * task + rng.nextInt(2);
        c.learn(row(label, rng), label, 1);
      }
    }
  }

  /** The share of 600 new rows, as many of each class, that it names after the stream. */
  private static double accuracy(String settings) {
    Classifier c = learner(settings);
    learn(c, 1000);
    Rng rng = new Rng(4);
    int right = 0;
    for (int i = 0; i < 600; i++) {
      right += c.predict(row(i % CLASSES, rng)) == i % CLASSES ? 1 : 0;
    }
    return right / 600.0;
  }

  private static double[] scores(String settings) {
    Classifier c = learner(settings);
    learn(c, 60);
    double[] all = new double[CLASSES * CLASSES];
    double[] s = new double[CLASSES];
    Rng rng = new Rng(4);
    for (int k = 0; k < CLASSES; k++) {
      c.scores(row(k, rng), s);
      System.arraycopy(s, 0, all, k * CLASSES, CLASSES);
    }
    return all;
  }

  @Test
  void plainTrainingForgets() {
    assertThat(accuracy("strategy=experience_replay")).isLessThan(0.5);
  }

  @TestFactory
  Stream<DynamicTest> replayHoldsOn() {
    return Stream.of(
            "er_ace",
            "der(alpha=3)",
            "der_pp",
            "agem",
            "gem",
            "uer",
            "cba",
            "gdumb(every=50)",
            "icarl",
            "energy_based",
            "hpcr",
            "semicon",
            "ccic",
            "onpro",
            "momentum_distillation",
            "temporal_ensemble",
            "proxy_contrastive_replay",
            "experience_replay")
        .map(
            s ->
                DynamicTest.dynamicTest(
                    s,
                    () ->
                        assertThat(
                                accuracy("strategy=" + s + ", replay=reservoir(size=60, batch=20)"))
                            .as(s)
                            .isGreaterThan(FLOOR.getOrDefault(s, 0.8))));
  }

  @TestFactory
  Stream<DynamicTest> everyMemoryHoldsOn() {
    return Stream.of(
            "reservoir(size=60, batch=20)",
            "class_balanced(size=60, batch=20)",
            "ring(size=60, batch=20)",
            "greedy_balanced(size=60, batch=20)",
            "codebook(size=60, batch=20)",
            "loss_aware(size=60, batch=20)",
            "herding(size=60, batch=20)",
            "gss(size=60, batch=20)",
            "mir(replay=reservoir(size=60, batch=20), candidates=40)",
            "aser(replay=class_balanced(size=60, batch=20), candidates=40)")
        .map(
            s ->
                DynamicTest.dynamicTest(
                    s, () -> assertThat(accuracy("replay=" + s)).as(s).isGreaterThan(0.8)));
  }

  /** Scores after 200 rows, none of which was kept, behind 3,000 others. */
  private static double[] afterRowsNotKept(String strategy, int label, int shift) {
    Classifier c = learner("strategy=" + strategy + ", replay=reservoir(size=4, batch=4)");
    learn(c, 1000);
    Rng rng = new Rng(8);
    for (int i = 0; i < 200; i++) {
      c.learn(row((i + shift) % 2, rng), label, 1);
    }
    double[] s = new double[CLASSES];
    c.scores(row(0, rng), s);
    return s;
  }

  @Test
  void labelsOfRowsThatAreNotKeptAreNotLookedAt() {
    for (String s : List.of("semicon", "ccic")) {
      assertThat(afterRowsNotKept(s, 5, 0)).as(s).isEqualTo(afterRowsNotKept(s, 4, 0));
    }
    String plain = "experience_replay";
    assertThat(afterRowsNotKept(plain, 5, 0)).isNotEqualTo(afterRowsNotKept(plain, 4, 0));
  }

  @Test
  void rowsWithoutLabelsTeach() {
    for (String s : List.of("ccic", "semicon")) {
      assertThat(afterRowsNotKept(s, 5, 0)).as(s).isNotEqualTo(afterRowsNotKept(s, 5, 1));
    }
    double[] without = afterRowsNotKept("ccic(lambda=0, alpha=0)", 5, 0);
    assertThat(afterRowsNotKept("ccic(alpha=0)", 5, 0)).as("guesses").isNotEqualTo(without);
  }

  /** Features of small rows are within the margin; the first two classes are past at the end. */
  private static double[] smallRows(String strategy) {
    Classifier c = learner("strategy=" + strategy + ", replay=reservoir(size=20, batch=10)");
    Rng rng = new Rng(3);
    double[] x = new double[COLUMNS];
    for (int i = 0; i < 400; i++) {
      int label = 2 * (i / 200) + i % 2;
      for (int k = 0; k < COLUMNS; k++) {
        x[k] = 0.1 * (CENTRES[label][k] + rng.nextGaussian());
      }
      c.learn(Features.of(x), label, 1);
    }
    double[] s = new double[CLASSES];
    c.scores(Features.of(x), s);
    return s;
  }

  @Test
  void pastClassesArePushedAway() {
    double[] without = smallRows("ccic(alpha=0)");
    assertThat(smallRows("ccic(past=10)")).isNotEqualTo(without);
    assertThat(smallRows("ccic(past=1000)")).as("none is past").isEqualTo(without);
  }

  @Test
  void specialCasesAreTheSameToTheBit() {
    String replay = ", replay=reservoir(size=30, batch=10)";
    double[] er = scores("strategy=experience_replay" + replay);
    assertThat(scores("strategy=temporal_ensemble(decay=0)" + replay)).isEqualTo(er);
    assertThat(scores("strategy=momentum_distillation(lambda=0, answer=student)" + replay))
        .isEqualTo(er);
    assertThat(scores("replay=mir(replay=reservoir(size=30, batch=10), candidates=10)"))
        .isEqualTo(er);
    assertThat(scores("strategy=der(alpha=0.5)" + replay))
        .isEqualTo(scores("strategy=der_pp(alpha=0.5, beta=0)" + replay));
    double[] plain = scores("strategy=experience_replay");
    assertThat(plain).isNotEqualTo(er);
    assertThat(scores("strategy=agem")).isEqualTo(plain);
    assertThat(scores("strategy=gem")).isEqualTo(plain);
  }
}
